"""Erasures and legal holds on their pages and as JSON: two people of compliance, and nobody else."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.actor import Role
from domain.patient.patient import PATIENT
from domain.patient.register_patient import RegisterPatient, register_patient
from tests.api.clinic import Browser, Clinic
from tests.api.course import referred
from tests.api.forms_driven import fields_in
from tests.api.pages_read import Read

ADA = {"reference": "KAP-0901", "name": "Ada Zqexample", "birth_date": "1984-03-11"}
PROPOSAL = {"legal_basis": "patient_right", "reason": "They wrote on 1 March.", "reference": "kap-0901"}


@pytest.fixture
def ada(clinic: Clinic) -> UUID:
    """A patient without an episode."""
    patient_id = uuid4()
    clinic.decide(PATIENT, patient_id, register_patient, RegisterPatient.model_validate(ADA))
    clinic.catch_up()
    return patient_id


@pytest.fixture
def stein(clinic: Clinic) -> Browser:
    """The second person of compliance."""
    return Browser(clinic, clinic.admit("Ruth Stein", Role.COMPLIANCE))


def sent(browser: Browser, patient_id: UUID, slug: str, **typed: str) -> Any:
    """A form of the record's page, filled in."""
    here = f"/erasures/{patient_id}"
    given = fields_in(browser.get(here).text, f"{here}/{slug}")
    return browser.post(f"{here}/{slug}", given | typed)


