"""The episode page for whoever is not on its team: coordination by name alone, the pool with one next step."""

from domain.actor import Role
from domain.episode.gates import Checkpoint, gates
from tests.api.clinic import Browser, Clinic
from tests.api.course import ready_to_dose, referred
from tests.api.pages_read import Read
from tests.api.test_worklist import flagged


def test_coordination_sees_what_holds_up_a_dose_by_its_name_alone(clinic: Clinic) -> None:
    course = flagged(clinic, ready_to_dose(clinic))
    words = Read(clinic.coordinator.get(course.href).text).words
    assert "Before dosing session 1" in words
    assert "Not yet: 2 things to do." in words
    assert "Adult present : blocked with Dr. Lindqvist" in words
    assert "A prescriber's review : blocked" in words
    assert "Waiting for a prescriber's review · with Dr. Rivera" in words
    assert "Waiting for the therapist · with Dr. Lindqvist" in words, "the screening of that day is no prescriber's"
    for clinical in ("Item 9", "item 9", "PHQ-9 of", "moderate", "Safety review", "mg"):
        assert clinical not in words


def test_coordination_sees_who_meets_when(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    course.book()
    words = Read(clinic.coordinator.get(course.href).text).words
    assert "Nothing stands in the way." in words
    assert "today 10:12 Dosing session 1, in person" in words


def test_scores_are_not_drawn_for_coordination(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    assert "PHQ-9 12, 12 Mar 2026" in clinic.therapist.get(course.href).text
    assert "PHQ-9 12" not in clinic.coordinator.get(course.href).text


def test_a_prescriber_of_the_pool_takes_the_patient_first(clinic: Clinic) -> None:
    course = referred(clinic)
    achebe = Browser(clinic, clinic.admit("Dr. Owen Achebe", Role.PRESCRIBER))
    read = Read(achebe.get(course.href).text)
    assert read.href("Take this patient") == f"{course.href}/take-patient-from-pool"
    assert "Record PHQ-9" not in read.words
    assert "Schedule preparation session" not in read.words


def test_an_entry_leads_to_its_event(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    network = clinic.edge.people.around(clinic.network_id).network
    asked = gates(
        course.state, Checkpoint.OPEN, now=clinic.now, protocol=network.protocol, network=network, clinicians={}
    )
    entry = next(entry for gate in asked for entry in gate.entries)
    answer = clinic.therapist.get(f"{course.href}/entries/{entry}")
    assert answer.status_code == 303
    assert str(entry) in clinic.therapist.get(answer.headers["location"]).text
    assert clinic.therapist.get(f"{course.href}/entries/{course.episode_id}").status_code == 404
