"""Creating, walling, switching and dropping the tables of a read model, by the workers' role."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection, sql

from projections.engine.read_model import ReadModel
from projections.engine.statements import SCHEMA
from projections.engine.table import Index, Table

SHADOW = "__shadow"

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
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(_table(name)))
        connection.execute(_create(table, name))
        if stored := _documents_as_they_are(table, name):
            connection.execute(stored)


def finish_shadow(connection: Connection[Any], model: ReadModel) -> None:
    """Index, wall and open the filled tables for reading."""
    for table in model.tables:
        name = shadow_of(model.table_name(table))
        for number, index in enumerate(table.indexes):
            connection.execute(_index(name, number, index))
        for statement in _walls(name):
            connection.execute(statement)
        connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(_table(name), sql.Literal(model.shape)))
        connection.execute(sql.SQL("ANALYZE {} ({})").format(_table(name), _names(_looked_up_by(table))))


def switch(connection: Connection[Any], model: ReadModel) -> None:
    """Put the shadow tables in the place of the live ones; belongs into a transaction."""
    for table in model.tables:
        name = model.table_name(table)
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(_table(name)))
        _rename(connection, shadow_of(name), name, table)


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


def _create(table: Table[Any], name: str) -> sql.Composed:
    columns = [
        sql.SQL("{} {}{}").format(
            sql.Identifier(column.name),
            sql.SQL(column.sql_type),  # one of the types of columns_of
            sql.SQL("" if column.is_nullable else " NOT NULL"),
        )
        for column in table.columns
    ]
    # room on every page for the next version of a row, so that updates touch no index
    fillfactor = 100 if table.has_row_per_event else 80
    return sql.SQL("CREATE TABLE {} ({}, CONSTRAINT {} PRIMARY KEY ({})) WITH (fillfactor = {})").format(
        _table(name),
        sql.SQL(", ").join(columns),
        sql.Identifier(f"{name}_key"),
        _names(table.key),
        sql.Literal(fillfactor),
    )


def _documents_as_they_are(table: Table[Any], name: str) -> sql.Composed | None:
    """Not compressed: that took the server more than half of the time of a live projection (measured)."""
    columns = [column.name for column in table.columns if column.sql_type.startswith("json")]
    if not columns:
        return None
    each = (sql.SQL("ALTER COLUMN {} SET STORAGE EXTERNAL").format(sql.Identifier(column)) for column in columns)
    return sql.SQL("ALTER TABLE {} {}").format(_table(name), sql.SQL(", ").join(each))


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


def _looked_up_by(table: Table[Any]) -> list[str]:
    """What a planner has to know about. Sorting samples of long texts took a twentieth of a rebuild (measured)."""
    return list(dict.fromkeys(("network_id", *table.key, *(name for one in table.indexes for name in one.columns))))


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


def _rename(connection: Connection[Any], old: str, new: str, table: Table[Any]) -> None:
    indexes = [f"{old}_by_{number}" for number in range(len(table.indexes))]
    for index in (f"{old}_key", *indexes):
        connection.execute(
            sql.SQL("ALTER INDEX {} RENAME TO {}").format(
                sql.Identifier(SCHEMA, index), sql.Identifier(index.replace(SHADOW, ""))
            )
        )
    connection.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(_table(old), sql.Identifier(new)))


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)
