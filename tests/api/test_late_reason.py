"""Whoever enters something at an earlier time says why; nothing that happened is lost for it."""

from datetime import timedelta
from functools import partial
from typing import Any

from tests.api.clinic import Clinic
from tests.api.course import Course, ready_to_dose, referred
from tests.api.forms_driven import fields_in

EARLIER = timedelta(hours=3)


def reporting(clinic: Clinic, course: Course, before: timedelta, **more: Any) -> Any:
    order = {"name": "clarithromycin", "occurred_at": (clinic.now - before).isoformat(), **more}
    return clinic.therapist.decide(course.episode_id, "report_medicine_change", order, idempotency_key="one-report")


def test_a_late_entry_without_a_reason_is_asked_for_it_by_its_field(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in()
    refused = reporting(clinic, course, EARLIER)
    assert refused.status_code == 422
    (mistake,) = refused.json()["mistakes"]
    assert mistake["field"] == "late_reason"
    assert "Say why it is entered late" in mistake["says"]
    assert course.state.medicines_changed is None
    assert reporting(clinic, course, EARLIER, late_reason="The line was down.").status_code == 200
    assert course.state.medicines_changed is not None


def test_within_the_protocols_tolerance_nothing_is_asked_and_a_repetition_is_one_later_too(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in()
    order = {"name": "clarithromycin", "occurred_at": (clinic.now - timedelta(minutes=50)).isoformat()}
    sent = partial(clinic.therapist.decide, course.episode_id, "report_medicine_change", order)
    first = sent(idempotency_key="the-same-report")
    assert first.status_code == 200
    clinic.travel(minutes=45)
    again = sent(idempotency_key="the-same-report")
    assert (again.status_code, again.json()["repeated"]) == (200, True)


def test_a_form_comes_back_with_what_was_typed_and_asks_why(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in()
    path = f"{course.href}/report-medicine-change"
    typed = fields_in(clinic.therapist.get(path).text) | {"name": "clarithromycin"}
    day, clock = [name for name in typed if name.startswith("occurred_at")][:2]
    typed |= {day: "2026-03-12", clock: "06:10"}
    back = clinic.therapist.post(path, data=typed)
    assert back.status_code in (409, 422)
    assert "Say why it is entered late" in back.text
    assert "clarithromycin" in back.text
    again = fields_in(back.text) | {"late_reason": "The line was down."}
    assert clinic.therapist.post(path, data=again).status_code == 303


def test_stopping_and_a_doses_own_time_are_never_asked(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    session_id = str(course.book())
    at = (clinic.now - EARLIER).isoformat()
    hold = {"reason": "other", "occurred_at": at}
    assert clinic.coordinator.decide(course.episode_id, "place_hold", hold).status_code == 200
    dose = {"session_id": session_id, "amount_mg": "100", "taken_at": at, "tablets_not_counted": True}
    assert clinic.therapist.decide(course.episode_id, "record_dose", dose).status_code == 200
