"""What nobody should send: each is refused in words that name the place, keeps nothing, and leaves the process up."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from domain.patient.patient import PATIENT
from domain.patient.register_patient import RegisterPatient, register_patient
from tests.api.clinic import Browser, Clinic, opened_clinic
from tests.api.course import Course, ready_to_dose
from tests.postgres import Database, Servers
from tests.security.next_door import NextDoor
from tests.security.world import kept_in
from tests.security.wrong import BROKEN, SESSION_WRONG, WRONG

PROBLEM = "application/problem+json"


class Open(Course):
    """A course with a dosing session that is open."""

    session_id: UUID
    database: Database

    @property
    def kept(self) -> dict[str, int]:
        return kept_in(self.database)

    def send(self, decision: str, body: Any, browser: Browser | None = None, key: str = "") -> httpx.Response:
        """A body as it is: a value becomes JSON with everything that Python lets into it, bytes go as they are."""
        sent = {"content-type": "application/json", "idempotency-key": key or uuid4().hex}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        path = f"/api{self.href}/{decision}"
        return (browser or self.clinic.therapist).post(path, content=content, headers=sent)


@pytest.fixture(scope="module")
def course(servers: Servers) -> Iterator[Open]:
    """Ana's first dosing session, open; every test leaves it as it was."""
    with servers.get("embedded").fresh_database() as database, opened_clinic(database) as clinic:
        ready = ready_to_dose(clinic)
        found = Open(clinic, ready.episode_id)
        found.database = database
        found.session_id = ready.book()
        clinic.therapist.recorded(found.episode_id, "open_dosing_session", session_id=str(found.session_id))
        yield found


def vitals(course: Open, **changed: Any) -> dict[str, Any]:
    """124/78, observed before the dose, with something changed."""
    measured = {"systolic_mmhg": 124, "diastolic_mmhg": 78, "pulse_per_min": 70}
    return {"session_id": str(course.session_id), "phase": "before", **measured, **changed}


def refused(course: Open, answer: httpx.Response, before: dict[str, int], *places: str) -> dict[str, Any]:
    """A refusal in words, with the places it names; nothing was kept and the process is up."""
    assert answer.status_code in (400, 404, 409, 413, 422), answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert len(problem["detail"]) > 10
    assert "Traceback" not in answer.text
    named = {mistake["field"] for mistake in problem.get("mistakes", ())}
    assert set(places) <= named, problem
    assert course.kept == before
    assert course.clinic.therapist.get("/stay").status_code == 204
    return problem


@pytest.mark.parametrize("what", BROKEN)
def test_a_body_that_is_no_order(course: Open, what: str) -> None:
    before = course.kept
    problem = refused(course, course.send("place-hold", BROKEN[what]), before)
    if len(BROKEN[what]) > 1024 * 1024:
        assert problem["status"] == 413


@pytest.mark.parametrize("what", WRONG)
def test_an_order_that_cannot_be_meant(course: Open, what: str) -> None:
    decision, body, place = WRONG[what]
    before = course.kept
    refused(course, course.send(decision, body), before, *([place] if place else []))


@pytest.mark.parametrize("what", SESSION_WRONG)
def test_vitals_that_cannot_be(course: Open, what: str) -> None:
    changed, place = SESSION_WRONG[what]
    before = course.kept
    refused(course, course.send("record-vitals", vitals(course, **changed)), before, place)


@pytest.mark.parametrize("amount", ["-100", "0", "1e2", "1e400", "NaN", "Infinity", "100 mg", 10**30, "0.25", "5001"])
def test_a_dose_that_cannot_be(course: Open, amount: Any) -> None:
    before = course.kept
    body = {"session_id": str(course.session_id), "amount_mg": amount}
    answer = course.send("record-dose", body)
    if amount == "1e2":
        assert answer.status_code in (200, 409, 422)
    else:
        refused(course, answer, before, "amount_mg")


def test_five_minutes_ahead_are_allowed_for(course: Open) -> None:
    ahead = course.clinic.now.replace(microsecond=0).isoformat()
    assert course.send("record-vitals", vitals(course, taken_at=ahead)).status_code == 200


def test_true_extremes_are_asked_again_and_then_kept(course: Open) -> None:
    before = course.kept
    extreme = vitals(course, phase="during", systolic_mmhg=240, diastolic_mmhg=130)
    problem = refused(course, course.send("record-vitals", extreme), before, "systolic_mmhg")
    assert "240" in problem["detail"]
    assert course.send("record-vitals", extreme | {"confirm_extreme": True}).status_code == 200


@pytest.mark.parametrize("key", ["", "short", "k" * 201, "k" * 100_000, None])
def test_a_key_that_is_none(course: Open, key: str | None) -> None:
    before = course.kept
    path, headers = f"/api{course.href}/place-hold", {} if key is None else {"idempotency-key": key}
    answer = course.clinic.therapist.post(path, json={"reason": "other"}, headers=headers)
    refused(course, answer, before, "header.idempotency-key")


