"""The SQL of one table: load rows by key, upsert and delete a set, copy new rows in."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from psycopg import Connection, sql

from projections.engine.cells import Cells
from projections.engine.column import Column
from projections.engine.items import SCHEMA, Changes, Items, add_changes, selected
from projections.engine.table import Key, Table

Changed = tuple[int, ...]
"""Numbers of columns."""
UPDATES_TO_REMEMBER = 200
TABLES_TO_REMEMBER = 500
Same = dict[tuple[type, tuple[Any, ...]], Any]
"""Rows by their type and the values they were made of. Two lists that keep the same then share what they fold."""


class Statements:
    """What the engine says to the database about one table. Values travel as binary arrays: one statement per set."""

    def __init__(self, table: Table[Any], stored_as: str) -> None:
        self._table = table
        self._stored_as = stored_as
        self._columns = table.columns
        self._own = [number for number, column in enumerate(table.columns) if not column.is_apart]
        self._apart = [(number, column) for number, column in enumerate(table.columns) if column.is_apart]
        self._key = tuple(column for name in table.key for column in table.columns if column.name == name)
        self.cells = Cells(table.row, table.columns)
        self.name = sql.Identifier(SCHEMA, stored_as)
        self.items = Items(table, stored_as) if table.has_items else None
        self._select = self._make_select().as_bytes()
        self._upsert = self._make_upsert().as_bytes()
        self._delete = self._make_delete().as_bytes()
        self._update = lru_cache(UPDATES_TO_REMEMBER)(self._make_update)
        self._copy = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(self.name, _names(self._own_columns))
        # COPY takes no casts. In binary form json is its text, and jsonb its text behind the byte 1.
        self._copy_types = [_travelling(column) for column in self._own_columns]
        # most values travel as they are: to ask every column took a thirtieth of a rebuild
        self._translated = [(n, column) for n, column in enumerate(self._own_columns) if column.is_translated]
        self._searchable = [n for n, column in enumerate(self._own_columns) if column.sql_type == "jsonb"]

    @property
    def _own_columns(self) -> list[Column]:
        """Those of the table itself: not what is kept one by one."""
        return [self._columns[number] for number in self._own]

    def selected(self, row: str) -> sql.Composed:
        """All columns, as `Cells.row` takes them, of what a query calls by this name."""
        found = (selected(column, row, self._table, self._stored_as) for column in self._columns)
        return sql.SQL(", ").join(found)

    def load(self, connection: Connection[Any], keys: Sequence[Key], same: Same) -> dict[Key, Any]:
        """The rows that exist under these keys. What has the very values of a row in `same` is that row."""
        with connection.cursor(binary=True) as cursor:
            cursor.execute(self._select, _arrays(self._key, keys))
            rows = [self._row(values, same) for values in cursor.fetchall()]
        names = [column.name for column in self._key]
        return {tuple(row.__dict__[name] for name in names): row for row in rows}

    def _row(self, values: tuple[Any, ...], same: Same) -> Any:
        about = (self.cells.row_type, values)
        row = same.get(about)
        if row is None:
            row = same[about] = self.cells.row(values)
        return row

    def insert(self, connection: Connection[Any], rows: Sequence[Any]) -> None:
        """Write new rows whole; one that exists after all becomes the same."""
        connection.execute(self._upsert, _transposed([self._dumped(row) for row in rows]))

    def own(self, changed: Changed) -> Changed:
        """Those of the changed columns that are in the table itself."""
        return tuple(number for number in changed if not self._columns[number].is_apart) if self.items else changed

    def changes(self, rows: Iterable[tuple[Key, Any, Any]]) -> Changes:
        """What became of collections kept one by one, given each row's key, what it was and what it is; or None."""
        changes = Changes([], [], [])
        for key, before, after in rows:
            was, now = (self.cells.of(row) if row is not None else None for row in (before, after))
            network_id = (before if after is None else after).network_id
            for number, column in self._apart:
                known, entries = was[number] if was else (), now[number] if now else ()
                if known is not entries:
                    add_changes(changes, column, key, network_id, known, entries)
        return changes

    def update(self, connection: Connection[Any], changed: Changed, rows: Mapping[Key, Any]) -> None:
        """Write some cells of rows that exist. The others stay as they are, and long ones are not even touched."""
        taken = [self.cells.of(row) for row in rows.values()]
        values = [[self._columns[n].dumped(cells[n]) for cells in taken] for n in changed]
        connection.execute(self._update(changed), [*_arrays(self._key, list(rows)), *values])

    def delete(self, connection: Connection[Any], keys: Sequence[Key]) -> None:
        """Remove the rows under these keys."""
        connection.execute(self._delete, _arrays(self._key, keys))

    def copy(self, connection: Connection[Any], rows: Iterable[Any]) -> None:
        """Write rows that are known not to exist; the table must not have row security yet."""
        with connection.cursor() as cursor, cursor.copy(self._copy) as copy:
            copy.set_types(self._copy_types)
            for row in rows:
                values = self._dumped(row)
                for n in self._searchable:
                    if values[n] is not None:
                        values[n] = "\x01" + values[n]
                copy.write_row(values)

    def _dumped(self, row: Any) -> list[Any]:
        """The values as they travel to the database, without what is kept one by one."""
        cells = self.cells.of(row)
        values = [cells[number] for number in self._own] if self.items else list(cells)
        for place, column in self._translated:
            values[place] = column.dumped(values[place])
        return values

    def _make_select(self) -> sql.Composed:
        return sql.SQL("SELECT {} FROM {} AS t WHERE ({}) IN (SELECT * FROM unnest({}))").format(
            self.selected("t"),
            self.name,
            _names(self._key),
            _parameters(self._key),
        )

    def _make_upsert(self) -> sql.Composed:
        columns = self._own_columns
        others = [column for column in columns if column not in self._key]
        return sql.SQL(
            "INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS r ({}) ON CONFLICT ({}) DO UPDATE SET {}"
        ).format(
            self.name,
            _names(columns),
            sql.SQL(", ").join(_cast(column) for column in columns),
            _parameters(columns),
            _names(columns),
            _names(self._key),
            sql.SQL(", ").join(
                sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column.name)) for column in others or self._key
            ),
        )

    def _make_update(self, changed: Changed) -> bytes:
        columns = [self._columns[number] for number in changed]
        key = [f"key_{number}" for number, _ in enumerate(self._key)]
        query = sql.SQL("UPDATE {} AS t SET {} FROM unnest({}) AS r ({}) WHERE {}").format(
            self.name,
            sql.SQL(", ").join(
                sql.SQL("{} = {}").format(sql.Identifier(column.name), _cast(column)) for column in columns
            ),
            _parameters([*self._key, *columns]),
            sql.SQL(", ").join(sql.Identifier(name) for name in (*key, *(column.name for column in columns))),
            sql.SQL(" AND ").join(
                sql.SQL("t.{} = r.{}").format(sql.Identifier(column.name), sql.Identifier(name))
                for column, name in zip(self._key, key, strict=True)
            ),
        )
        return query.as_bytes()

    def _make_delete(self) -> sql.Composed:
        return sql.SQL("DELETE FROM {} WHERE ({}) IN (SELECT * FROM unnest({}))").format(
            self.name, _names(self._key), _parameters(self._key)
        )


@lru_cache(TABLES_TO_REMEMBER)
def statements_about(table: Table[Any], stored_as: str) -> Statements:
    """Put together once: a command line or a restart makes many runners, and each asks for the same words again."""
    return Statements(table, stored_as)


def _arrays(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """One list per column."""
    lists = zip(*rows, strict=True)
    return [[column.dumped(value) for value in values] for column, values in zip(columns, lists, strict=True)]


def _transposed(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(values) for values in zip(*rows, strict=True)]


def _names(columns: Iterable[Column]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)


def _parameters(columns: Iterable[Column]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL("%b::{}[]").format(sql.SQL(_travelling(column))) for column in columns)


def _travelling(column: Column) -> str:
    return "text" if column.sql_type.startswith("json") else column.sql_type


def _cast(column: Column) -> sql.Composable:
    if column.sql_type.startswith("json"):
        return sql.SQL("r.{}::{}").format(sql.Identifier(column.name), sql.SQL(column.sql_type))
    return sql.SQL("r.{}").format(sql.Identifier(column.name))
