"""Determining eligibility."""

from datetime import date
from typing import Any

import pytest

from domain.actor import Role
from domain.derived import derived_id
from domain.episode.eligibility.determine_eligibility import (
    AbsoluteContraindicationStands,
    AllergyIsUnknown,
    ClearanceIsOpen,
    ContraindicationIsOfTheOtherKind,
    EligibilityDetermined,
    EligibilityWouldHaveRunOut,
    determine_eligibility,
)
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.eligibility.find_contraindication import ContraindicationFound, ContraindicationIsUnknown
from domain.episode.eligibility.of_age import PatientIsNotOfAge
from domain.episode.eligibility.request_clearance import MedicalClearanceRequested, Specialty
from domain.episode.episode import EarlierCourse
from domain.episode.intake.intake import Answer
from domain.episode.intake.update_intake import IntakeIsNotComplete, IntakeUpdated
from domain.episode.plan.suspend_plan import PlanSuspended
from domain.stream import change
from tests.domain.given import History, Scenario, at, given
from tests.domain.people import ADA_PATIENT, RIVERA, local, sealed
from tests.situations import ADA_ELIGIBLE, ADA_INTAKE, ADA_REFERRED, ASSIGNED, INTAKE_DONE, PREPARED

ELIGIBLE_NOW: dict[str, Any] = {"outcome": EligibilityOutcome.ELIGIBLE, "rationale": "no contraindication"}


def determining(history: History = INTAKE_DONE, now: str = "2026-03-02 10:10", **changed: Any) -> Scenario:
    return given(history).when(determine_eligibility, by=RIVERA, now=now, **(ELIGIBLE_NOW | changed))


def test_a_prescriber_finds_the_patient_eligible_for_six_months() -> None:
    determined = determining()
    determined.then(ADA_ELIGIBLE)
    found = determined.state.eligibility
    assert found.valid_until == date(2026, 9, 2)


def test_only_a_prescriber_determines_eligibility() -> None:
    assert determine_eligibility.decision.by == {Role.PRESCRIBER}  # type: ignore[attr-defined]


def test_the_same_finding_again_records_nothing_new() -> None:
    order = ELIGIBLE_NOW | {"occurred_at": local("2026-03-02 10:10")}
    determining(**order).when(determine_eligibility, **order).then()


def test_eligibility_needs_the_intake() -> None:
    determining(ASSIGNED).refused(IntakeIsNotComplete)


def test_rule_22_an_absolute_contraindication_is_never_eligible() -> None:
    asked = determining(absolute=("uncontrolled_hypertension",))
    assert "uncontrolled hypertension" in str(asked.refusal)
    asked.refused(AbsoluteContraindicationStands, rule="22", field="outcome")
    stands = (INTAKE_DONE, ContraindicationFound(code="primary_psychosis"))
    determining(stands).refused(AbsoluteContraindicationStands)


def test_r1_contraindications_of_an_earlier_course_stand() -> None:
    carried = ADA_REFERRED.model_copy(update={"earlier": EarlierCourse(contraindications=("primary_psychosis",))})
    again = (carried, ADA_INTAKE)
    determining(again).refused(AbsoluteContraindicationStands)


def test_an_allergy_to_ketamine_or_an_unknown_one_is_never_eligible() -> None:
    allergic = (INTAKE_DONE, IntakeUpdated(ketamine_allergy=Answer.YES))
    determining(allergic).refused(AbsoluteContraindicationStands)
    unknown = (INTAKE_DONE, IntakeUpdated(ketamine_allergy=Answer.UNKNOWN))
    determining(unknown).refused(AllergyIsUnknown)
    determining(unknown, outcome="needs_information").includes(EligibilityDetermined)


def test_not_eligible_records_what_was_found() -> None:
    found = determining(outcome="not_eligible", absolute=("uncontrolled_hypertension",))
    found.then(
        EligibilityDetermined(
            outcome=EligibilityOutcome.NOT_ELIGIBLE,
            absolute=("uncontrolled_hypertension",),
            rationale=sealed("r"),
            adult=True,
        )
    )
    assert found.state.unresolved_contraindications == {"uncontrolled_hypertension"}
    assert not found.state.eligibility.is_valid_on(date(2026, 3, 2))


def test_an_absolute_finding_suspends_the_plan_in_the_same_append() -> None:
    found = determining(PREPARED, "2026-03-20 10:00", outcome="not_eligible", absolute=("acute_mania",))
    found.includes(PlanSuspended)


def test_a_relative_one_is_considered_with_it() -> None:
    state = determining(relative=("cystitis",)).state
    assert state.contraindications["cystitis"].is_considered_in(state.eligibility)
    found = given(INTAKE_DONE, at("2026-03-02 10:10", ADA_ELIGIBLE), ContraindicationFound(code="cystitis")).state
    assert not found.contraindications["cystitis"].is_considered_in(found.eligibility)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"absolute": ("toothache",)}, ContraindicationIsUnknown),
        ({"relative": ("primary_psychosis",)}, ContraindicationIsOfTheOtherKind),
        ({"absolute": ("cystitis",), "outcome": "not_eligible"}, ContraindicationIsOfTheOtherKind),
        ({"valid_until": date(2026, 3, 1)}, EligibilityWouldHaveRunOut),
    ],
)
def test_findings_are_those_of_the_protocol(changed: dict[str, Any], reason: type[Exception]) -> None:
    determining(**changed).refused(reason)  # type: ignore[arg-type]


def test_eligibility_may_end_the_same_day() -> None:
    determining(valid_until=date(2026, 3, 2)).includes(EligibilityDetermined, valid_until=date(2026, 3, 2))


def test_an_open_clearance_comes_first() -> None:
    asked = MedicalClearanceRequested(clearance_id=derived_id("c"), specialty=Specialty.CARDIOLOGY)
    waiting = determining((INTAKE_DONE, asked))
    assert "cardiology" in str(waiting.refusal)
    waiting.refused(ClearanceIsOpen, rule="2")
    determining((INTAKE_DONE, asked), outcome="needs_clearance").includes(EligibilityDetermined)


def test_a_minor_is_not_eligible_until_of_age() -> None:
    minor = (ADA_REFERRED.model_copy(update={"adult": False}), ADA_INTAKE)
    still = change(ADA_PATIENT, is_adult=False)
    determining(minor, patient=still).refused(PatientIsNotOfAge, rule="+adult")
    assert determining(minor, patient=ADA_PATIENT).state.is_adult is True


def test_who_turns_out_to_be_a_minor_is_not_eligible_whatever_the_referral_said() -> None:
    corrected = change(ADA_PATIENT, is_adult=False)
    determining(patient=corrected).refused(PatientIsNotOfAge, rule="+adult")
    determining(patient=corrected, outcome="not_eligible").includes(EligibilityDetermined, adult=False)
