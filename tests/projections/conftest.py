"""Connections of the workers' role, and the tables of a read model as plain values."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import psycopg
import pytest
from psycopg import Connection, sql

from projections.engine.cells import Cells
from projections.engine.lease import take_lease
from projections.engine.read_model import ReadModel
from projections.engine.rebuild import build_missing
from projections.engine.runner import Runner
from projections.engine.source import Source
from projections.engine.statements import statements_about
from projections.engine.table import Table
from tests.postgres import Database


@pytest.fixture
def work(database: Database) -> Iterator[Connection[Any]]:
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        yield connection


def live_runner(connection: Connection[Any], source: Source, model: ReadModel, holder: str = "a") -> Runner:
    """A runner on live tables, which are made if they are missing."""
    build_missing(connection, source, [model], holder=holder)
    taken = take_lease(connection, model, holder)
    assert taken is not None
    return Runner(connection, model, *taken)


def stored_rows(connection: Connection[Any], model: ReadModel) -> dict[str, dict[Any, Any]]:
    """All rows of a read model as its folds see them, by table and key."""
    return {table.name: _rows(connection, model, table) for table in model.tables}


def _rows(connection: Connection[Any], model: ReadModel, table: Any) -> dict[Any, Any]:
    statements = statements_about(table, model.table_name(table))
    query = sql.SQL("SELECT {} FROM {} AS t").format(statements.selected("t"), statements.name)
    with connection.cursor(binary=True) as cursor:
        cursor.execute(query)
        rows = [statements.cells.row(values) for values in cursor.fetchall()]
    return {tuple(getattr(row, name) for name in table.key): row for row in rows}


def cells_of(model: ReadModel, tables: Mapping[str, Mapping[Any, Any]]) -> int:
    """So many cells a comparison of these rows looks at: one per column, two per entry that is kept one by one."""
    return sum(_cells(table, tables[table.name].values()) for table in model.tables)


def _cells(table: Table[Any], rows: Collection[Any]) -> int:
    apart = [number for number, column in enumerate(table.columns) if column.is_apart]
    taken = [Cells(table.row, table.columns).of(row) for row in rows]
    return len(rows) * (len(table.columns) - len(apart)) + 2 * sum(len(cells[n]) for cells in taken for n in apart)
