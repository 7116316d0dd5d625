"""The clinic that tests of the web application begin with."""

from collections.abc import Iterator

import pytest

from tests.api.clinic import Clinic, opened_clinic
from tests.postgres import Database


@pytest.fixture
def clinic(database: Database) -> Iterator[Clinic]:
    """Bay KAP Network on Thu 12 Mar 2026, 09:42, with nobody referred yet."""
    with opened_clinic(database) as opened:
        yield opened
