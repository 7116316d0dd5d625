"""A house with a subscriber that has a webhook."""

from collections.abc import Iterator

import pytest

from tests.postgres import Database
from tests.workers.webhook.hooked import Hooked, hooked


@pytest.fixture
def one(database: Database) -> Iterator[Hooked]:
    with hooked(database) as made:
        yield made
