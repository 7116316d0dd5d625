"""Reading rows of a read model back as the types its folds write."""

from collections.abc import Mapping
from typing import Any, TypeVar

from psycopg import Connection, sql

from projections.engine.items import SCHEMA
from projections.engine.read_model import ReadModel
from projections.engine.statements import Statements, statements_about
from projections.engine.table import Table

R = TypeVar("R")


def table_in(model: ReadModel, table: Table[Any]) -> sql.Identifier:
    """The live table, for queries of a read model's own."""
    return sql.Identifier(SCHEMA, model.table_name(table))


def read_rows(
    connection: Connection[Any],
    model: ReadModel,
    table: Table[R],
    where: str,
    parameters: Mapping[str, Any],
    *,
    order_by: str = "",
) -> list[R]:
    """The rows that fulfil a condition (SQL of our own, values as parameters), in an order."""
    statements = statements_of(model, table)
    query = sql.SQL("SELECT {} FROM {} AS t WHERE {}{}").format(
        statements.selected("t"),
        statements.name,
        sql.SQL(where),
        sql.SQL(f" ORDER BY {order_by}" if order_by else ""),
    )
    with connection.cursor(binary=True) as cursor:
        cursor.execute(query, parameters)
        return [statements.cells.row(values) for values in cursor.fetchall()]


def statements_of(model: ReadModel, table: Table[Any]) -> Statements:
    return statements_about(table, model.table_name(table))
