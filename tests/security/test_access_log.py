"""Nobody reads unseen: every page that tells of a patient writes it down first, and without the log shows nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.api.clinic import Browser, Clinic
from tests.api.course import Course
from tests.postgres import Database
from tests.security.course import in_the_middle
from tests.security.routes import AnyIds, addresses
from tests.thoroughness import share

NAME = "Ana Whitfield"


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


def tells_of_the_patient(course: Course, browser: Browser, path: str) -> bool:
    """Whether a page says who it is about, or what was measured."""
    answer = browser.get(path, params={"purpose": "incident"})
    told = (NAME, "11 Mar 1984", "1984-03-11", "124/78", str(course.state.patient_id))
    return answer.status_code == 200 and any(word in answer.text for word in told)


def paths(course: Course) -> list[str]:
    ids = {"episode_id": course.episode_id, "version": 3, "which": "1", "entry_id": course.episode_id}
    return [one.path.format_map(AnyIds(ids)) for one in addresses(course.clinic.app) if not one.is_unsafe]


def test_e2_without_the_access_log_nothing_is_shown(course: Course, database: Database) -> None:
    clinic = course.clinic
    clinic.compliance.post(f"{course.href}/purpose", {"purpose": "incident"})
    people = (clinic.therapist, clinic.prescriber, clinic.coordinator, clinic.compliance)
    telling = [
        (browser, path) for browser in people for path in paths(course) if tells_of_the_patient(course, browser, path)
    ]
    assert len(telling) > 100
    with log_gone(database):
        for browser, path in telling:
            answer = browser.get(path, params={"purpose": "incident"})
            assert answer.status_code == 503, path
            assert answer.headers["retry-after"]
            assert NAME not in answer.text
            assert "124/78" not in answer.text
    for browser, path in share(telling, 0, 10):
        assert tells_of_the_patient(course, browser, path), "the log is back"


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
        row = connection.execute("SELECT count(*) FROM access_log WHERE screen = %s", [screen]).fetchone()
    return int(row[0]) if row else 0
