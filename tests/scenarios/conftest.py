"""The house in which all scenarios take place: one database per test process, every scenario with its own patient."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.postgres import Servers
from tests.scenarios.house import House


@pytest.fixture(scope="session")
def house(servers: Servers) -> Iterator[House]:
    """Bay KAP Network in the spring of 2026, with its people and nobody referred yet."""
    with (
        servers.get("embedded").fresh_database() as database,
        TemporaryDirectory(prefix="throughline-keys-") as folder,
    ):
        opened = House(database, Path(folder) / "keys.json")
        yield opened
        opened.close()
