"""Fixtures of the tests on a real Kafka broker."""

from collections.abc import Iterator

import pytest

from tests.broker import Broker
from tests.postgres import Database
from tests.store.house import House, house
from workers.kafka.brokers import Brokers


@pytest.fixture
def home(database: Database) -> Iterator[House]:
    """A house in a database of this test's own."""
    with house(database.app_url) as opened:
        yield opened


@pytest.fixture
def brokers(broker: Broker) -> Brokers:
    """The broker of the run, where everybody may do everything."""
    return Brokers(broker.bootstrap)
