"""Issuing a treatment plan."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.actor import Role
from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.eligibility.determine_eligibility import EligibilityDetermined
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.eligibility.find_contraindication import ContraindicationFound
from domain.episode.eligibility.request_clearance import MedicalClearanceRequested, Specialty
from domain.episode.intake.intake import Weight, WeightUnit
from domain.episode.intake.update_intake import IntakeIsNotComplete, IntakeUpdated
from domain.episode.plan.issue_plan import PlanIssued, issue_plan
from domain.episode.plan.plan import PlanStatus
from domain.episode.plan.prescribing import (
    ContraindicationStands,
    DoseStepIsLarge,
    MoreSessionsNeedFollowUp,
    PatientIsNotEligible,
    PlanWouldHaveExpired,
    PrescriberIsNotLicensed,
    PrescriberIsSuspended,
)
from domain.episode.plan.terms import TermsDoNotFit, problems_with_terms
from domain.episode.referral.import_history import import_history
from domain.episode.refusals import EpisodeIsImported, EpisodeIsNotOpen
from tests.domain.given import History, Scenario, at, given
from tests.domain.people import LINDQVIST, PROTOCOL, RIVERA, SOLIS, clinician, clinicians, person, sealed
from tests.situations import (
    ADA_ELIGIBLE,
    ADA_INTAKE,
    ASSIGNED,
    CONSENTED,
    ELIGIBLE,
    INTAKE_DONE,
    PLAN,
    PLANNED,
    REFERRED,
    plan_issued,
    terms,
)

IMPORTED_HASH = "0" * 64
WEIGHT = Weight(value=Decimal(70), unit=WeightUnit.KG, measured_on=date(2026, 3, 2))
DEPTHS = ("psycholytic", "full_dissociative")


def issuing(history: History = CONSENTED, **changed: object) -> Scenario:
    """Ada's plan, issued on 4 March with some of its terms changed."""
    return given(history).when(issue_plan, by=RIVERA, now="2026-03-04 09:00", plan_id=PLAN, terms=terms(**changed))


def test_a_prescriber_issues_a_plan_for_an_eligible_patient() -> None:
    issued = issuing().then(plan_issued())
    assert issued.state.plan.status is PlanStatus.IN_FORCE
    assert issued.state.plan.expires_on == date(2026, 8, 31)


def test_the_same_plan_again_records_nothing_new() -> None:
    given(PLANNED).when(issue_plan, by=RIVERA, plan_id=PLAN, terms=terms()).then()


def test_a_new_plan_ends_the_one_before_it() -> None:
    second = derived_id("plan", 2)
    state = given(PLANNED).when(issue_plan, by=RIVERA, plan_id=second, terms=terms()).state
    assert (state.plan.number, state.plans[PLAN].status) == (2, PlanStatus.ENDED)


def test_a_plan_in_error_keeps_its_number() -> None:
    issued = given(PLANNED)
    entry = issued.entry(PlanIssued)
    order = {"event_id": entry.envelope.event_id, "reason": "wrong patient"}
    marked = issued.when(mark_in_error, by=RIVERA, entry=entry, **order)
    again = marked.when(issue_plan, by=RIVERA, plan_id=derived_id("plan", 2), terms=terms())
    assert again.state.plan.number == 2


def test_only_a_prescriber_issues_a_plan() -> None:
    given(CONSENTED).when(issue_plan, by=LINDQVIST, plan_id=PLAN, terms=terms()).refused(RoleMayNotDecide, rule="17")


def test_a_plan_needs_an_episode() -> None:
    given().when(issue_plan, plan_id=PLAN, terms=terms()).refused(EpisodeIsNotOpen)


def test_imported_history_has_no_plan() -> None:
    imported = given().when(
        import_history, patient_id=PLAN, reference="KAP-0099", source="file.csv", file_sha256=IMPORTED_HASH, name="x"
    )
    imported.when(issue_plan, plan_id=PLAN, terms=terms()).refused(EpisodeIsImported)


def test_a_plan_needs_eligibility() -> None:
    issuing(INTAKE_DONE).refused(PatientIsNotEligible, rule="2")


def test_somebody_found_not_eligible_gets_no_plan() -> None:
    found = EligibilityDetermined(outcome=EligibilityOutcome.NEEDS_INFORMATION, rationale=sealed("r"))
    asked = issuing((CONSENTED, at("2026-03-03 12:00", found)))
    assert "needs information" in str(asked.refusal)
    asked.refused(PatientIsNotEligible)