def test_the_same_key_answers_the_same(course: Open) -> None:
    key = uuid4().hex
    first = course.send("place-hold", {"reason": "other", "note": "words"}, key=key)
    before = course.kept
    again = course.send("place-hold", {"note": "words", "reason": "other"}, key=key)
    assert first.json() | {"repeated": True} == again.json()
    for other in ({"reason": "other", "note": "other words"}, {"reason": "consent", "note": "words"}):
        problem = refused(course, course.send("place-hold", other, key=key), before)
        assert (problem["status"], "new key" in problem["detail"]) == (422, True)
    problem = refused(course, course.send("pause-episode", {"reason": "words"}, key=key), before)
    assert problem["status"] == 422


def test_a_key_belongs_to_one_person(course: Open) -> None:
    key, body = uuid4().hex, {"reason": "other", "note": "words"}
    first = course.send("place-hold", body, key=key).json()
    second = course.send("place-hold", body, course.clinic.prescriber, key=key).json()
    assert second["repeated"] is False
    assert set(first["event_ids"]).isdisjoint(second["event_ids"])


def test_fifty_at_once_are_one(course: Open) -> None:
    body, key = {"reason": "other", "note": "at once"}, uuid4().hex
    course.clinic.therapist.get("/stay")
    before = course.kept
    with ThreadPoolExecutor(50) as threads:
        sent = [threads.submit(course.send, "place-hold", body, key=key) for _ in range(50)]
    answers = [one.result() for one in sent]
    assert {answer.status_code for answer in answers} <= {200, 503}
    recorded = [answer.json() for answer in answers if answer.status_code == 200]
    assert {tuple(one["event_ids"]) for one in recorded} == {tuple(recorded[0]["event_ids"])}
    assert sum(not one["repeated"] for one in recorded) == 1
    assert course.kept["events"] == before["events"] + 1


def test_ids_of_another_network_name_nothing(course: Open) -> None:
    theirs = NextDoor(course.clinic, f"door-{uuid4().hex[:8]}")
    before = course.kept
    person = str(theirs.everybody.actor_id)
    bodies: list[tuple[str, dict[str, Any], str]] = [
        ("refer", {"patient_id": str(theirs.patient_id), "reason": "words"}, "patient_id"),
        ("assign-care-team-member", {"clinician_id": person, "role": "therapist"}, "clinician_id"),
        ("assign-care-team-member", {"clinician_id": person, "role": "prescriber"}, "clinician_id"),
    ]
    for decision, body, place in bodies:
        sent = course
        if decision == "refer":
            sent = Open(course.clinic, uuid4())
            sent.database = course.database
        refused(course, sent.send(decision, body), before, place)
    on_theirs = Open(course.clinic, theirs.episode_id)
    ours = {"patient_id": str(course.state.patient_id), "reason": "words"}
    for decision, body in (("place-hold", {"reason": "other"}), ("record-vitals", vitals(course)), ("refer", ours)):
        assert on_theirs.send(decision, body).status_code in (404, 409)
    assert course.kept == before


def test_a_patient_of_ours_is_not_referred_onto_an_episode_next_door(course: Open) -> None:
    theirs = NextDoor(course.clinic, f"door-{uuid4().hex[:8]}")
    free = register(course.clinic)
    before = course.kept
    answer = Open(course.clinic, theirs.episode_id).send("refer", {"patient_id": str(free), "reason": "words"})
    assert answer.status_code == 404
    assert course.kept == before


def register(clinic: Clinic) -> UUID:
    """A patient of ours whom nobody has referred."""
    patient_id = uuid4()
    body = {"reference": f"KAP-{patient_id.hex[:8].upper()}", "name": "Una Referred", "birth_date": "1984-03-11"}
    clinic.decide(PATIENT, patient_id, register_patient, RegisterPatient.model_validate(body))
    return patient_id


@pytest.mark.parametrize(("field", "longest"), [("name", 300), ("contact", 300), ("reason", 50_000)])
def test_a_name_does_not_fill_a_list_and_a_text_ends(clinic: Clinic, field: str, longest: int) -> None:
    known = {"name": "Ada Example", "birth_date": "1984-03-11", "reason": "Asks for help.", "contact": "555 0100"}
    key = {"idempotency-key": uuid4().hex}
    refused = clinic.therapist.post("/api/referrals", json=known | {field: "a" * (longest + 1)}, headers=key)
    assert refused.status_code == 422
    assert refused.json()["mistakes"] == [{"field": field, "says": f"Write at most {longest} characters."}]
    assert clinic.therapist.post("/api/referrals", json=known | {field: "a" * longest}, headers=key).is_success
