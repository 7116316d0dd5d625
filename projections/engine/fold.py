"""Folding a page of events into rows, in memory; and the same folds without any database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from domain.event import Event, Recorded
from projections.engine.read_model import ReadModel
from projections.engine.rows import Rows
from projections.engine.source import Entry
from projections.engine.table import Fold, Key, Keys

Loading = Callable[[Rows, Iterable[Key]], None]
Folding = tuple[Rows, Keys, Fold[Any]]


class FoldFailed(Exception):
    """A fold, or the decoding before it, failed at one event; `entry` says which, the cause says how."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(f"position {entry.position}")
        self.entry = entry


class Folder:
    """The folds of one read model over its tables in memory."""

    def __init__(self, model: ReadModel, tables: Sequence[Rows]) -> None:
        self.model = model
        self.tables = tables
        self._foldings: dict[type[Event], list[Folding]] = {
            event: [(rows, one.keys, one.fold) for rows in tables for one in rows.table.folds.get(event, ())]
            for event in model.handles
        }

    def fold(self, entries: Sequence[Entry], load: Loading) -> int:
        """Load what these events touch, then fold them in order; answers with how many it folded.

        Raises FoldFailed at the first event that cannot be folded; the rows in memory are then worth nothing.
        """
        steps = self._steps(entries)
        needed: dict[int, dict[Key, None]] = {}
        for _, rows, key, _ in steps:
            needed.setdefault(id(rows), {})[key] = None
        for rows in self.tables:
            if keys := needed.get(id(rows)):
                load(rows, keys)
        entry = None
        try:
            for entry, rows, key, fold in steps:
                before = rows.known[key]
                after = fold(entry.event, entry.envelope, before)  # type: ignore[arg-type]
                if after is not before:
                    rows.put(key, after)
        except Exception as error:
            raise FoldFailed(entry) from error  # type: ignore[arg-type]
        return len(entries)

    def _steps(self, entries: Sequence[Entry]) -> list[tuple[Entry, Rows, Key, Fold[Any]]]:
        steps: list[tuple[Entry, Rows, Key, Fold[Any]]] = []
        for entry in entries:
            try:
                if entry.failure:
                    raise entry.failure
                for rows, keys, fold in self._foldings[type(entry.event)]:  # type: ignore[index]
                    for key in keys(entry.event, entry.envelope):  # type: ignore[arg-type]
                        steps.append((entry, rows, key, fold))
            except Exception as error:
                raise FoldFailed(entry) from error
        return steps


def fold_as_of(model: ReadModel, events: Iterable[Recorded]) -> Mapping[str, Mapping[Key, Any]]:
    """The rows of a read model after these events and no others, by table name: for replay, nothing is stored.

    The caller filters the events by when they happened or were recorded and passes them in stream order.
    """
    tables: dict[str, dict[Key, Any]] = {table.name: {} for table in model.tables}
    for event, envelope in events:
        for table in model.tables:
            rows = tables[table.name]
            for one in table.folds.get(type(event), ()):
                for key in one.keys(event, envelope):
                    after = one.fold(event, envelope, rows.get(key))
                    if after is None:
                        rows.pop(key, None)
                    else:
                        rows[key] = after
    return tables