def test_x3_eligible_through_the_whole_last_day() -> None:
    later = terms(review_by=date(2026, 12, 31))
    on_the_day = given(ELIGIBLE).when(issue_plan, now="2026-09-02 23:50", plan_id=PLAN, terms=later)
    on_the_day.includes(PlanIssued)
    day_after = given(ELIGIBLE).when(issue_plan, now="2026-09-03 00:10", plan_id=PLAN, terms=later)
    day_after.refused(PatientIsNotEligible)
    assert "2 Sep 2026" in str(
        given(ELIGIBLE).when(issue_plan, now="2026-09-03 00:10", plan_id=PLAN, terms=later).refusal
    )


def test_an_open_clearance_keeps_the_plan_back() -> None:
    asked = MedicalClearanceRequested(clearance_id=derived_id("c"), specialty=Specialty.CARDIOLOGY)
    issuing((CONSENTED, asked)).refused(PatientIsNotEligible)


def test_an_absolute_contraindication_keeps_the_plan_back() -> None:
    found = at("2026-03-03 15:00", ContraindicationFound(code="uncontrolled_hypertension"))
    issuing((CONSENTED, found)).refused(ContraindicationStands, rule="22")


def test_a_plan_needs_the_intake_to_know_the_state() -> None:
    without_intake = (REFERRED, ADA_ELIGIBLE)
    issuing(without_intake).refused(IntakeIsNotComplete)


def test_a_suspended_prescriber_cannot_issue_a_plan() -> None:
    suspended = clinicians(clinician(RIVERA, suspended=True))
    given(CONSENTED).when(issue_plan, plan_id=PLAN, terms=terms(), clinicians=suspended).refused(PrescriberIsSuspended)


def test_a_prescriber_without_licence_where_the_patient_lives_cannot_issue_a_plan() -> None:
    elsewhere = clinicians(clinician(RIVERA, states=("NJ",)))
    refused = given(CONSENTED).when(issue_plan, plan_id=PLAN, terms=terms(), clinicians=elsewhere)
    refused.refused(PrescriberIsNotLicensed, rule="3")


def test_somebody_licensed_as_therapist_only_cannot_issue_a_plan() -> None:
    both = person("solis", Role.THERAPIST, Role.PRESCRIBER)
    therapist_only = clinicians(clinician(SOLIS))
    refused = given(CONSENTED).when(issue_plan, by=both, plan_id=PLAN, terms=terms(), clinicians=therapist_only)
    refused.refused(PrescriberIsSuspended)


def test_d1_arithmetic() -> None:
    issuing(next_dose_mg=Decimal(150)).includes(PlanIssued)
    refused = issuing(next_dose_mg=Decimal(175))
    assert "150 or 200 mg" in str(refused.refusal)
    refused.refused(TermsDoNotFit, rule="15", field="terms.next_dose_mg")


def test_d1_the_first_dose_may_be_all_there_is() -> None:
    issuing(next_dose_mg=400, booster=None).includes(PlanIssued)


def test_d1_whole_tablets_and_quarters() -> None:
    whole = issuing(next_dose_mg=150, tablets={"strength_mg": 100, "divisible": "whole"})
    assert "in whole tablets; 100 or 200 mg can" in str(whole.refusal)
    below_the_smallest = issuing(next_dose_mg=20, tablets={"strength_mg": 100, "divisible": "quarters"})
    assert "in quarters; 25 mg can" in str(below_the_smallest.refusal)


def test_d1_a_booster_is_made_from_the_same_tablets() -> None:
    booster = {"dose_mg": 75, "from_minutes": 20, "until_minutes": 45}
    issuing(booster=booster).refused(TermsDoNotFit, field="terms.booster.dose_mg")


@pytest.mark.parametrize(("maximum_mg", "fits"), [(400, True), (490, True), (500, False)])
def test_d2_mg_per_kg_unrounded_whole_session(maximum_mg: int, fits: bool) -> None:
    asked = issuing(maximum_mg=maximum_mg)
    if fits:
        asked.includes(PlanIssued)
    else:
        assert "7.14 mg per kg" in str(asked.refusal)
        asked.refused(TermsDoNotFit, rule="15", field="terms.maximum_mg")


def test_d2_a_ratio_that_rounds_to_the_ceiling_is_above_it() -> None:
    weighs = Weight(value=Decimal("71.2"), unit=WeightUnit.KG, measured_on=date(2026, 3, 3))
    asked = issuing((CONSENTED, IntakeUpdated(weight=weighs)), maximum_mg=500)
    assert "7.02 mg per kg" in str(asked.refusal)


def test_d2_the_ceiling_per_session_holds_for_heavy_patients_too() -> None:
    weighs = Weight(value=Decimal(120), unit=WeightUnit.KG, measured_on=date(2026, 3, 3))
    asked = issuing((CONSENTED, IntakeUpdated(weight=weighs)), maximum_mg=650)
    assert "ceiling of 600 mg" in str(asked.refusal)
    issuing((CONSENTED, IntakeUpdated(weight=weighs)), maximum_mg=600).includes(PlanIssued)


