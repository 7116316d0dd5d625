"""A clinic that was founded once and is copied for each test: founding costs more than most tests do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import UUID

import psycopg

from tests.api.clinic import MORNING, Clinic
from tests.postgres import Database, Server


class Founded(NamedTuple):
    """A database that nobody is connected to, its network, and the keys that open its sealed fields."""

    database: Database
    network_id: UUID
    keys: bytes


_FOUNDED: dict[Path, Founded] = {}
"""By server: one for each test process."""


def founded(server: Server) -> Founded:
    """Bay KAP Network on Thu 12 Mar 2026, 09:42, with nobody referred yet, closed for the night."""
    folder = server.cluster.folder
    if folder not in _FOUNDED:
        database = server.kept_database()
        with TemporaryDirectory(prefix="throughline-keys-") as kept:
            keys = Path(kept) / "keys.json"
            clinic = Clinic(database, keys, MORNING)
            clinic.close()
            _FOUNDED[folder] = Founded(database, clinic.network_id, keys.read_bytes())
    return _FOUNDED[folder]


@contextmanager
def reopened_clinic(server: Server, database: Database) -> Iterator[Clinic]:
    """The clinic in a copy of its database, whose read models were heard from a moment ago."""
    first = founded(server)
    with psycopg.connect(database.work_url) as connection:
        connection.execute("UPDATE read_models.checkpoint SET heartbeat_at = clock_timestamp()")
    with TemporaryDirectory(prefix="throughline-keys-") as kept:
        keys = Path(kept) / "keys.json"
        keys.touch(0o600)
        keys.write_bytes(first.keys)
        clinic = Clinic(database, keys, MORNING, first.network_id, is_founded=True)
        try:
            yield clinic
        finally:
            clinic.close()
