"""Eligibility, contraindications and pregnancy: rules 2 and 22, cases X1 to X3."""

from typing import Any

import pytest

from domain.derived import derived_id
from domain.episode.eligibility.determine_eligibility import EligibilityDetermined
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.eligibility.find_contraindication import ContraindicationFound, find_contraindication
from domain.episode.eligibility.receive_clearance import MedicalClearanceReceived
from domain.episode.eligibility.request_clearance import MedicalClearanceRequested, Specialty
from domain.episode.eligibility.resolve_contraindication import ContraindicationResolved
from domain.episode.episode import EarlierCourse
from domain.episode.gates import GateClass
from domain.episode.intake.intake import Answer, Pregnancy
from domain.episode.plan.resume_plan import PlanResumed
from tests.domain.given import Scenario, at, given
from tests.domain.people import RIVERA, sealed
from tests.dosing_day import BOOKED, SECOND_SESSION, SESSION, booked
from tests.gate_answers import closed, gate
from tests.situations import ADA_ELIGIBLE, ADA_INTAKE, ADA_REFERRED, ASSIGNED, INTAKE_DONE, PLAN

CLEARANCE = derived_id("clearance", 1)
BOOKED_UNDETERMINED = (INTAKE_DONE, at("2026-03-11 09:00", booked()))


def test_x3_the_last_day_counts_whole() -> None:
    assert gate(given(BOOKED), "eligibility", "2026-09-02 23:59").is_open
    after = gate(given(BOOKED), "eligibility", "2026-09-03 00:00")
    assert not after.is_open
    assert "Eligible until 2 Sep 2026." in after.facts
    assert after.missing == "eligibility determined anew"


def test_eligibility_has_to_be_determined_and_to_say_yes() -> None:
    assert not gate(given(BOOKED_UNDETERMINED), "eligibility", "2026-03-17 13:20").is_open
    pending = EligibilityDetermined(
        outcome=EligibilityOutcome.NEEDS_INFORMATION, rationale=sealed("rationale"), adult=True
    )
    asked = gate(given(BOOKED_UNDETERMINED, at("2026-03-12 09:00", pending)), "eligibility", "2026-03-17 13:20")
    assert asked.facts == ("Determined 12 Mar 2026 09:00: needs information.",)


def test_an_open_clearance_closes_it() -> None:
    request = MedicalClearanceRequested(clearance_id=CLEARANCE, specialty=Specialty.CARDIOLOGY)
    waiting = given(BOOKED, at("2026-03-12 09:00", request))
    assert gate(waiting, "eligibility", "2026-03-17 13:20").missing == "medical clearance by cardiology"
    received = MedicalClearanceReceived(clearance_id=CLEARANCE, is_cleared=True)
    assert gate(waiting.after(at("2026-03-15 09:00", received)), "eligibility", "2026-03-17 13:20").is_open
    refused = MedicalClearanceReceived(clearance_id=CLEARANCE, is_cleared=False)
    assert not gate(waiting.after(at("2026-03-15 09:00", refused)), "eligibility", "2026-03-17 13:20").is_open


def test_x1_resolved_then_eligible_then_resumed() -> None:
    found = given(BOOKED).when(
        find_contraindication, by=RIVERA, now="2026-03-20 10:00", code="uncontrolled_hypertension"
    )
    assert {"contraindications", "plan"} <= closed(found, "2026-04-11 09:00")
    resolved = found.after(
        at("2026-04-10 09:00", ContraindicationResolved(code="uncontrolled_hypertension", evidence=sealed("x")))
    )
    assert {"eligibility", "plan"} <= closed(resolved, "2026-04-11 09:00")
    anew = resolved.after(at("2026-04-10 09:10", ADA_ELIGIBLE))
    assert "plan" in closed(anew, "2026-04-11 09:00")
    resumed = anew.after(at("2026-04-10 09:20", PlanResumed(plan_id=PLAN, reason=sealed("x"))))
    assert not {"contraindications", "eligibility", "plan"} & closed(resumed, "2026-04-11 09:00")


