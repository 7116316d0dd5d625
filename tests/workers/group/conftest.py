"""A connection as workers have it."""

from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import Connection

from tests.postgres import Database
from workers.shift import connect


@pytest.fixture
def work(database: Database) -> Iterator[Connection[Any]]:
    with connect(database.work_url) as connection:
        yield connection
