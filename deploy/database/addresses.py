"""Where the database is: the addresses that are set, one per role, or those of the embedded server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from deploy.settings import PREFIX, Settings


class AddressIsMissing(Exception):
    """An address that this command needs is not set."""


class DatabaseIsBehind(Exception):
    """The database lacks migrations; run `throughline migrate` with THROUGHLINE_MIGRATE_DATABASE_URL set."""


class Addresses(NamedTuple):
    """One address per role. None where the installation names none: a process knows only what it uses."""

    app_url: str | None
    work_url: str | None
    owner_url: str | None
    bin_dir: Path | None = None
    """Where pg_dump of the embedded server is; None for a server that somebody else runs."""

    @property
    def for_app(self) -> str:
        return _set(self.app_url, "database_url")

    @property
    def for_work(self) -> str:
        return _set(self.work_url, "work_database_url")

    @property
    def for_owner(self) -> str:
        return _set(self.owner_url, "migrate_database_url")

    @property
    def is_embedded(self) -> bool:
        return self.bin_dir is not None


def _set(url: str | None, setting: str) -> str:
    if url is None:
        raise AddressIsMissing(f"Set {PREFIX}{setting.upper()}: this command connects under that role.")
    return url


@contextmanager
def reached(settings: Settings) -> Iterator[Addresses]:
    """The addresses set, or those of the embedded server, which is started or joined and left again at the end."""
    if not settings.is_embedded:
        yield Addresses(settings.database_url, settings.work_database_url, settings.migrate_database_url)
        return
    from deploy.database.embedded import start

    with start(settings.data) as server:
        yield Addresses(server.app_url, server.work_url, server.owner_url, server.bin_dir)


def bring_up_to_date(addresses: Addresses) -> list[str]:
    """Apply missing migrations as the owner; without the owner's address only see that none is missing."""
    from deploy.database.migrate import migrate, pending

    if addresses.owner_url is not None:
        return migrate(addresses.owner_url)
    import psycopg

    with psycopg.connect(addresses.app_url or addresses.for_work) as connection:
        if pending(connection):
            raise DatabaseIsBehind(DatabaseIsBehind.__doc__)
    return []
