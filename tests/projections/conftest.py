"""Connections of the workers' role, and the tables of a read model as plain values."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from projections.engine.lease import take_lease
from projections.engine.read_model import ReadModel
from projections.engine.rebuild import build_missing
from projections.engine.runner import Runner
from projections.engine.source import Source
from projections.engine.statements import Statements
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
    statements = Statements(table, model.table_name(table))
    columns = ", ".join(column.selected for column in table.columns)
    with connection.cursor(binary=True) as cursor:
        cursor.execute(f"SELECT {columns} FROM read_models.{model.table_name(table)}")
        rows = [statements.cells.row(values) for values in cursor.fetchall()]
    return {tuple(getattr(row, name) for name in table.key): row for row in rows}
