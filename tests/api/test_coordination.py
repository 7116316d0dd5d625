"""Coordination: phases add up, who has nobody stands first, nothing clinical is told."""

import re
from datetime import timedelta

import pytest

from tests.api.clinic import Clinic
from tests.api.course import ready_to_dose, referred
from tests.api.pages_read import Read, readings
from tests.api.test_worklist import flagged


def coordination(clinic: Clinic, query: str = "") -> Read:
    answer = clinic.coordinator.get(f"/coordination{query}")
    assert answer.status_code == 200
    return Read(answer.text)


def test_an_empty_network_has_everything_in_order(clinic: Clinic) -> None:
    assert "Nothing is due in the next 7 days. Everyone has a care team." in coordination(clinic).words


def test_phase_counts_add_up_to_the_open_episodes_and_open_their_list(clinic: Clinic) -> None:
    referred(clinic, "Noor Haddad")
    referred(clinic, "Leo Castellanos").assign().take_in()
    ready_to_dose(clinic)
    read = coordination(clinic)
    phases = [(href, said) for href, said in read.links if href.startswith("/coordination?phase=")]
    total = 0
    for href, said in phases:
        count = int(re.findall(r"\d+$", said)[0])
        assert len(coordination(clinic, href.removeprefix("/coordination")).rows) == count, said
        total += count
    assert total == 3
    assert "3 open episodes" in read.words


def test_who_has_nobody_is_assigned_from_here(clinic: Clinic) -> None:
    course = referred(clinic, "Noor Haddad")
    clinic.travel(days=2)
    read = coordination(clinic)
    assert "Unassigned 1" in read.words
    assert read.rows[0].startswith("Noor Haddad KAP-")
    assert "2 days" in read.rows[0]
    assert "Referred by Dr. Lindqvist No prescriber yet; 1 prescriber can be assigned" in read.rows[0]
    href = read.href("Assign prescriber")
    assert href == f"{course.href}/assign-care-team-member?role=prescriber&back=%2Fcoordination"
    assert clinic.coordinator.get(href).status_code == 200


def test_nothing_clinical_is_told(clinic: Clinic) -> None:
    flagged(clinic, ready_to_dose(clinic))
    words = coordination(clinic).words
    assert "Waiting for a prescriber's review" in words
    for clinical in ("Item 9", "PHQ-9 13", "moderate", "F33", "mg", "11 Mar 1984"):
        assert clinical not in words


def test_a_visit_that_is_booked_is_moved_not_scheduled_again(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    starts_at = (clinic.now + timedelta(days=1)).isoformat()
    clinic.coordinator.recorded(course.episode_id, "book_intake", starts_at=starts_at, way="remote")
    words = coordination(clinic).words
    assert "Move intake" in words
    assert "Schedule intake" not in words


def test_only_overdue_is_a_list_of_its_own(clinic: Clinic) -> None:
    ready_to_dose(clinic)
    clinic.travel(days=20)
    read = coordination(clinic)
    href = next(href for href, said in read.links if said.startswith("only overdue"))
    count = int(re.findall(r"\d+", next(said for _, said in read.links if said.startswith("only overdue")))[0])
    overdue = coordination(clinic, href.removeprefix("/coordination"))
    assert len(overdue.rows) == count > 0
    assert all("over" in row for row in overdue.rows)


def test_questionnaires_due_on_one_day_are_one_row(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    total = {"instrument": "gad-7", "total": 12, "taken_at": course.state.outcomes and clinic.now.isoformat()}
    clinic.therapist.recorded(course.episode_id, "record_outcome", **total)
    answers = [2, 2, 2, 2, 1, 1, 1, 1, 0]
    phq = {"instrument": "phq-9", "answers": answers, "taken_at": clinic.now.isoformat()}
    clinic.therapist.recorded(course.episode_id, "record_outcome", **phq)
    clinic.travel(days=14)
    rows = [row for row in coordination(clinic).rows if "PHQ-9" in row or "GAD-7" in row]
    assert len(rows) == 1
    assert "PHQ-9 and GAD-7" in rows[0]


def test_one_reading_per_patient_is_written_down(clinic: Clinic) -> None:
    course = referred(clinic)
    coordination(clinic)
    assert readings(clinic, "coordination") == [course.episode_id]


def test_there_is_no_coordination_for_other_roles(clinic: Clinic) -> None:
    for browser in (clinic.therapist, clinic.prescriber, clinic.compliance):
        assert browser.get("/coordination").status_code == 404


def test_a_long_list_goes_on_and_says_how_long_it_is(clinic: Clinic) -> None:
    for name in ("Noor Haddad", "Leo Castellanos", "Devon Marsh"):
        referred(clinic, name)
        clinic.travel(days=1)
    read = coordination(clinic, "?rows=1")
    assert "Unassigned 3" in read.words
    assert [row for row in read.rows if "Referred by" in row] == [read.rows[0]]
    assert read.rows[0].startswith("Noor Haddad"), "who waits longest comes first"
    more = read.href("Show the next 2")
    assert "Leo Castellanos" not in read.words
    assert "Leo Castellanos" in coordination(clinic, more.removeprefix("/coordination")).words


def test_only_who_is_shown_is_logged(clinic: Clinic) -> None:
    for name in ("Noor Haddad", "Leo Castellanos"):
        referred(clinic, name)
        clinic.travel(days=1)
    phase = coordination(clinic, "?phase=Referred&rows=1")
    assert len(phase.rows) == 1
    assert "Referred 2" in phase.words
    assert len(readings(clinic, "coordination")) == 1


def test_where_courses_are_still_gone_through_it_says_so_and_to_load_again(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    referred(clinic, "Noor Haddad")
    monkeypatch.setattr("projections.gone_through.OTHERS_SECONDS", 0.01)
    with clinic.edge.standings._of(clinic.network_id).lock:
        answer = clinic.coordinator.get("/coordination")
        assert answer.status_code == 503
        assert "gone through for the first time. Load again in a moment" in Read(answer.text).words
        assert "Noor Haddad" not in answer.text
    assert "Noor Haddad" in coordination(clinic).words
