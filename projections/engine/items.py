"""Collections that are kept one by one: which of their entries a page changed, and the table these are rows of."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection, sql

from projections.engine.column import DOCUMENTS, Column
from projections.engine.table import Key, Table

SCHEMA = "read_models"
COLUMNS = {"kept_as": "text", "place": "integer", "network_id": "uuid", "item_id": "uuid", "item": "json"}
"""Beside the key of the row: the column it stands for, its place there from 0 on, and by which id, in a mapping."""
BY_ID = sql.SQL("json_object_agg(i.item_id, i.item ORDER BY i.place)")
IN_ORDER = sql.SQL("json_agg(i.item ORDER BY i.place)")
NOTHING: tuple[UUID | None, Any] = (None, None)

Entry = tuple[UUID | None, Any]


class Item(NamedTuple):
    """One entry of a collection of a row."""

    key: Key
    kept_as: str
    place: int
    network_id: UUID
    item_id: UUID | None
    item: Any

    @property
    def values(self) -> list[Any]:
        """As they travel to the database."""
        return [*self.key, self.kept_as, self.place, self.network_id, self.item_id, DOCUMENTS(self.item)]


class End(NamedTuple):
    """Of this collection of a row nothing is kept from this place on."""

    key: Key
    kept_as: str
    place: int


class Changes(NamedTuple):
    """What became of collections: entries behind the last one that was there, other entries instead, fewer of them."""

    added: list[Item]
    replaced: list[Item]
    ends: list[End]


def items_of(stored_as: str) -> str:
    """The table of items beside a table."""
    return f"{stored_as}_items"


class Items:
    """What the engine says to the database about the items of one table. Places follow the order of the collection."""

    def __init__(self, table: Table[Any], stored_as: str) -> None:
        self._key = tuple(column for name in table.key for column in table.columns if column.name == name)
        self.name = sql.Identifier(SCHEMA, items_of(stored_as))
        types = [*(column.sql_type for column in self._key), *COLUMNS.values()]
        self._names = [*table.key, *COLUMNS]
        self._upsert = self._make_upsert(["text" if one == "json" else one for one in types]).as_bytes()
        self._cut = self._make_cut().as_bytes()
        self._copy = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(self.name, _names(self._names))
        self._copy_types = ["text" if one == "json" else one for one in types]

    def write(self, connection: Connection[Any], changes: Changes, *, copying: bool = False) -> None:
        """Set-based writes of what changed. `copying` streams what was added into the table."""
        if changes.added and copying:
            self._stream(connection, changes.added)
        written = changes.replaced if copying else [*changes.added, *changes.replaced]
        if written:
            connection.execute(self._upsert, _transposed(item.values for item in written))
        if changes.ends:
            connection.execute(self._cut, _transposed([*one.key, one.kept_as, one.place] for one in changes.ends))

    def _stream(self, connection: Connection[Any], added: Sequence[Item]) -> None:
        with connection.cursor() as cursor, cursor.copy(self._copy) as copy:
            copy.set_types(self._copy_types)
            for item in added:
                copy.write_row(item.values)

    def _make_upsert(self, types: Sequence[str]) -> sql.Composed:
        selected = [sql.SQL("r.{}{}").format(sql.Identifier(name), _cast(name)) for name in self._names]
        return sql.SQL(
            "INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS r ({}) ON CONFLICT ({}, kept_as, place)"
            " DO UPDATE SET item_id = excluded.item_id, item = excluded.item"
        ).format(
            self.name,
            _names(self._names),
            sql.SQL(", ").join(selected),
            _parameters(types),
            _names(self._names),
            _names(column.name for column in self._key),
        )

    def _make_cut(self) -> sql.Composed:
        names = [column.name for column in self._key]
        types = [*(column.sql_type for column in self._key), "text", "integer"]
        return sql.SQL(
            "DELETE FROM {} AS t USING unnest({}) AS r ({}, kept_as, place)"
            " WHERE {} AND t.kept_as = r.kept_as AND t.place >= r.place"
        ).format(
            self.name,
            _parameters(types),
            _names(names),
            sql.SQL(" AND ").join(sql.SQL("t.{0} = r.{0}").format(sql.Identifier(name)) for name in names),
        )


def selected(column: Column, row: str, table: Table[Any], stored_as: str) -> sql.Composable:
    """How a column is read, `row` being what a query calls the row: documents as text, for the row's types to decode.

    A collection kept one by one is put together again in the same statement, so that it is of the same moment.
    """
    name = sql.Identifier(row, column.name)
    if not column.is_apart:
        return sql.SQL("{}::text").format(name) if column.sql_type.startswith("json") else name
    return sql.SQL("coalesce((SELECT {} FROM {} AS i WHERE {} AND i.kept_as = {})::text, {})").format(
        BY_ID if column.is_by_id else IN_ORDER,
        sql.Identifier(SCHEMA, items_of(stored_as)),
        sql.SQL(" AND ").join(
            sql.SQL("{} = {}").format(sql.Identifier("i", key), sql.Identifier(row, key)) for key in table.key
        ),
        sql.Literal(column.name),
        sql.Literal("{}" if column.is_by_id else "[]"),
    )


def add_changes(changes: Changes, column: Column, key: Key, network_id: UUID, before: Any, after: Any) -> None:
    """What it takes to make of one collection another one. Values are immutable: the same object is the same entry."""
    known, length = len(before), len(after)
    for place, (now, was) in enumerate(zip_longest(_entries(after), _entries(before), fillvalue=NOTHING)):
        if place >= length:
            break
        if place >= known:
            changes.added.append(Item(key, column.name, place, network_id, *now))
        elif now[1] is not was[1] or now[0] is not was[0]:
            changes.replaced.append(Item(key, column.name, place, network_id, *now))
    if length < known:
        changes.ends.append(End(key, column.name, length))


def _entries(collection: Any) -> Iterator[Entry]:
    if isinstance(collection, tuple):
        return ((None, value) for value in collection)
    return iter(collection.items())


def _transposed(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    return [list(values) for values in zip(*rows, strict=True)]


def _names(names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _parameters(types: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL("%b::{}[]").format(sql.SQL(one)) for one in types)


def _cast(name: str) -> sql.SQL:
    return sql.SQL("::json" if name == "item" else "")
