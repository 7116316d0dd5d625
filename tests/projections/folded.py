"""A read model folded from a history with nothing stored: what live and rebuilt rows are held against."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.event import Recorded
from projections.engine.read_model import ReadModel
from projections.engine.table import Key


def folded(model: ReadModel, events: Iterable[Recorded]) -> Mapping[str, Mapping[Key, Any]]:
    """The rows after these events, in stream order, and no others, by table name."""
    tables: dict[str, dict[Key, Any]] = {table.name: {} for table in model.tables}
    for event, envelope in events:
        for table in model.tables:
            rows = tables[table.name]
            for key in table.keys(event, envelope):
                after = table.evolve(event, envelope, key, rows.pop(key, None))
                if after is not None:
                    rows[key] = after
    return tables
