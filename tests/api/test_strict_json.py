"""In JSON nothing is taken for what it is not: a clinical number is a number, yes is no answer 1."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.clinic import Clinic
from tests.api.course import TERMS, ready_to_dose, referred

ZEROES: list[Any] = [0] * 9


def mistakes(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {one["field"]: one["says"] for one in answer.json()["mistakes"]}


@pytest.mark.parametrize("given", [True, False, "1", 1.0, "", [1]])
def test_an_answer_of_another_type_is_refused_by_its_item(clinic: Clinic, given: Any) -> None:
    course = referred(clinic)
    order = {"instrument": "phq-9", "taken_at": clinic.now.isoformat(), "answers": [*ZEROES[:8], given]}
    assert mistakes(clinic.therapist.decide(course.episode_id, "record_outcome", order)) == {
        "answers.8": "Write a whole number, without quotation marks and without a decimal point."
    }
    assert not course.state.outcomes


@pytest.mark.parametrize("total", [True, "12", 12.0])
def test_a_total_is_a_whole_number(clinic: Clinic, total: Any) -> None:
    course = referred(clinic)
    order = {"instrument": "phq-9", "taken_at": clinic.now.isoformat(), "total": total}
    assert set(mistakes(clinic.therapist.decide(course.episode_id, "record_outcome", order))) == {"total"}


def test_vitals_doses_and_counts_are_numbers_too(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    session_id = str(course.book())
    vitals = {"session_id": session_id, "phase": "before", "systolic_mmhg": "124", "diastolic_mmhg": 78.0}
    vitals |= {"pulse_per_min": True, "symptoms": "no"}
    found = mistakes(clinic.therapist.decide(course.episode_id, "record_vitals", vitals))
    assert set(found) == {"systolic_mmhg", "diastolic_mmhg", "pulse_per_min", "symptoms"}
    dose = {"session_id": session_id, "amount_mg": True, "tablets": [{"count": False, "strength_mg": "100"}]}
    found = mistakes(clinic.therapist.decide(course.episode_id, "record_dose", dose))
    assert set(found) == {"amount_mg", "tablets.0.count"}
    event = {"term": "nausea", "grade": "2", "serious": 0}
    assert set(mistakes(clinic.therapist.decide(course.episode_id, "report_adverse_event", event))) == {
        "grade",
        "serious",
    }
    terms = {"plan_id": str(uuid4()), "terms": TERMS | {"usual_days": "14"}}
    found = mistakes(clinic.prescriber.decide(course.episode_id, "issue_plan", terms))
    assert set(found) == {"terms.usual_days"}


def test_a_moment_is_no_bare_number(clinic: Clinic) -> None:
    course = referred(clinic)
    order = {"instrument": "phq-9", "taken_at": clinic.now.timestamp(), "answers": ZEROES}
    assert set(mistakes(clinic.therapist.decide(course.episode_id, "record_outcome", order))) == {"taken_at"}
    order = {"name": "Ana Whitfield", "birth_date": 0, "reason": "Low mood", "is_another_person": "true"}
    answer = clinic.therapist.post("/api/referrals", json=order, headers={"idempotency-key": uuid4().hex})
    assert set(mistakes(answer)) == {"birth_date", "is_another_person"}


def test_decimals_may_be_text_as_we_write_them_ourselves(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    session_id = str(course.book())
    for amount in ("100", 100, 100.0):
        order = {"session_id": session_id, "amount_mg": amount, "tablets_not_counted": True, "is_another": True}
        assert clinic.therapist.decide(course.episode_id, "record_dose", order).status_code == 200
