"""Fixtures of the store's tests."""

from collections.abc import Iterator

import pytest

from tests.postgres import Database
from tests.store.house import House, house


@pytest.fixture
def home(database: Database) -> Iterator[House]:
    """A house in a database of this test's own."""
    with house(database.app_url) as opened:
        yield opened
