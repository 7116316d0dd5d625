"""The clinic and the world around it that attacks begin with."""

from collections.abc import Iterator

import pytest

from tests.api.clinic import Clinic, opened_clinic
from tests.postgres import Database, Servers
from tests.security.world import World


@pytest.fixture
def clinic(database: Database) -> Iterator[Clinic]:
    """Bay KAP Network on Thu 12 Mar 2026, 09:42, with nobody referred yet."""
    with opened_clinic(database) as opened:
        yield opened


@pytest.fixture
def world(clinic: Clinic, database: Database) -> World:
    """Two networks, two episodes of ours, and everybody signed in."""
    return World(clinic, database)


@pytest.fixture(scope="module")
def shared_world(servers: Servers) -> Iterator[World]:
    """The same for tests that change nothing: one for a file."""
    with servers.get("embedded").fresh_database() as database, opened_clinic(database) as clinic:
        yield World(clinic, database)