def test_x1_some_never_resolve() -> None:
    found = given(BOOKED, at("2026-03-12 09:00", ContraindicationFound(code="primary_psychosis")))
    asked = gate(found, "contraindications", "2026-03-17 13:20")
    assert asked.gate_class is GateClass.ABSOLUTE
    assert asked.missing == "nothing: history of a primary psychotic disorder never resolves"


def test_contraindications_of_earlier_courses_count() -> None:
    earlier = EarlierCourse(contraindications=("acute_mania",))
    again = ADA_REFERRED.model_copy(update={"earlier": earlier})
    asked = gate(given(at("2026-03-01 09:00", again)), "contraindications", "2026-03-17 13:20", session_id=None)
    assert not asked.is_open
    assert asked.missing == "evidence that acute mania or mixed state has resolved"


def test_an_unknown_allergy_is_not_no() -> None:
    for answer, missing in ((Answer.UNKNOWN, "allergic"), (Answer.YES, "never resolves")):
        asked = gate(intake_with(ketamine_allergy=answer), "contraindications", "2026-03-17 13:20")
        assert missing in (asked.missing or "")


def test_a_relative_one_is_weighed_when_eligibility_is_determined() -> None:
    found = given(BOOKED, at("2026-03-12 09:00", ContraindicationFound(code="liver_disease")))
    asked = gate(found, "contraindication:liver_disease", "2026-03-17 13:20")
    assert asked.gate_class is GateClass.OVERRIDE
    assert not asked.is_open
    weighed = found.after(at("2026-03-13 09:00", ADA_ELIGIBLE.model_copy(update={"relative": ("liver_disease",)})))
    assert gate(weighed, "contraindication:liver_disease", "2026-03-17 13:20").is_open


@pytest.mark.parametrize("answer", [Pregnancy.POSITIVE, Pregnancy.DECLINED, Pregnancy.UNKNOWN])
def test_x2_pregnancy_closes_and_may_be_overridden(answer: Pregnancy) -> None:
    asked = gate(intake_with(pregnancy=answer), "pregnancy", "2026-03-17 13:20")
    assert not asked.is_open
    assert asked.gate_class is GateClass.OVERRIDE


@pytest.mark.parametrize("answer", [Pregnancy.NOT_APPLICABLE, Pregnancy.DENIED, Pregnancy.TEST_NEGATIVE])
def test_x2_an_answer_that_rules_it_out_opens(answer: Pregnancy) -> None:
    assert gate(intake_with(pregnancy=answer), "pregnancy", "2026-03-17 13:20").is_open


def test_a_missing_weight_closes_and_an_old_one_is_a_note() -> None:
    missing = gate(intake_with(weight=None), "weight", "2026-03-17 13:20")
    assert missing.gate_class is GateClass.ABSOLUTE
    assert not missing.is_open
    assert gate(given(BOOKED), "weight", "2026-05-31 09:00").is_open
    assert "weight_old" not in {g.key for g in given(BOOKED).gates("open", now="2026-05-31 09:00", session_id=SESSION)}
    old = gate(given(BOOKED), "weight_old", "2026-06-01 09:00")
    assert not old.is_open
    assert not old.stands_in_the_way


def intake_with(**changed: Any) -> Scenario:
    """A booked first session after an intake with other answers."""
    intake = ADA_INTAKE.model_copy(update=changed)
    return given(ASSIGNED, at("2026-03-02 09:58", intake, by=RIVERA), at("2026-03-11 09:00", booked()))


def test_the_gates_of_another_session_are_its_own() -> None:
    both = given(BOOKED, at("2026-03-11 09:05", booked(SECOND_SESSION, "2026-03-31 14:00", 2, companion_id=None)))
    assert gate(both, "companion", "2026-03-17 13:20").is_open
    assert not gate(both, "companion", "2026-03-17 13:20", SECOND_SESSION).is_open
