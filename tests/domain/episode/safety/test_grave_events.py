"""Adverse events at their edges: an expected effect is none (case A1)."""

from domain.episode.alert.alert import AlertKind
from domain.episode.dosing.record_check import record_check
from domain.episode.plan.suspend_plan import PlanSuspended
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.report_adverse_event import AdverseEventReported, report_adverse_event
from tests.domain.episode.alert.alerted import EVENT, standing
from tests.domain.given import given
from tests.domain.people import LINDQVIST
from tests.dosing_day import DOSED, SESSION


def test_a1_dissociation_within_the_session_is_an_effect_and_no_event() -> None:
    watched = given(DOSED).when(
        record_check,
        by=LINDQVIST,
        now="2026-03-17 14:50",
        session_id=SESSION,
        check_id=EVENT,
        responsive=True,
        dissociation=10,
    )
    watched.excludes(AdverseEventReported, HoldPlaced, PlanSuspended)
    assert AlertKind.SERIOUS_EVENT not in standing(watched, "2026-03-17 14:51")


def test_a1_lasting_beyond_release_it_is_one_as_grave_as_its_grade() -> None:
    order = {"adverse_event_id": EVENT, "term": "prolonged_dissociation", "session_id": SESSION}
    mild = given(DOSED).when(report_adverse_event, now="2026-03-17 19:00", **order, grade=2, serious=False)
    mild.excludes(HoldPlaced, PlanSuspended)
    treated = given(DOSED).when(report_adverse_event, now="2026-03-17 19:00", **order, grade=3, serious=False)
    treated.includes(HoldPlaced).includes(PlanSuspended)
    assert AlertKind.SERIOUS_EVENT in standing(treated, "2026-03-17 19:01")
