"""A read model: a name, a version, and the tables that its folds fill."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from json import dumps
from typing import Any

from pydantic import TypeAdapter

from domain.event import Event
from projections.engine.table import Table


@dataclass(frozen=True)
class ReadModel:
    """What one screen is made of. Raise `version` when a fold or a column changes: the new one fills beside the old.

    `per_episode` declares that every row depends on the events of one stream alone (an episode, or the patient or
    clinician it is about), so that streams may be shared out among several runners. Without it one runner has all.
    """

    name: str
    version: int
    tables: tuple[Table[Any], ...]
    per_episode: bool = False

    @property
    def known_as(self) -> str:
        """Name and version, as lists and log lines show them."""
        return f"{self.name}_v{self.version}"

    def table_name(self, table: Table[Any]) -> str:
        """The table's name in schema read_models; the first table has the read model's own."""
        suffix = "" if table is self.tables[0] else f"_{table.name}"
        return f"{self.known_as}{suffix}"

    @cached_property
    def shape(self) -> str:
        """Changes with the types of the rows, however deep, their columns, and the events that are folded into them."""
        rows = [TypeAdapter(table.row).json_schema(mode="serialization") for table in self.tables]
        keys = [table.key for table in self.tables]
        columns = [
            (column.name, "items" if column.is_apart else column.sql_type)
            for table in self.tables
            for column in table.columns
        ]
        shape = [rows, keys, columns, sorted(self.stored_names)]
        return sha256(dumps(shape, sort_keys=True).encode()).hexdigest()[:16]

    @cached_property
    def handles(self) -> frozenset[type[Event]]:
        """The event classes that some fold registers; all others are skipped before they are decoded."""
        return frozenset(event for table in self.tables for event in table.folds)

    @cached_property
    def streams(self) -> frozenset[str]:
        """The kinds of stream those events are of."""
        return frozenset(event.stream for event in self.handles)

    @cached_property
    def stored_names(self) -> frozenset[str]:
        """Under which names those events are stored."""
        return frozenset(event.stored_as for event in self.handles)
