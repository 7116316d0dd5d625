"""Creating, walling, switching and dropping the tables of a read model, by the workers' role."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from psycopg import Connection, sql

from projections.engine.items import COLUMNS, SCHEMA, items_of
from projections.engine.read_model import ReadModel
from projections.engine.table import Index, Table

SHADOW = "__shadow"
ROOM = 80

Statement = sql.SQL | sql.Composed


def shadow_of(name: str) -> str:
    """The table that fills beside the live one."""
    return name + SHADOW


def exists(connection: Connection[Any], model: ReadModel) -> bool:
    """Whether the live tables of this version are there, made for rows of the present shape.

    A row whose type has changed means other columns or other values: such tables are filled anew like missing ones.
    """
    name = f"{SCHEMA}.{model.table_name(model.tables[0])}"
    found = connection.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [name]).fetchone()
    return bool(found and found[0] == model.shape)


def create_shadow(connection: Connection[Any], model: ReadModel) -> None:
    """Empty tables beside the live ones, without indexes and row security: both come when they are full."""
    for table in model.tables:
        name = shadow_of(model.table_name(table))
        for one in _made(table, name):
            connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(_table(one.name)))
            connection.execute(_create(one))
            if stored := _documents_as_they_are(one):
                connection.execute(stored)


def finish_shadow(connection: Connection[Any], model: ReadModel) -> None:
    """Index, wall and open the filled tables for reading."""
    for table in model.tables:
        name = shadow_of(model.table_name(table))
        for one in _made(table, name):
            for number, index in enumerate(one.indexes):
                connection.execute(_index(one.name, number, index))
            for statement in _walls(one.name):
                connection.execute(statement)
            connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(_table(one.name), sql.Literal(model.shape)))
            connection.execute(sql.SQL("ANALYZE {} ({})").format(_table(one.name), _names(_looked_up_by(one))))


def switch(connection: Connection[Any], model: ReadModel) -> None:
    """Put the shadow tables in the place of the live ones; belongs into a transaction."""
    for table in model.tables:
        name = model.table_name(table)
        for old, new in zip(_made(table, shadow_of(name)), _made(table, name), strict=True):
            connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(_table(new.name)))
            _rename(connection, old, new.name)


def drop(connection: Connection[Any], read_model: str, version: int) -> list[str]:
    """Drop the tables of one version of a read model, shadows included; answers with their names."""
    prefix = f"{read_model}_v{version}"
    names = connection.execute(
        """
        SELECT tablename
          FROM pg_tables
         WHERE schemaname = %s
           AND (tablename = %s OR tablename LIKE %s OR tablename = %s)
        """,
        [SCHEMA, prefix, prefix.replace("_", r"\_") + r"\_%", shadow_of(prefix)],
    ).fetchall()
    for (name,) in names:
        connection.execute(sql.SQL("DROP TABLE {}").format(_table(name)))
    return [name for (name,) in names]


def _table(name: str) -> sql.Identifier:
    return sql.Identifier(SCHEMA, name)


class _Made(NamedTuple):
    """One table as it is made: of rows, or of the items beside them. `fill` says how full its pages may get, in %."""

    name: str
    columns: Sequence[tuple[str, str, bool]]
    """Name, type, and whether there may be no value."""
    key: tuple[str, ...]
    indexes: tuple[Index, ...]
    fill: int


def _made(table: Table[Any], name: str) -> list[_Made]:
    """A table, and the one of its items where it has any."""
    own = [(column.name, column.sql_type, column.is_nullable) for column in table.columns if not column.is_apart]
    # room on every page for the next version of a row, so that updates touch no index
    found = [_Made(name, own, table.key, table.indexes, 100 if table.has_row_per_event else ROOM)]
    if table.has_items:
        key = [(column.name, column.sql_type, False) for column in table.columns if column.name in table.key]
        item = [(one, sql_type, one == "item_id") for one, sql_type in COLUMNS.items()]
        found.append(_Made(items_of(name), [*key, *item], (*table.key, "kept_as", "place"), (), ROOM))
    return found


def _create(made: _Made) -> sql.Composed:
    columns = [
        sql.SQL("{} {}{}").format(
            sql.Identifier(name),
            sql.SQL(sql_type),  # one of the types of columns_of
            sql.SQL("" if is_nullable else " NOT NULL"),
        )
        for name, sql_type, is_nullable in made.columns
    ]
    return sql.SQL("CREATE TABLE {} ({}, CONSTRAINT {} PRIMARY KEY ({})) WITH (fillfactor = {})").format(
        _table(made.name),
        sql.SQL(", ").join(columns),
        sql.Identifier(f"{made.name}_key"),
        _names(made.key),
        sql.Literal(made.fill),
    )


def _documents_as_they_are(made: _Made) -> sql.Composed | None:
    """Not compressed: that took the server more than half of the time of a live projection (measured)."""
    columns = [name for name, sql_type, _ in made.columns if sql_type.startswith("json")]
    if not columns:
        return None
    each = (sql.SQL("ALTER COLUMN {} SET STORAGE EXTERNAL").format(sql.Identifier(column)) for column in columns)
    return sql.SQL("ALTER TABLE {} {}").format(_table(made.name), sql.SQL(", ").join(each))


def _index(name: str, number: int, index: Index) -> sql.Composed:
    return sql.SQL("CREATE INDEX {} ON {} USING {} ({}){}").format(
        sql.Identifier(f"{name}_by_{number}"),
        _table(name),
        sql.Identifier(index.using),
        sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(index.how)) for column in index.columns
        ),
        sql.SQL(f" WHERE {index.where}" if index.where else ""),
    )


def _looked_up_by(made: _Made) -> list[str]:
    """What a planner has to know about. Sorting samples of long texts took a twentieth of a rebuild (measured)."""
    return list(dict.fromkeys(("network_id", *made.key, *(name for one in made.indexes for name in one.columns))))


def _walls(name: str) -> Sequence[Statement]:
    """The same walls as around the events: no network in force, no rows."""
    statements = (
        "ALTER TABLE {} ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE {} FORCE ROW LEVEL SECURITY",
        "CREATE POLICY network_in_force ON {} TO throughline_app USING (network_id = (SELECT network_in_force()))",
        "CREATE POLICY every_network ON {} TO throughline_work USING (true) WITH CHECK (true)",
        "GRANT SELECT ON {} TO throughline_app",
    )
    return [sql.SQL(statement).format(_table(name)) for statement in statements]


def _rename(connection: Connection[Any], old: _Made, new: str) -> None:
    """The table first: whoever gathers its statistics would else wait for us, who wait for them, at an index."""
    connection.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(_table(old.name), sql.Identifier(new)))
    indexes = [f"{old.name}_by_{number}" for number in range(len(old.indexes))]
    for index in (f"{old.name}_key", *indexes):
        connection.execute(
            sql.SQL("ALTER INDEX {} RENAME TO {}").format(
                sql.Identifier(SCHEMA, index), sql.Identifier(index.replace(SHADOW, ""))
            )
        )


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)
