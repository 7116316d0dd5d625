"""What people read while the database does not answer: what to do, soon, and without asking it a second time."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg_pool import PoolTimeout

import api.bounded_wait
import api.ready
from api.app import STATIC
from api.unsafe_requests import TOKEN_HEADER
from store.sign_in import SignInSessions
from tests.api.clinic import Clinic
from tests.api.founded import reopened_clinic
from tests.postgres import Database, Server
from tests.store.proxy import Freezes
from tests.waiting import PATIENCE_SECONDS


@pytest.fixture
def down(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every look for who is signed in waits and fails, as all connections do; how often one was made."""
    clinic.therapist.get("/caseload")
    looks: list[str] = []

    def holder(self: SignInSessions, secret: str) -> None:
        looks.append("holder")
        raise PoolTimeout("couldn't get a connection after 10.00 sec")

    monkeypatch.setattr(SignInSessions, "holder", holder)
    return looks


@pytest.mark.parametrize("path", ["/caseload", "/sign-ins", "/stay"])
def test_a_page_says_so_and_waits_for_the_database_once(clinic: Clinic, down: list[str], path: str) -> None:
    answer = clinic.therapist.http.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 503
    assert "The database does not answer. Try again in a moment." in answer.text
    assert f'<a href="{path}">Try again</a>' in answer.text
    assert answer.headers["retry-after"]
    assert down == ["holder"]


def test_whoever_sent_a_form_reads_how_it_is_recorded_once(clinic: Clinic, down: list[str]) -> None:
    del down
    token = {TOKEN_HEADER: clinic.therapist.token, "accept": "text/html"}
    answer = clinic.therapist.http.post("/find", data={"q": "Ana"}, headers=token)
    assert answer.status_code == 503
    assert "Load this page again to send what you typed once more" in answer.text
    assert "Try again</a>" not in answer.text


@pytest.fixture
def way(database: Database) -> Iterator[Freezes]:
    with Freezes(database.server.socket_dir / ".s.PGSQL.5432") as opened:
        in_the_end = threading.Timer(PATIENCE_SECONDS, opened.thaw)
        in_the_end.start()
        yield opened
        in_the_end.cancel()


@pytest.fixture
def far_clinic(server: Server, database: Database, way: Freezes) -> Iterator[Clinic]:
    """A clinic whose way to the database can be cut."""
    through = make_conninfo(database.app_url, host="127.0.0.1", port=way.port)
    with reopened_clinic(server, replace(database, app_url=through)) as opened:
        yield opened
        way.thaw()


@pytest.mark.parametrize("path", ["/caseload", "/ready"])
def test_a_server_that_holds_a_request_up_is_waited_for_no_longer_than_people_wait(
    far_clinic: Clinic, way: Freezes, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert far_clinic.therapist.get("/caseload").status_code == 200
    monkeypatch.setattr(api.bounded_wait, "SECONDS", 0.2)
    monkeypatch.setattr(api.ready, "SECONDS", 0.2)
    way.freeze()
    answer = far_clinic.therapist.http.get(path, headers={"accept": "text/html"})
    assert (answer.status_code, "does not answer" in answer.text) == (503, True)
    monkeypatch.undo()
    way.thaw()
    assert far_clinic.therapist.get("/caseload").status_code == 200


def test_browsers_wait_longer_than_a_request_may() -> None:
    (seconds,) = re.findall(r"PATIENCE = (\d+) \* SECOND", (STATIC / "throughline.js").read_text())
    assert int(seconds) > api.bounded_wait.SECONDS + 3


def test_a_server_without_a_connection_left_is_named(clinic: Clinic, database: Database) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        name = sql.Identifier(database.name)
        connection.execute(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT 0").format(name))
        ours = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s AND usename = %s"
        connection.execute(ours, [database.name, "throughline_app"])
    found = clinic.compliance.http.get("/ready").json()["parts"]["database"]
    assert found == "has no connection left for this process: raise its max_connections, or start fewer processes"
