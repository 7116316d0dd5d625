"""One PostgreSQL data folder and the programs that create, start and stop its server."""

import os
import pwd
import shlex
import shutil
import stat
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

SUPERUSER = "postgres"
PORT = 5432  # no port is opened; the number is part of the socket's name
LONGEST_SOCKET_PATH = 103  # macOS allows 104 bytes with the closing zero, Linux 108
NO_ROOM = "No space left on device"  # the programs are run with LC_ALL=C
PATIENCE_SECONDS = 300  # after a crash the server first replays its log

SAFE_SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",  # whoever reaches the socket is trusted
        "shared_buffers": "256MB",
        "max_connections": "200",
        "max_wal_size": "4GB",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "idle_in_transaction_session_timeout": "5s",  # an open append holds readers back
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_error_verbosity": "terse",  # DETAIL lines quote the values of a row
        "log_min_error_statement": "panic",  # and so do statements
    }
)


class PostgresDidNotStart(Exception):
    """PostgreSQL did not start; the end of its own words says why."""


class NoRoomIsLeft(PostgresDidNotStart):
    """No room is left on the disk for the database's files. Make room, then start it again: nothing was lost."""


@dataclass(frozen=True)
class Cluster:
    """A data folder (absolute) served by the programs in `bin_dir`.

    PostgreSQL refuses to run as root: where we are root, it runs as `system_user`.
    """

    bin_dir: Path
    folder: Path
    system_user: str
    settings: Mapping[str, str] = field(default_factory=lambda: SAFE_SETTINGS)

    @property
    def log(self) -> Path:
        """Where the server writes its log."""
        return self.folder / "server.log"

    @property
    def socket_dir(self) -> Path:
        """The data folder, or a short one named after it where the socket's path would be too long."""
        if len(os.fsencode(self.folder / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
            return self.folder
        return Path("/tmp") / f"throughline-{sha256(os.fsencode(self.folder)).hexdigest()[:16]}"  # noqa: S108 owner is checked

    def url(self, user: str, database: str) -> str:
        """Address of a database for one role."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.socket_dir), safe='')}&port={PORT}"

    def start(self) -> None:
        """Create what is missing and start the server unless it runs; callers take turns."""
        if not (self.folder / "PG_VERSION").exists():
            self._create()
        if not self.is_running():
            self._start()
        self._await_connections()

    def stop(self) -> None:
        """Roll back what is open, write everything down and end the server's processes."""
        if self.is_running():
            self._must("pg_ctl", "stop", "-m", "fast", "-w", "-t", str(PATIENCE_SECONDS), "-D", str(self.folder))
        if self.socket_dir != self.folder:
            shutil.rmtree(self.socket_dir, ignore_errors=True)

    def is_running(self) -> bool:
        """Whether a server process serves this folder."""
        return self._run("pg_ctl", "status", "-D", str(self.folder)).returncode == 0

    def _create(self) -> None:
        """Fill a folder beside the final one first: an interrupted attempt must not pass for a database."""
        attempt = self.folder.with_name(self.folder.name + ".attempt")
        shutil.rmtree(attempt, ignore_errors=True)
        attempt.mkdir(parents=True)
        self._hand_over(attempt)
        self._must("initdb", "-D", str(attempt), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-locale")
        attempt.rename(self.folder)

    def _start(self) -> None:
        if self.socket_dir != self.folder:
            self.socket_dir.mkdir(mode=0o700, exist_ok=True)
            self._hand_over(self.socket_dir)
        settings = {**self.settings, "unix_socket_directories": str(self.socket_dir), "port": str(PORT)}
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        waiting = ("-w", "-t", str(PATIENCE_SECONDS))
        self._must("pg_ctl", "start", *waiting, "-D", str(self.folder), "-l", str(self.log), "-o", options)

    def _await_connections(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while self._run("pg_isready", "-h", str(self.socket_dir), "-p", str(PORT), "-U", SUPERUSER).returncode:
            if time.monotonic() > until:
                raise PostgresDidNotStart(self._end_of_log())
            time.sleep(0.05)

    def _hand_over(self, folder: Path) -> None:
        """Give a folder to the account the server runs as, and let that account reach it."""
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), self._account_id()}:
            raise PostgresDidNotStart(f"{folder} belongs to somebody else")
        folder.chmod(0o700)
        if os.geteuid() == 0:
            account = pwd.getpwnam(self.system_user)
            os.chown(folder, account.pw_uid, account.pw_gid)
            let_through(folder)

    def _account_id(self) -> int:
        return pwd.getpwnam(self.system_user).pw_uid if os.geteuid() == 0 else os.geteuid()

    def _must(self, program: str, *arguments: str) -> None:
        logged = self.log.stat().st_size if self.log.exists() else 0
        done = self._run(program, *arguments)
        if done.returncode:
            said = f"{done.stdout.strip()[-2000:]} {self._end_of_log(logged)}"
            if NO_ROOM in said:
                raise NoRoomIsLeft(f"{NoRoomIsLeft.__doc__} ({self.folder})")
            raise PostgresDidNotStart(f"{program} {arguments[0]}: {said}")

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs, untouched by PG… variables and by the folder we are in."""
        account = pwd.getpwnam(self.system_user) if os.geteuid() == 0 else None
        return subprocess.run(
            [str(self.bin_dir / program), *arguments],
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            start_new_session=True,  # Ctrl-C is for us, who then stop the server in good order
            user=account and account.pw_uid,
            group=account and account.pw_gid,
            extra_groups=[] if account else None,
        )

    def _end_of_log(self, begin: int = 0) -> str:
        """The last of what the server's log says behind a byte: earlier starts explain nothing."""
        return self.log.read_bytes()[begin:].decode(errors="replace")[-2000:] if self.log.exists() else ""


def let_through(path: Path) -> None:
    """Let other accounts pass through (not list) the folders above a path."""
    for above in path.parents:
        mode = above.stat().st_mode
        if not mode & stat.S_IXOTH:
            above.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
