"""Who prescribes, treats and is called may change while a session runs: whose licence counts, and who may act."""

from dataclasses import replace
from typing import Any

import pytest

from domain.derived import derived_id
from domain.episode.alert.alert import AlertKind
from domain.episode.alert.alerts import alerts
from domain.episode.dosing.clear_to_dose import DoseCleared, PlanHasChanged, clear_to_dose
from domain.episode.dosing.end_dosing_session import SessionEnded, end_dosing_session
from domain.episode.dosing.open_dosing_session import DosingSessionOpened, open_dosing_session
from domain.episode.dosing.record_dose import DoseTaken
from domain.episode.dosing.record_swallowing import record_swallowing
from domain.episode.gates import Checkpoint, GatesAreClosed
from domain.episode.gates.licences import TherapistIsNotFit
from domain.episode.plan.accept_hand_over import accept_hand_over
from domain.episode.plan.issue_plan import issue_plan
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.safety.place_hold import place_hold
from domain.episode.safety.release_hold import HoldReleased, release_hold
from domain.episode.session.session import SessionEnd, VitalsPhase
from domain.episode.team.assign_care_team_member import assign_care_team_member
from domain.episode.team.remove_care_team_member import remove_care_team_member
from tests.domain.given import Scenario, at, given
from tests.domain.people import (
    ABARA,
    LINDQVIST,
    PROTOCOL,
    RIVERA,
    SOLIS,
    TEST_NETWORK,
    clinician,
    clinicians,
)
from tests.dosing_day import BOOKED, CLEARED, CRITERIA, DAY, DOSED, READY, SESSION, on, recorded_dose, vitals
from tests.gate_answers import gate
from tests.situations import terms

NEW_PLAN = derived_id("plan", 2)
GO = {"session_id": SESSION, "dose_mg": 200, "plan_version": 1}


def handed_over(scenario: Scenario, clock: str) -> Scenario:
    return scenario.when(accept_hand_over, by=ABARA, now=f"{DAY} {clock}")


def reissued(scenario: Scenario, clock: str, **changed: Any) -> Scenario:
    return scenario.when(issue_plan, by=ABARA, now=f"{DAY} {clock}", plan_id=NEW_PLAN, terms=terms(**changed))


def test_l2_a_hand_over_between_go_and_dose_leaves_the_go_under_the_plan_of_whoever_stays() -> None:
    recorded_dose(handed_over(given(CLEARED), "13:57")).includes(DoseTaken, cleared=True).excludes(DeviationNoted)


def test_l2_where_the_plans_prescriber_leaves_with_it_the_dose_is_told_as_one_without_a_licence() -> None:
    gone = handed_over(given(CLEARED), "13:57").when(
        remove_care_team_member, now=f"{DAY} 13:58", clinician_id=RIVERA.actor_id, role="prescriber"
    )
    assert not gate(gone, "licence", f"{DAY} 13:59", checkpoint=Checkpoint.CLEAR).is_open
    recorded_dose(gone).includes(DeviationNoted, rule="3", code="licence")


def test_l2_issued_again_in_the_name_of_who_took_over_the_go_is_given_again() -> None:
    again = reissued(handed_over(given(CLEARED), "13:57"), "13:58")
    recorded_dose(again).includes(DoseTaken, cleared=False).includes(DeviationNoted, code="clearance_lapsed")
    go = again.when(clear_to_dose, now=f"{DAY} 13:59", plan_id=NEW_PLAN, **GO)
    go.includes(DoseCleared, plan_id=NEW_PLAN)
    recorded_dose(go).includes(DoseTaken, cleared=True).excludes(DeviationNoted)


def test_d7_a_page_that_shows_the_plan_before_is_told_though_both_are_version_1() -> None:
    again = reissued(handed_over(given(READY), "13:50"), "13:51", maximum_mg=300)
    again.when(clear_to_dose, now=f"{DAY} 13:55", **GO).refused(PlanHasChanged, rule="3")
    again.when(clear_to_dose, now=f"{DAY} 13:55", plan_id=NEW_PLAN, **GO).includes(DoseCleared, plan_id=NEW_PLAN)
    given(READY).when(clear_to_dose, now=f"{DAY} 13:55", plan_id=NEW_PLAN, **GO).refused(PlanHasChanged)