def words(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return Read(answer.text).words


def test_two_people_erase_a_patient_through_the_pages(clinic: Clinic, ada: UUID, stein: Browser) -> None:
    park, here = clinic.compliance, f"/erasures/{ada}"
    found = park.post("/erasures/find", {"reference": "kap-0901 "})
    assert (found.status_code, found.headers["location"]) == (303, here)
    before = words(park, here)
    assert "Ada Zqexample" in before
    assert "Backups made before still hold the key" in before
    assert sent(park, ada, "propose-erasure", **PROPOSAL).status_code == 303
    assert "You proposed it" in words(park, here)
    waiting = words(stein, here)
    assert "They wrote on 1 March." in waiting
    assert "It waits until 26 Mar 2026 09:42" in waiting
    assert f'action="{here}/confirm-erasure"' not in stein.get(here).text, "its time has not come"
    clinic.travel(days=14, minutes=1)
    assert sent(stein, ada, "confirm-erasure", reference="KAP-0900", _sign="yes").status_code == 409
    assert "This cannot be taken back" in words(stein, here)
    assert sent(stein, ada, "confirm-erasure", reference="KAP-0901", _sign="yes").status_code == 303
    for browser in (park, stein):
        after = words(browser, here)
        assert "Erased on 26 Mar 2026 09:43" in after
        assert "proposed by June Park" in after.replace("Proposed", "proposed")
        assert "Zqexample" not in after
        assert "1984" not in after
        assert "They wrote" not in after
    assert "erased" in words(park, "/erasures")
    assert ada not in [one for (one,) in searched(clinic)], "no name finds them"


def test_an_erased_patient_has_no_next_step_and_nothing_is_written_about_them(clinic: Clinic, stein: Browser) -> None:
    course = referred(clinic, "Zoe Quillexample").assign()
    patient_id, reference = course.state.patient_id, course.state.reference
    assert patient_id is not None
    clinic.therapist.recorded(course.episode_id, "discharge_patient", reason="patient_choice")
    assert "Next for you" in words(clinic.therapist, course.href)
    assert (
        sent(clinic.compliance, patient_id, "propose-erasure", **(PROPOSAL | {"reference": reference})).status_code
        == 303
    )
    clinic.travel(days=14, minutes=1)
    assert sent(stein, patient_id, "confirm-erasure", reference=reference, _sign="yes").status_code == 303
    erased = words(clinic.therapist, course.href)
    assert "Erased on" in erased
    assert "Next for you" not in erased
    scores = {"instrument": "phq-9", "answers": [1] * 9, "taken_at": clinic.now.isoformat()}
    refused = clinic.therapist.decide(course.episode_id, "record_outcome", scores)
    assert refused.status_code == 409
    assert "This patient was erased" in refused.text, "not even what is no text"


def searched(clinic: Clinic) -> list[tuple[UUID]]:
    with clinic.datastore.in_network(clinic.network_id) as connection:
        return connection.execute("SELECT patient_id FROM patient_search").fetchall()


def test_whoever_does_not_sign_in_person_is_asked_to(clinic: Clinic, ada: UUID, stein: Browser) -> None:
    sent(clinic.compliance, ada, "propose-erasure", **PROPOSAL)
    clinic.travel(days=15)
    stein.get(f"/erasures/{ada}")  # who has just signed in need not confirm it
    clinic.travel(minutes=6)
    answer = sent(stein, ada, "confirm-erasure", reference="KAP-0901")
    assert answer.status_code == 409
    assert "Confirm who you are" in answer.text
    assert "Ada Zqexample" in words(stein, f"/erasures/{ada}")


def test_it_is_called_off_and_proposed_anew(clinic: Clinic, ada: UUID, stein: Browser) -> None:
    sent(clinic.compliance, ada, "propose-erasure", **PROPOSAL)
    assert sent(stein, ada, "call-off-erasure", reason="They came back.").status_code == 303
    told = words(clinic.compliance, f"/erasures/{ada}")
    assert "called the erasure off" in told
    assert "They came back." in told
    assert sent(stein, ada, "propose-erasure", **PROPOSAL).status_code == 303


def test_a_legal_hold_keeps_the_record_until_it_is_lifted(clinic: Clinic, ada: UUID, stein: Browser) -> None:
    sent(clinic.compliance, ada, "propose-erasure", **PROPOSAL)
    assert sent(stein, ada, "place-legal-hold", reason="Doe v. Harbour").status_code == 303
    clinic.travel(days=15)
    assert "A legal hold stands." in words(stein, f"/erasures/{ada}")
    assert re.search(r"Legal hold since \d+ \w+ 20\d\d \d\d:\d\d, by Ruth Stein", words(stein, "/erasures"))
    (hold,) = clinic.edge.care.state(PATIENT, ada, network_id=clinic.network_id)[0].legal_holds
    erasure = clinic.edge.care.state(PATIENT, ada, network_id=clinic.network_id)[0].erasure_proposed.erasure_id
    body = {"erasure_id": str(erasure), "reference": "KAP-0901"}
    refused = decide(stein, ada, "confirm-erasure", body)
    assert (refused.status_code, refused.json()["missing"]) == (409, "the legal hold lifted")
    assert sent(stein, ada, "lift-legal-hold", reason="Settled", hold_id=str(hold), _sign="yes").status_code == 303
    assert sent(stein, ada, "confirm-erasure", reference="KAP-0901", _sign="yes").status_code == 303


def decide(browser: Browser, patient_id: UUID, slug: str, body: dict[str, Any], key: str = "") -> Any:
    headers = {"idempotency-key": key or uuid4().hex}
    return browser.post(f"/api/patients/{patient_id}/{slug}", json=body, headers=headers)


def test_programs_take_the_same_decisions(clinic: Clinic, ada: UUID, stein: Browser) -> None:
    key = uuid4().hex
    first = decide(clinic.compliance, ada, "propose-erasure", PROPOSAL, key)
    assert (first.status_code, first.json()["events"]) == (200, ["ErasureProposed"])
    assert decide(clinic.compliance, ada, "propose-erasure", PROPOSAL, key).json()["repeated"]
    erasure = str(clinic.edge.care.state(PATIENT, ada, network_id=clinic.network_id)[0].erasure_proposed.erasure_id)
    early = decide(stein, ada, "confirm-erasure", {"erasure_id": erasure, "reference": "KAP-0901"})
    assert early.status_code == 409
    assert "can be confirmed from 2026-03-26 09:42" in early.json()["detail"]
    assert "Zqexample" not in early.text
    off = {"erasure_id": erasure, "reason": "A mistake."}
    assert decide(stein, ada, "call-off-erasure", off).json()["events"] == ["ErasureCalledOff"]


@pytest.mark.parametrize("who", ["therapist", "prescriber", "coordinator"])
def test_nobody_else_sees_or_decides_it(clinic: Clinic, ada: UUID, who: str) -> None:
    browser: Browser = getattr(clinic, who)
    for path in ("/erasures", f"/erasures/{ada}"):
        assert browser.get(path).status_code == 404
    assert browser.post("/erasures/find", {"reference": "KAP-0901"}).status_code == 404
    for slug in ("propose-erasure", "place-legal-hold"):
        assert browser.post(f"/erasures/{ada}/{slug}", PROPOSAL).status_code == 404
        assert decide(browser, ada, slug, PROPOSAL).status_code == 403


def test_a_record_of_another_network_is_not_there(clinic: Clinic) -> None:
    assert clinic.compliance.get(f"/erasures/{uuid4()}").status_code == 404
    assert decide(clinic.compliance, uuid4(), "propose-erasure", PROPOSAL).status_code == 404
    answer = clinic.compliance.post("/erasures/find", {"reference": "KAP-7777"})
    assert answer.status_code == 422
    assert "Nobody in this network goes by this reference." in answer.text


def test_reading_a_record_is_written_down(clinic: Clinic, ada: UUID) -> None:
    clinic.compliance.get(f"/erasures/{ada}")
    with clinic.datastore.in_network(clinic.network_id) as connection:
        rows = connection.execute("SELECT screen, patient_id, purpose FROM access_log").fetchall()
    assert ("record", ada, "record_keeping") in rows


def test_an_open_episode_is_named_and_no_form_offered(clinic: Clinic) -> None:
    patient_id = referred(clinic).state.patient_id
    assert patient_id is not None
    told = words(clinic.compliance, f"/erasures/{patient_id}")
    assert "An episode is open." in told
    assert "Propose to erase" not in told
    reference = clinic.edge.care.state(PATIENT, patient_id, network_id=clinic.network_id)[0].reference
    refused = decide(clinic.compliance, patient_id, "propose-erasure", PROPOSAL | {"reference": reference})
    assert (refused.status_code, refused.json()["missing"]) == (409, "the patient discharged")


def test_a_form_that_is_empty_says_what_is_missing(clinic: Clinic, ada: UUID) -> None:
    answer = sent(clinic.compliance, ada, "propose-erasure", legal_basis="", reason="", reference="")
    assert answer.status_code == 422
    assert answer.text.count("field-error") >= 3


def test_a_long_list_goes_on_with_what_waits_first(clinic: Clinic, ada: UUID) -> None:
    held = []
    for number in (2, 3):
        patient_id = uuid4()
        of_theirs = ADA | {"reference": f"KAP-090{number}", "name": f"Of theirs {number}"}
        clinic.decide(PATIENT, patient_id, register_patient, RegisterPatient.model_validate(of_theirs))
        held.append(patient_id)
    clinic.catch_up()
    assert sent(clinic.compliance, ada, "propose-erasure", **PROPOSAL).status_code == 303
    for patient_id in held:
        clinic.travel(minutes=1)
        assert sent(clinic.compliance, patient_id, "place-legal-hold", reason="A dispute.").status_code == 303
    first = Read(clinic.compliance.get("/erasures?rows=1").text)
    assert [row[:8] for row in first.rows] == ["KAP-0901"], "what waits for somebody, then the latest"
    assert "of 3" in first.words
    whole = Read(clinic.compliance.get(first.href("Show the next 2")).text)
    assert [row[:8] for row in whole.rows] == ["KAP-0901", "KAP-0903", "KAP-0902"]
