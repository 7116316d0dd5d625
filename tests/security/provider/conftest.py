"""The door with an identity provider, in a clinic that all tests share, and in one of a test's own."""

from collections.abc import Iterator

import pytest

from tests.api.clinic import Clinic
from tests.api.founded import founded, reopened_clinic
from tests.identity_provider import OpenIdProvider
from tests.postgres import Servers
from tests.security.entrance import Entrance, Visitor


@pytest.fixture(scope="session")
def shared_clinic(servers: Servers) -> Iterator[Clinic]:
    """For attempts that change nothing: one for all of these."""
    server = servers.get("embedded")
    with (
        server.fresh_database(founded(server).database.name) as database,
        reopened_clinic(server, database) as clinic,
    ):
        yield clinic


def opened(clinic: Clinic, open_id: OpenIdProvider) -> Entrance:
    """The clinic's door, and Dr. Lindqvist's account at the provider."""
    found = Entrance(clinic, open_id)
    found.knows(clinic.lindqvist, "mara")
    return found


@pytest.fixture
def entrance(shared_clinic: Clinic, open_id: OpenIdProvider) -> Entrance:
    return opened(shared_clinic, open_id)


@pytest.fixture
def own_entrance(clinic: Clinic, open_id: OpenIdProvider) -> Entrance:
    """In a clinic of the test's own, for what changes who may come in."""
    return opened(clinic, open_id)


@pytest.fixture
def visitor(entrance: Entrance) -> Visitor:
    return entrance.visitor()
