"""Coordination is a relation of its own: a licence besides, or a place on the team as coordinator, adds nothing."""

from typing import Any

import pytest

from domain.actor import Role
from tests.api.clinic import Browser, Clinic
from tests.api.course import TERMS, Course, referred

SECRET = "She spoke of her brother."
NOTE = {"kind": "progress_note", "text": SECRET}


@pytest.fixture
def course(clinic: Clinic) -> Course:
    course = referred(clinic).assign().take_in().consent()
    clinic.therapist.recorded(course.episode_id, "sign_document", **NOTE)
    return course


def test_a_coordinator_with_a_licence_decides_nothing_clinical_for_patients_of_others(course: Course) -> None:
    clinic = course.clinic
    roles = (Role.PRESCRIBER, Role.THERAPIST, Role.COORDINATOR)
    both = Browser(clinic, clinic.admit("Dr. Ines Falk", *roles))
    before = course.state
    outcome = {"instrument": "phq-9", "answers": [0] * 9, "taken_at": clinic.now.isoformat()}
    orders: dict[str, dict[str, Any]] = {
        "issue_plan": {"terms": TERMS},
        "sign_document": NOTE,
        "record_outcome": outcome,
    }
    for decision, body in orders.items():
        refused = both.decide(course.episode_id, decision, body)
        assert refused.status_code == 403, refused.text
        assert refused.json()["rule"] == "17"
    assert course.state == before
    page = both.get(course.href)
    assert page.status_code == 200
    for slug in ("issue-plan", "sign-document", "record-outcome"):
        assert f"{course.href}/{slug}" not in page.text
        assert both.get(f"{course.href}/{slug}").status_code == 403


def test_a_coordinator_with_a_licence_coordinates_and_cares_for_their_own_patients(course: Course) -> None:
    clinic = course.clinic
    both = Browser(clinic, clinic.admit("Dr. Ines Falk", Role.THERAPIST, Role.COORDINATOR))
    own = {"clinician_id": str(both.actor.actor_id), "role": "therapist"}
    both.recorded(course.episode_id, "assign_care_team_member", **own)
    assert SECRET in both.get(f"/api{course.href}/documents").text
    both.recorded(course.episode_id, "sign_document", **NOTE)


def test_a_coordinator_who_joins_the_team_as_coordinator_reads_no_notes(course: Course) -> None:
    clinic = course.clinic
    place = {"clinician_id": str(clinic.okafor.actor_id), "role": "coordinator"}
    clinic.coordinator.recorded(course.episode_id, "assign_care_team_member", **place)
    assert SECRET not in clinic.coordinator.get(f"/api{course.href}/documents").text
    (note,) = course.state.documents.values()
    assert clinic.coordinator.get(f"{course.href}/documents/{note.entry_id}").status_code == 404
    assert clinic.therapist.get(f"{course.href}/documents/{note.entry_id}").status_code == 200
