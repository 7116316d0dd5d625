"""History always loads: no effect refuses, whatever came before it."""

from datetime import date
from decimal import Decimal

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from domain.actor import Role
from domain.derived import derived_id
from domain.episode.consent.consents import ConsentType, TouchScope
from domain.episode.consent.narrow_touch import TouchNarrowed
from domain.episode.consent.withdraw_consent import ConsentWithdrawn
from domain.episode.eligibility.find_contraindication import ContraindicationFound
from domain.episode.eligibility.receive_clearance import MedicalClearanceReceived
from domain.episode.eligibility.resolve_contraindication import ContraindicationResolved
from domain.episode.episode import EPISODE
from domain.episode.intake.book_intake import IntakeBooked
from domain.episode.intake.intake import Answer, Way
from domain.episode.intake.report_ketamine_elsewhere import KetamineElsewhereReported
from domain.episode.intake.report_medicine_change import MedicinesChanged
from domain.episode.intake.review_medicines import MedicinesReviewed
from domain.episode.intake.update_intake import IntakeUpdated
from domain.episode.plan.accept_hand_over import HandOverAccepted
from domain.episode.plan.amend_plan import PlanAmended
from domain.episode.plan.resume_plan import PlanResumed
from domain.episode.plan.set_next_dose import NextDoseSet
from domain.episode.plan.suspend_plan import PlanSuspended, SuspendedBecause
from domain.episode.team.remove_care_team_member import CareTeamMemberRemoved
from domain.event import Event
from tests.domain.given import given
from tests.domain.people import ABARA, RIVERA, local, sealed
from tests.dosing_day import second_session
from tests.situations import ADA_TERMS, PLAN

MOMENT = local("2026-03-20 10:00")
CHANGES: tuple[Event, ...] = (
    IntakeBooked(starts_at=MOMENT, way=Way.REMOTE),
    IntakeUpdated(ketamine_allergy=Answer.YES),
    MedicinesChanged(name=sealed("name")),
    MedicinesReviewed(medicines=()),
    KetamineElsewhereReported(on=date(2026, 3, 1)),
    ContraindicationFound(code="cystitis"),
    ContraindicationResolved(code="cystitis", evidence=sealed("evidence")),
    MedicalClearanceReceived(clearance_id=derived_id("nobody asked"), is_cleared=True),
    ConsentWithdrawn(consent_type=ConsentType.KETAMINE, from_at=MOMENT),
    TouchNarrowed(touch_scope=TouchScope.NONE),
    PlanAmended(plan_id=PLAN, version=2, terms=ADA_TERMS, changed=(), reason=sealed("reason")),
    NextDoseSet(plan_id=PLAN, next_dose_mg=Decimal(100), was_mg=Decimal(200), version=3, reason=sealed("reason")),
    PlanSuspended(plan_id=PLAN, because=SuspendedBecause.OTHER),
    PlanResumed(plan_id=PLAN, reason=sealed("reason")),
    HandOverAccepted(prescriber_id=ABARA.actor_id),
    CareTeamMemberRemoved(clinician_id=RIVERA.actor_id, role=Role.PRESCRIBER, until_at=MOMENT),
)
POOL = (*(recorded.event for recorded in given(*second_session()).recorded), *CHANGES)


@settings(max_examples=150, deadline=None)
@for_all(st.permutations(POOL), st.integers(min_value=0, max_value=len(POOL)))
def test_events_in_any_order_fold_into_a_state(events: list[Event], until: int) -> None:
    told = given(*events[:until], stream="episode")
    assert told.state is not None


@settings(max_examples=50, deadline=None)
@for_all(st.permutations(POOL), st.integers(min_value=0, max_value=len(POOL)))
def test_folding_on_leaves_earlier_states_as_they_were(events: list[Event], until: int) -> None:
    told = given(*events, stream="episode").recorded
    state, early = EPISODE.initial, EPISODE.initial
    for number, (event, envelope) in enumerate(told, start=1):
        state = EPISODE.evolve(event, state, envelope)
        early = state if number == until else early
    assert early == (given(*events[:until], stream="episode").state)
