"""Setting the dose for the next session."""

from datetime import date
from decimal import Decimal

from domain.decision import RoleMayNotDecide
from domain.episode.plan.prescribing import (
    DoseStepIsLarge,
    PlanBelongsToAnotherPrescriber,
    PrescriberIsNotLicensed,
)
from domain.episode.plan.set_next_dose import DoseCannotBeMade, DoseIsAboveTheMaximum, NextDoseSet, set_next_dose
from domain.episode.plan.which_plan import PlanWasChanged
from tests.domain.given import Scenario, given
from tests.domain.people import ABARA, LINDQVIST, RIVERA, clinician, clinicians, sealed
from tests.situations import PLAN, PREPARED


def setting(dose_mg: int, **more: object) -> Scenario:
    order = {"plan_id": PLAN, "next_dose_mg": dose_mg, "reason": "went well"}
    return given(PREPARED).when(set_next_dose, **({"by": RIVERA} | order | more))


def test_d6_next_dose_is_the_prescribers() -> None:
    expected = NextDoseSet(
        plan_id=PLAN, next_dose_mg=Decimal(300), was_mg=Decimal(200), version=2, reason=sealed("reason")
    )
    plan = setting(300).then(expected).state.plan
    assert (plan.terms.next_dose_mg, plan.version, plan.amended_at) == (300, 2, None)
    setting(300, by=LINDQVIST).refused(RoleMayNotDecide, rule="17")


def test_d6_a_step_above_half_asks_again() -> None:
    asked = setting(350)
    assert isinstance(asked.refusal, DoseStepIsLarge)
    assert asked.refusal.confirm == "confirm_step"
    assert "75 %" in str(asked.refusal)
    setting(350, confirm_step=True).includes(NextDoseSet, next_dose_mg=Decimal(350))


def test_d6_a_lower_dose_is_always_allowed() -> None:
    setting(50).includes(NextDoseSet, next_dose_mg=Decimal(50))


def test_the_same_dose_again_records_nothing_new() -> None:
    setting(200).then()


def test_a_dose_above_the_maximum_needs_an_amended_plan() -> None:
    setting(450, confirm_step=True).refused(DoseIsAboveTheMaximum, rule="15")
    setting(400, confirm_step=True).includes(NextDoseSet, next_dose_mg=Decimal(400))


def test_a_dose_the_tablets_cannot_make_is_refused() -> None:
    asked = setting(175)
    assert "150 or 200 mg" in str(asked.refusal)
    asked.refused(DoseCannotBeMade, field="next_dose_mg")


def test_only_the_plans_own_licensed_prescriber_sets_it() -> None:
    setting(150, by=ABARA).refused(PlanBelongsToAnotherPrescriber)
    unlicensed = clinicians(clinician(RIVERA, until=date(2026, 3, 9)))
    setting(150, clinicians=unlicensed).refused(PrescriberIsNotLicensed)


def test_a_plan_changed_meanwhile_is_looked_at_again() -> None:
    setting(150).when(set_next_dose, by=RIVERA, plan_id=PLAN, plan_version=1, next_dose_mg=100, reason="x").refused(
        PlanWasChanged
    )