def test_l2_after_the_dose_alerts_go_to_who_took_over_and_both_may_release() -> None:
    held = handed_over(given(DOSED), "14:20").when(
        place_hold, now=f"{DAY} 14:30", hold_id=derived_id("hold"), reason="other", session_id=SESSION
    )
    swallowed = held.when(record_swallowing, now=f"{DAY} 14:31", session_id=SESSION)
    raised = alerts(swallowed.state, now=on("14:32"), protocol=PROTOCOL, network=TEST_NETWORK, clinicians=clinicians())
    first = {one.kind: one.rungs[0] for one in raised}[AlertKind.SWALLOWED]
    assert (first.has(ABARA), first.has(RIVERA)) == (True, False)
    for prescriber in (RIVERA, ABARA):
        order = {"hold_id": derived_id("hold"), "reason": "looked at it"}
        held.when(release_hold, by=prescriber, now=f"{DAY} 14:40", **order).includes(HoldReleased)


WATCHED = (DOSED, at(f"{DAY} 16:00", vitals("16:00", phase=VitalsPhase.AFTER)))
END: dict[str, Any] = {"session_id": SESSION, "ended_as": SessionEnd.RELEASED, "criteria": CRITERIA.model_dump()}


def test_b1_nobody_on_call_keeps_no_patient_who_may_go() -> None:
    """The rota ran out in the middle: who is well is released, and no later part is given (principle 2)."""
    over = replace(TEST_NETWORK, on_calls=tuple(replace(duty, until_at=on("14:28")) for duty in TEST_NETWORK.on_calls))
    for who in (LINDQVIST, RIVERA, ABARA):
        ended = given(WATCHED).when(end_dosing_session, by=who, now=f"{DAY} 16:10", network=over, **END)
        ended.includes(SessionEnded, ended_as=SessionEnd.RELEASED)


def with_solis(scenario: Scenario) -> Scenario:
    return scenario.when(assign_care_team_member, now=f"{DAY} 13:10", clinician_id=SOLIS.actor_id, role="therapist")


UNFIT = {
    "no licence": clinician(SOLIS, states=("CA",)),
    "not trained": clinician(SOLIS, trained=False),
    "suspended": clinician(SOLIS, suspended=True),
}


@pytest.mark.parametrize("why", UNFIT)
def test_rule_18_the_therapist_who_acts_is_a_fit_one_and_not_another_of_the_team(why: str) -> None:
    known = {"clinicians": clinicians(UNFIT[why])}
    opening = {"now": f"{DAY} 13:20", "session_id": SESSION}
    with_solis(given(BOOKED)).when(open_dosing_session, by=SOLIS, **opening, **known).refused(
        TherapistIsNotFit, rule="18"
    )
    with_solis(given(BOOKED)).when(open_dosing_session, by=LINDQVIST, **opening, **known).includes(DosingSessionOpened)
    ready = given(READY).after(with_solis(given(BOOKED)).as_history()[-1:])
    clearing = {"now": f"{DAY} 13:55", **GO}
    ready.when(clear_to_dose, by=SOLIS, **clearing, **known).refused(TherapistIsNotFit, rule="18")
    ready.when(clear_to_dose, by=SOLIS, **clearing).includes(DoseCleared)


def test_rule_18_the_fit_one_acts_also_where_the_session_is_booked_with_one_who_is_not() -> None:
    ill = clinicians(clinician(LINDQVIST, suspended=True))
    covered = with_solis(given(BOOKED))
    opening = {"now": f"{DAY} 13:20", "session_id": SESSION, "clinicians": ill}
    covered.when(open_dosing_session, by=SOLIS, **opening).includes(DosingSessionOpened)
    covered.when(open_dosing_session, by=LINDQVIST, **opening).refused(TherapistIsNotFit)
    given(BOOKED).when(open_dosing_session, by=LINDQVIST, **opening).refused(GatesAreClosed, rule="18")
