"""The clinic and the world around it that attacks begin with."""

from collections.abc import Iterator

import pytest

from tests.api.clinic import Clinic
from tests.api.founded import founded, reopened_clinic
from tests.postgres import Database, Server, Servers
from tests.security.world import World


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """A copy of the founded clinic's database, of this test's own."""
    with server.fresh_database(founded(server).database.name) as copied:
        yield copied


@pytest.fixture
def clinic(server: Server, database: Database) -> Iterator[Clinic]:
    """Bay KAP Network on Thu 12 Mar 2026, 09:42, with nobody referred yet."""
    with reopened_clinic(server, database) as opened:
        yield opened


@pytest.fixture
def world(clinic: Clinic, database: Database) -> World:
    """Two networks, two episodes of ours, and everybody signed in."""
    return World(clinic, database)


@pytest.fixture(scope="module")
def shared_world(servers: Servers) -> Iterator[World]:
    """The same for tests that change nothing: one for a file."""
    server = servers.get("embedded")
    with (
        server.fresh_database(founded(server).database.name) as database,
        reopened_clinic(server, database) as clinic,
    ):
        yield World(clinic, database)
