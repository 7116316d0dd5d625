"""Acceptance cases B1, B2, T1, T2 and E1: release, driving, leaving, check-in and emergencies."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from domain.decision import decision_of
from domain.episode.dosing.attempt_check_in import CheckInAttempted, attempt_check_in
from domain.episode.dosing.correct_dose import correct_dose
from domain.episode.dosing.declare_emergency import EmergencyDeclared, declare_emergency
from domain.episode.dosing.driving import may_drive_from
from domain.episode.dosing.end_dosing_session import (
    DoseWasTaken,
    NoDoseWasTaken,
    ReleaseCriteriaAreNotMet,
    SessionEnded,
    SessionHasEnded,
    end_dosing_session,
)
from domain.episode.dosing.open_dosing_session import open_dosing_session
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.dosing.record_next_day_check_in import NextDayCheckInRecorded, record_next_day_check_in
from domain.episode.dosing.record_vitals import VitalsRecorded, record_vitals
from domain.episode.gates import Checkpoint, GatesAreClosed
from domain.episode.intake.intake import Way
from domain.episode.plan.plan import PlanStatus
from domain.episode.plan.suspend_plan import PlanSuspended
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import DosePart, SessionEnd, SessionStatus, VitalsPhase
from domain.order import AssignedByTheEdge, Order
from tests.domain.given import History, Scenario, at, given
from tests.domain.people import OKAFOR, local
from tests.dosing_day import (
    BOOKED,
    BOOSTER,
    CRITERIA,
    DAY,
    DOSED,
    FIRST_DOSE,
    OPENED,
    READY,
    RELEASED,
    SESSION,
    arrived,
    booked,
    checklist,
    dose,
    on,
    opened,
    place,
    vitals,
)
from tests.situations import PLAN, PREPARED, REFERRED

RELEASE = {"session_id": SESSION, "ended_as": SessionEnd.RELEASED, "criteria": CRITERIA.model_dump()}
BOOSTED = (DOSED, at(f"{DAY} 14:30", dose("14:30", 100, DosePart.BOOSTER, dose_id=BOOSTER)))
AFTER = at(f"{DAY} 16:20", vitals("16:20", phase=VitalsPhase.AFTER))
IN_PERSON = (
    PREPARED,
    at("2026-03-11 09:00", booked(way=Way.IN_PERSON)),
    at(f"{DAY} 13:20", opened()),
    at(f"{DAY} 14:05", dose("14:05")),
    AFTER,
)


def test_b1_observation_counts_from_the_last_part() -> None:
    scenario = given(BOOSTED, AFTER)
    gates = scenario.gates(Checkpoint.RELEASE, now=f"{DAY} 16:25", session_id=SESSION)
    assert next(g for g in gates if g.key == "observation").opens.at == on("16:30")
    scenario.when(end_dosing_session, now=f"{DAY} 16:25", **RELEASE).refused(GatesAreClosed, rule="+observation")
    scenario.when(end_dosing_session, now=f"{DAY} 16:30", **RELEASE).includes(SessionEnded, ended_at=on("16:30"))


def test_b1_an_end_that_is_still_to_come_is_no_time_of_observation() -> None:
    """Clocks may differ by some minutes; nobody is released by the minutes that theirs is ahead."""
    ahead = {"now": f"{DAY} 16:26", "ended_at": on("16:30"), **RELEASE}
    given(BOOSTED, AFTER).when(end_dosing_session, **ahead).refused(GatesAreClosed, rule="+observation")
    late = {"now": f"{DAY} 18:00", "ended_at": on("16:30"), **RELEASE}
    given(BOOSTED, AFTER).when(end_dosing_session, **late).includes(SessionEnded, ended_at=on("16:30"))


def test_b1_every_criterion_is_looked_at() -> None:
    scenario, order = given(DOSED, AFTER), {"now": f"{DAY} 16:30", **RELEASE}
    unsteady = CRITERIA.model_dump() | {"walks_steadily": False}
    scenario.when(end_dosing_session, **(order | {"criteria": unsteady})).refused(
        ReleaseCriteriaAreNotMet, field="criteria.walks_steadily"
    )
    scenario.when(end_dosing_session, **(order | {"criteria": None})).refused(ReleaseCriteriaAreNotMet)


def test_b2_check_in_and_failed_attempts_are_recorded_once_each() -> None:
    missed = given(RELEASED).when(attempt_check_in, session_id=SESSION, now="2026-03-18 18:00")
    missed.then(CheckInAttempted(session_id=SESSION, at=local("2026-03-18 18:00")))
    missed.when(attempt_check_in, session_id=SESSION, at=local("2026-03-18 18:00")).then()
    twice = missed.when(attempt_check_in, session_id=SESSION, now="2026-03-18 18:30").includes(CheckInAttempted)
    assert len(twice.state.sessions[SESSION].check_in_attempts) == 2
    reached = twice.when(
        record_next_day_check_in, by=OKAFOR, session_id=SESSION, now="2026-03-19 09:00", well=True, note="slept well"
    ).includes(NextDayCheckInRecorded, well=True)
    reached.when(
        record_next_day_check_in, session_id=SESSION, at=local("2026-03-19 09:00"), well=True, now="2026-03-19 09:05"
    ).then()


def test_t1_driving_is_a_matter_of_the_patients_own_night() -> None:
    pacific = ZoneInfo("America/Los_Angeles")
    last_part = local("2026-03-17 20:30", pacific)
    earliest = may_drive_from(last_part, "America/Los_Angeles", 12)
    assert earliest == local("2026-03-18 08:30", pacific)
    assert may_drive_from(local("2026-03-17 09:00", pacific), "America/Los_Angeles", 12) == local(
        "2026-03-18 00:00", pacific
    )


def test_t1_the_end_of_a_session_states_it_in_the_zone_of_the_place_today() -> None:
    pacific = ZoneInfo("America/Los_Angeles")
    evening = (
        PREPARED,
        at("2026-03-11 09:00", booked(starts=f"{DAY} 23:00")),
        at(f"{DAY} 22:50", opened(), place(state="CA", zone="America/Los_Angeles"), arrived("22:30")),
        at(f"{DAY} 23:30", dose("23:30")),
    )
    given(*evening).when(
        end_dosing_session, now="2026-03-18 01:40", session_id=SESSION, ended_as=SessionEnd.STOPPED_EARLY
    ).includes(SessionEnded, may_drive_from=local("2026-03-18 08:30", pacific))


def test_t2_without_an_escort_there_is_no_release_and_leaving_is_told() -> None:
    scenario = given(*IN_PERSON)
    scenario.when(end_dosing_session, now=f"{DAY} 16:30", **RELEASE).refused(
        GatesAreClosed, missing="take the patient home", rule="13"
    )
    left = scenario.when(end_dosing_session, now=f"{DAY} 16:30", session_id=SESSION, ended_as=SessionEnd.AGAINST_ADVICE)
    left.includes(SessionEnded, ended_as=SessionEnd.AGAINST_ADVICE)
    left.includes(DeviationNoted, rule="13", code="left_against_advice", about=SESSION).excludes(HoldPlaced)
    assert left.state.sessions[SESSION].ended_as is SessionEnd.AGAINST_ADVICE


@pytest.mark.parametrize("history", [REFERRED, PREPARED, BOOKED, OPENED, READY, DOSED, RELEASED])
def test_e1_an_emergency_can_be_declared_in_every_state_with_one_press(history: History) -> None:
    declared = given(history).when(declare_emergency, emergency_id=FIRST_DOSE, now=f"{DAY} 18:00")
    declared.includes(EmergencyDeclared).includes(HoldPlaced, reason=HoldReason.EMERGENCY)
    declared.when(declare_emergency, emergency_id=BOOSTER, now=f"{DAY} 18:00").then()


def test_e1_another_emergency_days_later_is_another_while_the_first_waits_for_its_review() -> None:
    first = given(RELEASED).when(declare_emergency, emergency_id=FIRST_DOSE, now="2026-03-20 14:00")
    first.when(declare_emergency, emergency_id=BOOSTER, now="2026-03-20 20:00").then()
    second = first.when(declare_emergency, emergency_id=BOOSTER, now="2026-03-24 23:00")
    second.includes(EmergencyDeclared).includes(HoldPlaced, reason=HoldReason.EMERGENCY, because_of=BOOSTER)
    second.when(declare_emergency, emergency_id=BOOSTER, now="2026-03-26 09:00").then()


def test_e1_declaring_asks_for_no_field_of_its_own() -> None:
    fields = decision_of(declare_emergency).order.model_fields
    required = [name for name, field in fields.items() if field.is_required() and name not in Order.model_fields]
    assert all(any(isinstance(m, AssignedByTheEdge) for m in fields[name].metadata) for name in required)


def test_e1_an_emergency_transfer_ends_the_session_and_suspends_the_plan() -> None:
    declared = given(DOSED).when(declare_emergency, emergency_id=FIRST_DOSE, now=f"{DAY} 14:40")
    assert declared.state.sessions[SESSION].is_emergency
    transferred = declared.when(
        end_dosing_session, now=f"{DAY} 14:50", session_id=SESSION, ended_as=SessionEnd.EMERGENCY_TRANSFER
    )
    transferred.includes(SessionEnded).includes(PlanSuspended, plan_id=PLAN).excludes(HoldPlaced)
    assert transferred.state.plan.status is PlanStatus.SUSPENDED
    assert [h.reason for h in transferred.state.holds.values()] == [HoldReason.EMERGENCY]


def test_e1_a_transfer_without_a_declaration_holds_too() -> None:
    given(DOSED).when(
        end_dosing_session, now=f"{DAY} 14:50", session_id=SESSION, ended_as=SessionEnd.EMERGENCY_TRANSFER
    ).includes(HoldPlaced, reason=HoldReason.EMERGENCY).includes(PlanSuspended)


def test_e2_what_was_written_on_paper_is_entered_late_with_its_true_time() -> None:
    late = given(DOSED, at(f"{DAY} 16:10", vitals("16:00", phase=VitalsPhase.AFTER))).when(
        record_vitals,
        now="2026-03-18 09:00",
        session_id=SESSION,
        vitals_id=BOOSTER,
        phase=VitalsPhase.DURING,
        systolic_mmhg=140,
        diastolic_mmhg=84,
        pulse_per_min=80,
        taken_at=on("14:45"),
        late_reason="server was down",
    )
    late.includes(VitalsRecorded, taken_at=on("14:45"))


def test_e2_a_dose_on_paper_is_entered_the_next_day_past_every_gate_and_never_twice() -> None:
    """The session was over by then, and no go was given for this part; on a retry the same entry records nothing."""
    order = {
        "now": "2026-03-18 09:00",
        "session_id": SESSION,
        "dose_id": BOOSTER,
        "part": "booster",
        "amount_mg": 100,
        "taken_at": on("14:40"),
        "late_reason": "server was down",
    }
    entered = given(RELEASED).when(record_dose, **order)
    entered.includes(DoseTaken, amount_mg=100, taken_at=on("14:40")).includes(DeviationNoted)
    assert entered.state.sessions[SESSION].total_mg == given(RELEASED).state.sessions[SESSION].total_mg + 100
    entered.when(record_dose, **order).then()


def test_e2_vitals_on_paper_entered_after_the_end_stand_beside_the_hold_and_do_not_lift_it() -> None:
    """Whoever enters the end first is told that vitals are missing; a prescriber releases it with them in sight."""
    ended_first = given(DOSED).when(
        end_dosing_session,
        now="2026-03-18 09:00",
        session_id=SESSION,
        ended_as=SessionEnd.STOPPED_EARLY,
        ended_at=on("16:10"),
        late_reason="server was down",
    )
    held = ended_first.includes(HoldPlaced, reason=HoldReason.VITALS_AFTER_MISSING)
    late = held.after(at("2026-03-18 09:05", vitals("16:00", phase=VitalsPhase.AFTER), known="2026-03-18 09:05"))

    def facts(scenario: Scenario) -> tuple[str, ...]:
        asked = scenario.gates(Checkpoint.OPEN, now="2026-03-18 10:00", session_id=SESSION)
        (found,) = (gate.facts for gate in asked if gate.rule == "+hold")
        return tuple(found)

    assert len(facts(held)) == 1
    assert facts(late)[1] == "Entered since: 17 Mar 2026 16:00, 124/78, pulse 70."


def test_a_session_held_without_a_dose_follows_nothing_up() -> None:
    held = given(OPENED).when(
        end_dosing_session, now=f"{DAY} 14:10", session_id=SESSION, ended_as=SessionEnd.HELD_NO_DOSE
    )
    held.then(SessionEnded(session_id=SESSION, ended_as=SessionEnd.HELD_NO_DOSE, ended_at=on("14:10")))
    assert held.state.sessions[SESSION].status is SessionStatus.COMPLETED


def test_an_end_that_contradicts_the_doses_is_refused() -> None:
    given(DOSED).when(end_dosing_session, session_id=SESSION, ended_as=SessionEnd.HELD_NO_DOSE).refused(DoseWasTaken)
    given(OPENED).when(end_dosing_session, **RELEASE).refused(NoDoseWasTaken)


def test_a_session_ends_once() -> None:
    given(RELEASED).when(end_dosing_session, **RELEASE).then()
    given(RELEASED).when(end_dosing_session, session_id=SESSION, ended_as=SessionEnd.STOPPED_EARLY).refused(
        SessionHasEnded
    )


def test_stopping_before_the_observation_is_over_is_told() -> None:
    given(DOSED, at(f"{DAY} 14:50", vitals("14:50", phase=VitalsPhase.AFTER))).when(
        end_dosing_session, now=f"{DAY} 15:00", session_id=SESSION, ended_as=SessionEnd.STOPPED_EARLY
    ).includes(DeviationNoted, rule="+observation", code="observed_too_short").excludes(HoldPlaced)


def test_a_lost_connection_is_told_and_waits_for_the_vitals() -> None:
    given(DOSED).when(
        end_dosing_session, now=f"{DAY} 16:30", session_id=SESSION, ended_as=SessionEnd.CONNECTION_LOST
    ).includes(DeviationNoted, code="connection_lost").includes(HoldPlaced, reason=HoldReason.VITALS_AFTER_MISSING)


def test_opening_a_session_is_done_once() -> None:
    given(OPENED).when(open_dosing_session, session_id=SESSION).then()


def test_the_checklist_of_the_day_is_what_the_gates_read() -> None:
    scenario: Scenario = given(OPENED, at(f"{DAY} 13:25", checklist(driving_acknowledged=False)))
    gates = scenario.gates(Checkpoint.CLEAR, now=f"{DAY} 14:00", session_id=SESSION)
    assert not next(g for g in gates if g.key == "driving").is_open


def test_a_part_that_comes_to_be_known_after_the_release_is_held_against_it() -> None:
    """Recorded late, or its time corrected: the patient was let go too early, and nobody had measured since."""
    late = given(RELEASED).when(
        record_dose,
        session_id=SESSION,
        dose_id=BOOSTER,
        part="booster",
        amount_mg=100,
        tablets_not_counted=True,
        taken_at=on("16:05"),
        now=f"{DAY} 18:00",
    )
    late.includes(DeviationNoted, code="observed_too_short", values={"minutes_short": Decimal(115)})
    late.includes(HoldPlaced, reason=HoldReason.VITALS_AFTER_MISSING)
    order = {"session_id": SESSION, "dose_id": FIRST_DOSE, "amount_mg": 200, "reason": "Slip.", "now": f"{DAY} 18:00"}
    corrected = given(RELEASED).when(correct_dose, taken_at=on("15:00"), **order)
    corrected.includes(DeviationNoted, code="observed_too_short", values={"minutes_short": Decimal(50)})
    corrected.includes(DeviationNoted, code="clearance_lapsed")
    corrected.excludes(HoldPlaced)
    again = corrected.when(correct_dose, taken_at=on("15:05"), **order)
    again.excludes(DeviationNoted, HoldPlaced)
    given(RELEASED).when(correct_dose, taken_at=on("14:06"), **order).excludes(DeviationNoted, HoldPlaced)
