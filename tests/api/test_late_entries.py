"""Late entries: counted per person with the entries behind each number, and both times of each."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.api.clinic import Browser, Clinic, PunctualClinic, opened_clinic
from tests.api.course import Course, ready_to_dose
from tests.api.pages_read import Read, readings
from tests.postgres import Database, Server


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """One in which no clinic was founded yet: it would have been founded late."""
    with server.fresh_database() as fresh:
        yield fresh


@pytest.fixture
def clinic(database: Database) -> Iterator[Clinic]:
    """Late is late against the clinic's own clock."""
    with opened_clinic(database, kind=PunctualClinic) as opened:
        yield opened


REASON = "The line was down; kept on paper."


def measured(course: Course, hours_ago: float, **more: Any) -> dict[str, Any]:
    """A PHQ-9 that Dr. Lindqvist enters so long after it was filled in."""
    taken_at = (course.clinic.now - timedelta(hours=hours_ago)).isoformat()
    body = {"instrument": "phq-9", "answers": [1] * 8 + [0], "taken_at": taken_at}
    return course.clinic.therapist.recorded(course.episode_id, "record_outcome", **body, **more)


def page(browser: Browser, query: str = "") -> Read:
    browser.clinic.catch_up()
    answer = browser.get(f"/late-entries{query}")
    assert answer.status_code == 200
    return Read(answer.text)


def test_nobody_is_late_when_everything_is_written_down_at_once(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    measured(course, hours_ago=0.5)
    found = clinic.coordinator.get("/api/late-entries", params={"days": 1}).json()
    assert found["people"] == []


def test_each_number_opens_the_entries_it_counts(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    measured(course, hours_ago=5, late_reason=REASON)
    clinic.travel(minutes=1)
    measured(course, hours_ago=1.5)
    everybody = page(clinic.compliance)
    assert everybody.rows[0] == "Dr. Lindqvist 2 1 3 h 15 min 5 h 0"
    opened = page(clinic.compliance, everybody.href("2").removeprefix("/late-entries"))
    assert len(opened.rows) == 2
    assert "outcome recorded no reason given" in opened.rows[0]
    assert "outcome recorded reason given" in opened.rows[1]
    assert opened.rows[1].endswith("5 h")
    assert readings(clinic, "late_entries")[-1] == course.episode_id


def test_a_correction_is_counted_apart(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    measured(course, hours_ago=3)
    clinic.travel(minutes=1)
    outcome_id = list(course.state.outcomes)[-1]
    corrected = {"outcome_id": str(outcome_id), "answers": [1] * 7 + [0, 0], "reason": "Mistyped."}
    clinic.therapist.recorded(course.episode_id, "correct_outcome", **corrected)
    assert page(clinic.compliance).rows[0] == "Dr. Lindqvist 1 0 3 h 3 h 1"
    (person,) = clinic.compliance.get("/api/late-entries").json()["people"]
    assert (person["entries"], person["corrections"]) == (1, 1)


def test_coordination_reads_that_there_was_an_entry_and_not_what(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    measured(course, hours_ago=5, late_reason=REASON)
    opened = page(clinic.coordinator, page(clinic.coordinator).href("1").removeprefix("/late-entries"))
    assert "an entry reason given" in opened.rows[0]
    assert "outcome" not in opened.words
    (entry,) = clinic.coordinator.get("/api/late-entries").json()["entries"]
    assert not {"stored_as", "category", "what"} & entry.keys()


def test_a_number_opens_all_that_it_counts_however_many(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    for hours in (5, 4, 3):
        measured(course, hours_ago=hours)
        clinic.travel(minutes=1)
    everybody = page(clinic.compliance)
    first = page(clinic.compliance, everybody.href("3").removeprefix("/late-entries") + "&rows=1")
    assert len(first.rows) == 1
    assert "entries 3" in first.words
    whole = page(clinic.compliance, first.href("Show the next 2").removeprefix("/late-entries"))
    assert len(whole.rows) == 3
