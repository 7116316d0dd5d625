"""Nobody reads unseen: every page that tells of a patient writes it down first, and without the log shows nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg
import pytest

from tests.api.clinic import Browser, Clinic
from tests.api.course import Course
from tests.postgres import Database
from tests.security.course import in_the_middle
from tests.security.routes import AnyIds, addresses
from tests.thoroughness import share

NAME = "Ana Whitfield"
SHOWS_NOBODY = {
    "/sign-in", "/reauthenticate", "/openapi.json", "/docs", "/live", "/metrics", "/protocol", "/protocols",
    "/protocols/draft", "/api/protocols", "/instruments", "/on-call", "/refer", "/replay", "/subscribers",
    "/subscribers/register", "/on-call/name-on-call", "/on-call/name-medical-director", "/on-call/note-absence",
    "/api/subscribers", "/integrator", "/integrate", "/events/catalogue", "/schemas", "/asyncapi.json", "/sign-ins",
    "/episodes/{episode_id}/purpose",
}  # fmt: skip
"""Rules, forms that begin empty, staff, organisations, and how well the installation is."""
NAMES_PATIENTS_ON_REQUEST = {"/overrides", "/late-entries"}
"""Numbers per member of staff; the entries behind a number name patients, and looking at those is written down."""
WAS_READ_BEFORE = {"/episodes/{episode_id}/sessions/{which}/now"}
"""The clocks of a page whose reading was written down."""


@contextmanager
def log_gone(database: Database) -> Iterator[None]:
    """The access log's table is not there."""
    rename(database, "access_log", "access_log_gone")
    try:
        yield
    finally:
        rename(database, "access_log_gone", "access_log")


def rename(database: Database, old: str, new: str) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute(f"ALTER TABLE {old} RENAME TO {new}".encode())


@pytest.fixture
def course(clinic: Clinic) -> Course:
    return in_the_middle(clinic)


def tells_of_the_patient(course: Course, answer: httpx.Response) -> bool:
    """Whether a page says who it is about, or what was measured."""
    told = (NAME, "11 Mar 1984", "1984-03-11", "124/78", str(course.state.patient_id))
    return answer.status_code == 200 and any(word in answer.text for word in told)


def asked(browser: Browser, path: str) -> httpx.Response:
    answer: httpx.Response = browser.get(path, params={"purpose": "incident"})
    return answer


class Walk:
    """Everybody at every address: where a reading was noted, where something was shown without, and who told what."""

    def __init__(self, course: Course, database: Database) -> None:
        clinic = course.clinic
        ids = {"episode_id": course.episode_id, "version": 3, "which": "1", "entry_id": course.episode_id}
        self.noted: set[str] = set()
        self.unnoted: set[str] = set()
        self.telling: list[tuple[Browser, str]] = []
        clinic.compliance.post(f"{course.href}/purpose", {"purpose": "incident"})
        with psycopg.connect(database.superuser_url, autocommit=True) as connection:
            for browser in (clinic.therapist, clinic.prescriber, clinic.coordinator, clinic.compliance):
                for address in (one for one in addresses(clinic.app) if not one.is_unsafe):
                    path, before = address.path.format_map(AnyIds(ids)), entries(connection)
                    answer = asked(browser, path)
                    if answer.status_code == 200:
                        (self.unnoted if entries(connection) == before else self.noted).add(address.path)
                    if tells_of_the_patient(course, answer):
                        self.telling.append((browser, path))


def test_e2_whatever_shows_somebody_is_written_down_and_without_the_log_nothing_is_shown(
    course: Course, database: Database
) -> None:
    walk = Walk(course, database)
    assert walk.unnoted == SHOWS_NOBODY | NAMES_PATIENTS_ON_REQUEST | WAS_READ_BEFORE
    assert len(walk.noted) > 100
    assert len(walk.telling) > 100
    with log_gone(database):
        for browser, path in walk.telling:
            answer = asked(browser, path)
            assert answer.status_code == 503, path
            assert answer.headers["retry-after"]
            assert NAME not in answer.text
            assert "124/78" not in answer.text
    for browser, path in share(walk.telling, 0, 10):
        assert tells_of_the_patient(course, asked(browser, path)), "the log is back"


def test_without_the_access_log_a_form_neither_shows_nor_records(course: Course, database: Database) -> None:
    therapist, before = course.clinic.therapist, course.state
    with log_gone(database):
        answer = therapist.post(f"{course.href}/place-hold", {"reason": "other", "_key": "0123456789abcdef"})
        assert answer.status_code == 503
        assert NAME not in answer.text
    assert course.state == before


def test_what_happened_is_recorded_through_json_though_nobody_may_read(course: Course, database: Database) -> None:
    session_id = next(iter(s.session_id for s in course.state.sessions.values() if s.is_running))
    body = {"session_id": str(session_id), "phase": "after", "systolic_mmhg": 120, "diastolic_mmhg": 76}
    with log_gone(database):
        answer = course.clinic.therapist.decide(course.episode_id, "record_vitals", body)
    assert answer.status_code == 200


def test_the_clocks_alone_are_a_reading_unless_the_page_was_read(course: Course, database: Database) -> None:
    therapist, href = course.clinic.therapist, f"{course.href}/sessions/1"
    before = rows(database, "dosing_session")
    for _ in range(3):
        assert therapist.get(f"{href}/now").status_code == 200
    assert rows(database, "dosing_session") == before + 1
    therapist.get(href)
    assert rows(database, "dosing_session") == before + 2
    course.clinic.prescriber.get(f"{href}/now")
    assert rows(database, "dosing_session") == before + 3, "another person's reading is another"


def rows(database: Database, screen: str) -> int:
    with psycopg.connect(database.superuser_url) as connection:
        return entries(connection, screen)


def entries(connection: psycopg.Connection[Any], screen: str | None = None) -> int:
    """How many readings of a screen, or of all, are written down."""
    query = "SELECT count(*) FROM access_log WHERE screen = coalesce(%s, screen)"
    ((count,),) = connection.execute(query, [screen]).fetchall()
    return int(count)
