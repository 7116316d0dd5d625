"""The embedded PostgreSQL starts without a service, is shared, is safe by default and leaves no process behind."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest

from deploy.database.cluster import LONGEST_SOCKET_PATH, NoRoomIsLeft, PostgresDidNotStart
from deploy.database.embedded import EmbeddedPostgres, embedded_cluster, start
from tests.waiting import PATIENCE_SECONDS


@pytest.fixture(scope="module")
def embedded() -> Iterator[EmbeddedPostgres]:
    """A running server of this file's own."""
    with tempfile.TemporaryDirectory(prefix="throughline-embedded-") as folder, start(Path(folder)) as running:
        yield running


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that the server's account can reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="throughline-embedded-") as folder:
        yield Path(folder)


@pytest.mark.parametrize("role", ["owner", "app", "work"])
def test_no_role_is_superuser_or_passes_row_security(embedded: EmbeddedPostgres, role: str) -> None:
    with psycopg.connect(getattr(embedded, f"{role}_url")) as connection:
        rights = connection.execute(
            """SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb
               FROM pg_roles
               WHERE rolname = current_user"""
        ).fetchone()
    assert rights == (f"throughline_{role}", False, False, False, False)


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("app", False), ("work", False)])
def test_only_the_owner_creates_tables(embedded: EmbeddedPostgres, role: str, may: bool) -> None:
    with psycopg.connect(getattr(embedded, f"{role}_url")) as connection:
        allowed = connection.execute("SELECT has_schema_privilege('public', 'CREATE')").fetchone()
    assert allowed == (may,)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("shared_buffers", "256MB"),
        ("max_connections", "200"),
        ("idle_in_transaction_session_timeout", "5s"),
        ("listen_addresses", ""),
    ],
)
def test_it_is_durable_patient_and_closed_to_the_network(embedded: EmbeddedPostgres, setting: str, value: str) -> None:
    with psycopg.connect(embedded.app_url) as connection:
        assert connection.execute("SELECT current_setting(%s)", [setting]).fetchone() == (value,)


def test_it_stops_with_its_last_user_and_keeps_the_data(data: Path) -> None:
    first, second = start(data), start(data)
    postmaster = int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    with psycopg.connect(first.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    first.stop()
    with psycopg.connect(second.owner_url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    second.stop()
    assert not _runs(postmaster)
    with start(data) as again, psycopg.connect(again.owner_url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_it_recovers_after_the_server_was_killed(data: Path) -> None:
    with start(data) as running:
        with psycopg.connect(running.owner_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        postmaster = psutil.Process(int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0]))
        for process in [postmaster, *postmaster.children()]:
            process.kill()
        psutil.wait_procs([postmaster], timeout=PATIENCE_SECONDS)
    with start(data) as again, psycopg.connect(again.owner_url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_an_interrupted_creation_is_begun_again(data: Path) -> None:
    attempt = data / "postgres.attempt"
    attempt.mkdir()
    (attempt / "PG_VERSION").write_text("18\n")
    with start(data) as running, psycopg.connect(running.app_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_deep_folder_gets_a_short_socket_only_we_can_open(data: Path) -> None:
    deep = data / ("deep folder's name " * 5) / "x"
    with start(deep) as running:
        socket_dir = running.cluster.socket_dir
        assert len(str(socket_dir)) < LONGEST_SOCKET_PATH < len(str(deep))
        assert socket_dir.stat().st_mode & 0o077 == 0
        with psycopg.connect(running.app_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not socket_dir.exists()


def test_a_socket_folder_that_is_not_a_folder_is_refused(data: Path) -> None:
    deep = data / ("deep folder's name " * 5) / "y"
    with start(deep) as running:
        socket_dir = running.cluster.socket_dir
    socket_dir.symlink_to(data)
    try:
        with pytest.raises(PostgresDidNotStart, match="belongs to somebody else"):
            start(deep)
    finally:
        socket_dir.unlink()


def test_a_full_disk_is_said_in_one_sentence(data: Path) -> None:
    initdb = data / "bin" / "initdb"
    initdb.parent.mkdir(mode=0o755)
    initdb.write_text(
        '#!/bin/sh\necho "FATAL:  could not extend file \\"base/1/2691\\": No space left on device"\nexit 1\n'
    )
    initdb.chmod(0o755)
    folder = data / "postgres"
    real = embedded_cluster(folder)
    with pytest.raises(NoRoomIsLeft) as full:
        replace(real, bin_dir=initdb.parent).start()
    assert str(full.value).startswith("No room is left on the disk")
    assert "\n" not in str(full.value)
    real.start()
    real.stop()


def test_the_log_quotes_no_row(data: Path) -> None:
    with start(data) as running, psycopg.connect(running.owner_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE people (name text UNIQUE)")
        connection.execute("INSERT INTO people VALUES ('Robin Example')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO people VALUES ('Robin Example')")
    log = running.cluster.log.read_text()
    assert "duplicate key" in log
    assert "Robin" not in log


def _runs(pid: int) -> bool:
    """Whether a process still does anything; one that ended and was not yet collected does not."""
    return any(process.pid == pid and process.status() != psutil.STATUS_ZOMBIE for process in psutil.process_iter())
