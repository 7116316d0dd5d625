"""Processes end when they are asked to, also with a database that does not answer any more."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import httpx
import orjson
import pytest
from psycopg.conninfo import conninfo_to_dict

from deploy.commands.work import STOP_SECONDS
from deploy.process.ending import WHOLE_SECONDS
from tests.postgres import Database
from tests.processes import Processes
from tests.store.proxy import Freezes
from tests.waiting import PATIENCE_SECONDS

KILLED_AFTER_SECONDS = 10
"""What whoever stops containers gives a process; ours ends by force before."""
COMMANDS = {"api": ["serve", "--port", "0"], "workers": ["work"]}


class Installation(Processes):
    """The processes of an installation whose way to the database can be cut."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__()
        self._environment = environment
        self.said: dict[str, dict[str, object]] = {}

    def start(self) -> None:
        for name, command in COMMANDS.items():
            self.run(name, [*command, "--json"], self._environment, stdout=subprocess.PIPE)
        for name, process in self.running.items():
            assert process.stdout is not None
            self.said[name] = orjson.loads(process.stdout.readline())


@pytest.fixture
def way(database: Database) -> Iterator[Freezes]:
    parts = conninfo_to_dict(database.app_url)
    with Freezes(Path(str(parts["host"])) / f".s.PGSQL.{parts['port']}") as opened:
        yield opened


@pytest.fixture
def installation(database: Database, way: Freezes, tmp_path: Path) -> Iterator[Installation]:
    def through(url: str) -> str:
        parts = conninfo_to_dict(url)
        return f"postgresql://{parts['user']}@127.0.0.1:{way.port}/{parts['dbname']}?sslmode=disable"

    kept = {name: value for name, value in os.environ.items() if not name.startswith("THROUGHLINE_")}
    mine = {
        "DATABASE_URL": through(database.app_url),
        "WORK_DATABASE_URL": through(database.work_url),
        "KEY_FILE": str(tmp_path / "keys.json"),
        "DATA": str(tmp_path / "data"),
        "SPOOL": str(tmp_path),
        "SESSION_SECRET": "x" * 40,
        "DEMO": "1",
    }
    with ExitStack() as stack:
        made = Installation(kept | {f"THROUGHLINE_{name}": value for name, value in mine.items()})
        stack.callback(made.close)
        made.start()
        yield made


def test_nobody_is_left_to_be_killed() -> None:
    assert STOP_SECONDS < WHOLE_SECONDS < KILLED_AFTER_SECONDS


def test_a_process_that_does_not_end_by_itself_ends_as_it_stands() -> None:
    hangs = (
        "import deploy.process.ending as ending, threading; ending.WHOLE_SECONDS = 0.1; ending.end_by_force_later();"
        "threading.Thread(target=threading.Event().wait).start()"
    )
    ended = subprocess.run([sys.executable, "-c", hangs], timeout=PATIENCE_SECONDS, check=False)
    assert ended.returncode == 0


def test_api_and_workers_end_while_the_database_does_not_answer(installation: Installation, way: Freezes) -> None:
    assert httpx.get(f"{installation.said['api']['address']}/live").status_code == 200
    way.freeze()
    assert installation.end() == {"api": 0, "workers": 0}
