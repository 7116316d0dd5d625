"""Real PostgreSQL for tests: one server of each kind for the whole run, a fresh migrated database for each test."""

import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from deploy.database.cluster import SUPERUSER, Cluster
from deploy.database.data_folder import Users, one_at_a_time
from deploy.database.embedded import embedded_cluster
from deploy.database.migrate import migrate
from deploy.database.roles import DatabaseRole, prepare_database, prepare_roles

DEBIAN_SERVERS = Path("/usr/lib/postgresql")
MEMORY = Path("/dev/shm")  # noqa: S108  what is made in it is ours alone

on_both_servers = pytest.mark.parametrize(
    "server_kind", ["embedded", pytest.param("debian", marks=pytest.mark.postgres15)], indirect=True
)
"""Runs a test on the embedded PostgreSQL and on Debian's."""


@dataclass(frozen=True)
class Database:
    """A database of one test, with an address for each role."""

    name: str
    owner_url: str
    app_url: str
    work_url: str
    superuser_url: str
    server: Cluster


class Server:
    """One server that all test processes of a run share; the last of them to close it stops it."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._turn = cluster.folder.with_suffix(".turn")
        with one_at_a_time(self._turn):
            self._users = Users(cluster.folder.with_suffix(".users"))
            cluster.start()
            prepare_roles(self._superuser)
            self._template = self._migrated_template()

    @property
    def _superuser(self) -> str:
        return self.cluster.url(SUPERUSER, "postgres")

    def close(self) -> None:
        """Leave the server."""
        with one_at_a_time(self._turn):
            if self._users.leave():
                self.cluster.stop()

    @contextmanager
    def fresh_database(self, like: str | None = None) -> Iterator[Database]:
        """A migrated database without rows, or one like another that nobody is connected to; dropped afterwards."""
        database = self.kept_database(like)
        try:
            yield database
        finally:
            with psycopg.connect(self._superuser, autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database.name)))

    def kept_database(self, like: str | None = None) -> Database:
        """The same, kept until the server ends."""
        database = self._named(f"test_{uuid4().hex}")
        self._copy(like or self._template, database.name)
        prepare_database(self._superuser, database.name)
        return database

    def _copy(self, template: str, name: str) -> None:
        """By files where they are in memory: by way of the log a copy and its end cost more than twice as much.

        On a disk the log is quicker, since every file would be waited for.
        """
        strategy = sql.SQL("FILE_COPY" if self.cluster.folder.is_relative_to(MEMORY) else "WAL_LOG")
        with psycopg.connect(self._superuser, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY {}").format(
                    sql.Identifier(name), sql.Identifier(DatabaseRole.OWNER), sql.Identifier(template), strategy
                )
            )

    def _named(self, name: str) -> Database:
        return Database(
            name=name,
            owner_url=self.cluster.url(DatabaseRole.OWNER, name),
            app_url=self.cluster.url(DatabaseRole.APP, name),
            work_url=self.cluster.url(DatabaseRole.WORK, name),
            superuser_url=self.cluster.url(SUPERUSER, name),
            server=self.cluster,
        )

    def _migrated_template(self) -> str:
        """Migrate once for all tests of the run; renamed when finished, so that none copies a half-done one."""
        name = "migrated"
        with psycopg.connect(self._superuser, autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return name
            unfinished = self._named(f"unfinished_{uuid4().hex}")
            prepare_database(self._superuser, unfinished.name)
            migrate(unfinished.owner_url)
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished.name), sql.Identifier(name))
            )
        return name


class Servers:
    """The servers of a test run, each started when the first test asks for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: dict[str, Server] = {}

    def get(self, kind: str) -> Server:
        """The server of a kind: embedded or debian."""
        if kind not in self._running:
            self._running[kind] = Server(_CLUSTERS[kind](self._folder / kind))
        return self._running[kind]

    def close(self) -> None:
        """Leave them all."""
        for server in self._running.values():
            server.close()


def debian_cluster(folder: Path) -> Cluster:
    """A cluster served by the newest PostgreSQL that Debian's packages installed; without one the test is skipped."""
    versions = sorted(int(found.parent.parent.name) for found in DEBIAN_SERVERS.glob("[0-9]*/bin/initdb"))
    if not versions or versions[-1] < 15:
        pytest.skip("PostgreSQL 15 or newer from Debian's package `postgresql` is not installed")
    account = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    return Cluster(DEBIAN_SERVERS / str(versions[-1]) / "bin", folder, account)


_CLUSTERS: dict[str, Callable[[Path], Cluster]] = {"embedded": embedded_cluster, "debian": debian_cluster}
