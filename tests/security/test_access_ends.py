"""Access ends with the next request: removed, run out, relieved of duty or suspended, while read models stand still."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from starlette.requests import Request

from api.following import following_of
from api.viewer import NobodyIsSignedIn
from domain.actor import Actor, Role
from domain.clinician.clinician import CLINICIAN
from domain.clinician.suspend_clinician import SuspendClinician, suspend_clinician
from domain.episode.course.discharge_patient import DischargePatient, discharge_patient
from domain.episode.episode import EPISODE
from domain.episode.team.assign_care_team_member import AssignCareTeamMember, assign_care_team_member
from domain.episode.team.remove_care_team_member import RemoveCareTeamMember, remove_care_team_member
from domain.network.name_on_call import NameOnCall, name_on_call
from domain.network.network import NETWORK
from store.feed import Narrowing
from tests.api.clinic import Browser, Clinic
from tests.api.course import Course, referred

NAME = "Ana Whitfield"


@pytest.fixture
def course(clinic: Clinic) -> Course:
    """Ana, with Dr. Lindqvist and Dr. Rivera on her team."""
    return referred(clinic).assign()


def remove(course: Course, actor: Actor, role: Role) -> None:
    """Past every page, so that no read model hears of it."""
    order = RemoveCareTeamMember.model_validate({"clinician_id": actor.actor_id, "role": role})
    course.clinic.decide(EPISODE, course.episode_id, remove_care_team_member, order, by=course.clinic.okafor)


def assign(course: Course, actor: Actor, role: Role, **more: Any) -> None:
    order = AssignCareTeamMember.model_validate({"clinician_id": actor.actor_id, "role": role} | more)
    course.clinic.decide(EPISODE, course.episode_id, assign_care_team_member, order, by=course.clinic.okafor)


def sees_nothing(course: Course, browser: Browser, home: str) -> None:
    """Neither page nor form nor list nor route knows the patient any more."""
    paths = ("", "/timeline", "/events/1", "/place-hold", "/record-outcome")
    assert [browser.get(course.href + path).status_code for path in paths] == [404] * len(paths)
    order = {"reason": "other"}
    assert browser.post(f"/api{course.href}/place-hold", json=order, headers=KEY).status_code == 404
    assert browser.post(f"{course.href}/place-hold", order | {"_key": "k" * 32}).status_code == 404
    listed = browser.get(home)
    assert listed.status_code == 200
    assert NAME not in listed.text
    assert course.state.reference not in listed.text


KEY = {"idempotency-key": "0123456789abcdef"}


def test_a_therapist_who_was_removed_sees_nothing_more(course: Course) -> None:
    therapist = course.clinic.therapist
    assert NAME in therapist.get("/caseload").text
    remove(course, course.clinic.lindqvist, Role.THERAPIST)
    sees_nothing(course, therapist, "/caseload")


def test_a_prescriber_who_was_removed_sees_nothing_while_another_is_responsible(course: Course) -> None:
    clinic = course.clinic
    other = clinic.admit("Dr. Noor Abara", Role.PRESCRIBER)
    on_call(clinic, other)
    assign(course, other, Role.PRESCRIBER)
    clinic.therapist.recorded(course.episode_id, "place_hold", reason="other")
    assert NAME in clinic.prescriber.get("/worklist").text
    remove(course, clinic.rivera, Role.PRESCRIBER)
    sees_nothing(course, clinic.prescriber, "/worklist")


def test_a_patient_whom_somebody_took_is_no_longer_in_the_pool(clinic: Clinic) -> None:
    course = referred(clinic)
    other = clinic.admit("Dr. Noor Abara", Role.PRESCRIBER)
    waiting = Browser(clinic, other)
    assert NAME in waiting.get("/worklist").text
    assign(course, clinic.rivera, Role.PRESCRIBER)
    sees_nothing(course, waiting, "/worklist")


def test_after_the_discharge_only_those_who_were_on_the_team_at_the_end_see_the_course(course: Course) -> None:
    clinic = course.clinic
    earlier = clinic.admit("Dr. Sol Solis", Role.THERAPIST)
    assign(course, earlier, Role.THERAPIST)
    remove(course, earlier, Role.THERAPIST)
    order = DischargePatient.model_validate({"reason": "completed"})
    clinic.decide(EPISODE, course.episode_id, discharge_patient, order, by=clinic.lindqvist)
    clinic.catch_up()
    assert NAME in clinic.therapist.get("/caseload?show=discharged").text
    sees_nothing(course, Browser(clinic, earlier), "/caseload?show=discharged")


def test_a_place_on_the_team_ends_at_its_time(course: Course) -> None:
    clinic = course.clinic
    covering = clinic.admit("Dr. Sol Solis", Role.THERAPIST)
    assign(course, covering, Role.THERAPIST, until_at=clinic.now + timedelta(minutes=10))
    clinic.catch_up()
    browser = Browser(clinic, covering)
    assert NAME in browser.get(course.href).text
    assert NAME in browser.get("/caseload").text
    clinic.travel(minutes=10)
    sees_nothing(course, browser, "/caseload")


def test_e3_whoever_is_on_call_says_why_first_and_sees_the_patient_for_a_day(course: Course) -> None:
    clinic = course.clinic
    other = clinic.admit("Dr. Noor Abara", Role.PRESCRIBER)
    on_call(clinic, other)
    clinic.catch_up()
    browser = Browser(clinic, other)
    asked = browser.get(f"{course.href}/timeline")
    assert (asked.status_code, asked.headers["location"]) == (303, f"{course.href}/take-access")
    question = browser.get(f"{course.href}/take-access")
    assert NAME not in question.text
    assert course.state.reference not in question.text
    assert browser.post(f"{course.href}/take-access", {"because": "alert", "reason": " "}).status_code == 422
    assert browser.post(f"/api{course.href}/place-hold", json={"reason": "other"}, headers=KEY).status_code == 404
    assert browser.get(f"/api{course.href}").status_code == 403

    said = browser.post(f"{course.href}/take-access", {"because": "alert", "reason": "The therapist called."})
    assert (said.status_code, said.headers["location"]) == (303, course.href)
    clinic.catch_up()
    shown = browser.get(course.href)
    assert NAME in shown.text
    assert "called from outside the care team, opened the record: alert." in clinic.therapist.get(course.href).text
    assert "The therapist called." in clinic.therapist.get(course.href).text
    assert "Opened from outside the team" in clinic.therapist.get("/caseload").text
    assert purposes_of(clinic, other) == {"on_call"}
    browser.recorded(course.episode_id, "place_hold", reason="other")

    on_call(clinic, clinic.rivera)
    assert NAME in browser.get(course.href).text, "a night is not cut short by the end of the duty"
    clinic.travel(hours=24)
    sees_nothing(course, browser, "/worklist")


def test_e3_whoever_is_relieved_before_saying_why_sees_nothing(course: Course) -> None:
    clinic = course.clinic
    other = clinic.admit("Dr. Noor Abara", Role.PRESCRIBER)
    on_call(clinic, other)
    on_call(clinic, clinic.rivera)
    clinic.catch_up()
    browser = Browser(clinic, other)
    sees_nothing(course, browser, "/worklist")
    assert browser.get(f"{course.href}/take-access").status_code == 404


def purposes_of(clinic: Clinic, actor: Actor) -> set[str | None]:
    """What stands beside every reading of this person."""
    with clinic.datastore.in_network(clinic.network_id) as connection:
        rows = connection.execute("SELECT DISTINCT purpose FROM access_log WHERE actor_id = %s", [actor.actor_id])
        return {purpose for (purpose,) in rows}


def test_a_suspended_person_is_signed_out_everywhere(course: Course) -> None:
    clinic = course.clinic
    browser = clinic.therapist
    assert browser.get(course.href).status_code == 200
    clinic.decide(CLINICIAN, clinic.lindqvist.actor_id, suspend_clinician, SuspendClinician())
    for ask in (lambda: browser.get(course.href), lambda: browser.get("/caseload"), lambda: browser.get("/stay")):
        assert leads_to_sign_in(ask)
    assert browser.post(f"/api{course.href}/place-hold", json={"reason": "other"}, headers=KEY).status_code == 401


def test_a_role_that_is_taken_back_ends_while_the_person_is_signed_in(course: Course) -> None:
    clinic = course.clinic
    both = clinic.admit("Dr. Sol Solis", Role.THERAPIST, Role.COORDINATOR)
    assign(course, both, Role.THERAPIST)
    clinic.catch_up()
    browser = Browser(clinic, both)
    assert NAME in browser.get("/caseload").text
    clinic.admit("Dr. Sol Solis", Role.COORDINATOR)
    assert browser.get("/caseload").status_code == 404
    assert browser.get(f"{course.href}/replay").status_code == 404, "no more than coordination sees"
    note = {"kind": "progress_note", "text": "Signed by nobody."}
    assert browser.decide(course.episode_id, "sign_document", note).status_code == 403
    clinic.admit("Dr. Sol Solis", Role.COMPLIANCE)
    signed_out = browser.get("/coordination")
    assert signed_out.status_code == 303
    assert signed_out.headers["location"].startswith("/sign-in")


def leads_to_sign_in(ask: Callable[[], Any]) -> bool:
    answer = ask()
    return bool(answer.status_code == 303 and "why=suspended" in answer.headers["location"])


def on_call(clinic: Clinic, actor: Actor) -> None:
    duty = NameOnCall(prescriber_id=actor.actor_id, phone="555-0142")
    clinic.decide(NETWORK, clinic.network_id, name_on_call, duty)


def test_a_poll_that_waits_hands_nothing_to_somebody_who_was_suspended_meanwhile(course: Course) -> None:
    clinic = course.clinic
    clinic.compliance.get("/stay")
    cookies = "; ".join(f"{name}={value}" for name, value in clinic.compliance.http.cookies.items())
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/events",
        "query_string": b"",
        "headers": [(b"cookie", cookies.encode())],
        "app": clinic.app,
        "state": {"request_id": uuid4()},
    }
    polling = following_of(Request(scope), clinic.edge, Narrowing())
    assert polling.page(None, 1).events
    clinic.decide(CLINICIAN, clinic.park.actor_id, suspend_clinician, SuspendClinician())
    with pytest.raises(NobodyIsSignedIn):
        polling.page(None, 1)
