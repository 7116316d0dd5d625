"""A connection as workers have it, and the broker of the run."""

from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import Connection

from tests.broker import Broker
from tests.postgres import Database
from workers.kafka.brokers import Brokers
from workers.shift import connect


@pytest.fixture
def work(database: Database) -> Iterator[Connection[Any]]:
    with connect(database.work_url) as connection:
        yield connection


@pytest.fixture
def brokers(broker: Broker) -> Brokers:
    return Brokers(broker.bootstrap)
