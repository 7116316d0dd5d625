"""Fixtures of the store's tests."""

from collections.abc import Iterator

import pytest

from tests.postgres import Database
from tests.store.house import House, house
from tests.store.subscribed import Subscribed


@pytest.fixture
def home(database: Database) -> Iterator[House]:
    """A house in a database of this test's own."""
    with house(database.app_url) as opened:
        yield opened


@pytest.fixture
def subscribed(home: House) -> Subscribed:
    return Subscribed(home)


@pytest.fixture
def next_door(database: Database, subscribed: Subscribed) -> Iterator[Subscribed]:
    """A subscriber of another network in the same database."""
    with house(database.app_url) as theirs:
        yield Subscribed(theirs)
