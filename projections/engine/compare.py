"""Comparing a rebuilt read model with the live one, cell by cell, in the database."""

from typing import Any

from psycopg import Connection, sql

from projections.engine.column import Column
from projections.engine.read_model import ReadModel
from projections.engine.statements import SCHEMA
from projections.engine.table import Table
from projections.engine.tables_in_database import shadow_of


def compare(connection: Connection[Any], model: ReadModel) -> tuple[int, int]:
    """Cells compared and how many differ; of a row that one side lacks, every cell differs."""
    cells = differences = 0
    for table in model.tables:
        name = model.table_name(table)
        found = connection.execute(_comparison(table, name)).fetchone()
        rows, differing = found or (0, 0)
        cells += rows * len(table.columns)
        differences += differing
    return cells, differences


def _comparison(table: Table[Any], name: str) -> sql.Composed:
    one_side = sql.SQL(" OR ").join(
        sql.SQL("{}.{} IS NULL").format(sql.Identifier(side), sql.Identifier(table.key[0])) for side in ("old", "new")
    )
    return sql.SQL(
        """
        SELECT count(*), coalesce(sum(CASE WHEN {} THEN {} ELSE {} END), 0)::bigint
          FROM {} AS old
          FULL JOIN {} AS new ON ({})
        """
    ).format(
        one_side,
        sql.Literal(len(table.columns)),
        sql.SQL(" + ").join(_differs(column) for column in table.columns),
        sql.Identifier(SCHEMA, name),
        sql.Identifier(SCHEMA, shadow_of(name)),
        sql.SQL(" AND ").join(sql.SQL("old.{0} = new.{0}").format(sql.Identifier(key)) for key in table.key),
    )


def _differs(column: Column) -> sql.Composed:
    as_text = sql.SQL("::text" if column.sql_type == "json" else "")
    return sql.SQL("(old.{0}{1} IS DISTINCT FROM new.{0}{1})::int").format(sql.Identifier(column.name), as_text)