def test_without_a_weight_no_plan_is_issued() -> None:
    unweighed = (ASSIGNED, ADA_INTAKE.model_copy(update={"weight": None}), ADA_ELIGIBLE)
    issuing(unweighed).refused(TermsDoNotFit, field="terms.maximum_mg")


def test_d4_plan_consistency() -> None:
    asked = issuing(maximum_mg=250)
    assert "300 mg" in str(asked.refusal)
    asked.refused(TermsDoNotFit, field="terms.booster.dose_mg")


def test_d9_a_split_dose_has_no_booster_on_top() -> None:
    issuing(depth="half_dissociative").refused(TermsDoNotFit, field="terms.booster")
    issuing(depth="half_dissociative", booster=None).includes(PlanIssued)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"next_dose_mg": 450, "booster": None}, "terms.maximum_mg"),
        ({"minimum_interval_days": 2}, "terms.minimum_interval_days"),
        ({"minimum_interval_days": 21}, "terms.minimum_interval_days"),
        ({"observation_minutes": 90}, "terms.observation_minutes"),
        ({"booster": {"dose_mg": 100, "from_minutes": 45, "until_minutes": 45}}, "terms.booster.until_minutes"),
        ({"self_guided": True, "depth": "psycholytic"}, "terms.self_guided"),
        ({"self_guided": True}, "terms.self_guided"),
    ],
)
def test_terms_that_do_not_fit_are_refused_by_field(changed: dict[str, Any], field: str) -> None:
    issuing(**changed).refused(TermsDoNotFit, field=field)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"systolic_limit_mmhg": 185}, "terms.vital_limits.systolic_limit_mmhg"),
        ({"diastolic_limit_mmhg": 115}, "terms.vital_limits.diastolic_limit_mmhg"),
        ({"systolic_limit_mmhg": 90}, "terms.vital_limits.systolic_min_mmhg"),
        ({"pulse_limit_per_min": 50}, "terms.vital_limits.pulse_min_per_min"),
        (
            {"systolic_limit_mmhg": 95, "diastolic_limit_mmhg": 95},
            "terms.vital_limits.diastolic_limit_mmhg",
        ),
    ],
)
def test_limits_that_do_not_fit_are_refused_by_field(changed: dict[str, int], field: str) -> None:
    limits = terms().vital_limits.model_dump() | changed
    issuing(vital_limits=limits).refused(TermsDoNotFit, field=field)


def test_limits_and_intervals_may_reach_the_protocols_bounds() -> None:
    limits = terms().vital_limits.model_dump() | {"systolic_limit_mmhg": 180, "diastolic_limit_mmhg": 110}
    issuing(vital_limits=limits).includes(PlanIssued)
    issuing(minimum_interval_days=3, usual_days=3).includes(PlanIssued)


def test_rule_14_self_guided_is_the_networks_choice_and_never_psycholytic() -> None:
    assert "never self-guided" in str(issuing(self_guided=True, depth="psycholytic").refusal)
    allowed = PROTOCOL.model_copy(update={"self_guided_allowed": True})
    fits = [not list(problems_with_terms(terms(self_guided=True, depth=d), allowed, WEIGHT)) for d in DEPTHS]
    assert fits == [False, True]


def test_all_problems_are_named_at_once() -> None:
    refusal = issuing(next_dose_mg=175, maximum_mg=610, observation_minutes=30).refusal
    assert isinstance(refusal, TermsDoNotFit)
    assert [p.field for p in refusal.problems] == [
        "terms.next_dose_mg",
        "terms.maximum_mg",
        "terms.maximum_mg",
        "terms.observation_minutes",
    ]


def test_a_plan_that_would_have_expired_is_refused() -> None:
    issuing(review_by=date(2026, 3, 3)).refused(PlanWouldHaveExpired, field="terms.review_by")
    issuing(review_by=date(2026, 3, 4)).includes(PlanIssued)
    issuing(valid_until=date(2026, 3, 3)).refused(PlanWouldHaveExpired, field="terms.valid_until")


def test_s2_no_more_than_two_sessions_before_the_follow_up() -> None:
    issuing(sessions_authorised=3).refused(MoreSessionsNeedFollowUp, rule="9")


def test_a_first_dose_far_above_the_plan_before_is_asked_about() -> None:
    second = {"plan_id": derived_id("plan", 2), "terms": terms(next_dose_mg=350, booster=None)}
    given(PLANNED).when(issue_plan, **second).refused(DoseStepIsLarge)
    given(PLANNED).when(issue_plan, **second, confirm_step=True).includes(PlanIssued, number=2)
