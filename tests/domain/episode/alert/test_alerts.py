"""Alerts: what raises one, with whom it is, when it goes on to the next, and who has taken it on."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.actor import Actor
from domain.derived import derived_id
from domain.episode.alert.acknowledge_alert import (
    AlertAcknowledged,
    AlertIsUnknown,
    AlertWaitsForOthers,
    OverrideIsReadByOthers,
    acknowledge_alert,
    may_acknowledge,
)
from domain.episode.alert.alert import Alert, AlertKind, id_of
from domain.episode.alert.alerts import alerts
from domain.episode.alert.may_raise import may_raise
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.dosing.attempt_check_in import CheckInAttempted
from domain.episode.dosing.declare_emergency import declare_emergency
from domain.episode.dosing.record_companion_departure import CompanionLeft
from domain.episode.dosing.record_next_day_check_in import NextDayCheckInRecorded
from domain.episode.outcome.record_outcome import record_outcome
from domain.episode.safety.grant_override import OverrideGranted
from domain.episode.safety.note_deviation import note_deviation
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.release_hold import release_hold
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import SessionEnd
from domain.network.network import Absence, MedicalDirector, Network, OnCall
from domain.protocol.protocol import Place
from domain.protocol.shipped import load_shipped
from tests.domain.episode.gates.test_urinary import answered
from tests.domain.given import Scenario, at, given
from tests.domain.people import (
    ABARA,
    ADA,
    LINDQVIST,
    OKAFOR,
    PROTOCOL,
    RIVERA,
    SOLIS,
    TEST_NETWORK,
    clinician,
    clinicians,
    local,
    person,
    sealed,
)
from tests.dosing_day import BOOKED, DOSED, OPENED, RELEASED, SESSION, ended, vitals
from tests.situations import REFERRED

CHEN = person("chen")
"""The medical director."""
VANCE = person("vance")
"""The back-up of whoever is on call."""
DUTY = OnCall(ABARA.actor_id, "+1 212 555 0100", local("2026-01-02 09:00"), None, VANCE.actor_id, "+1 212 555 0101")
ROTA = replace(TEST_NETWORK, on_calls=(DUTY,), medical_director=MedicalDirector(CHEN.actor_id, "+1 212 555 0199"))
EVENT = derived_id("adverse event", 1)
HELD = derived_id("hold", 1)
CLOCKS = ("14:41", "15:41", "19:00")


def standing(scenario: Scenario, now: str, network: Network = ROTA, **grounds: Any) -> dict[AlertKind, Alert]:
    asked: dict[str, Any] = {"protocol": PROTOCOL, "clinicians": clinicians()} | grounds
    found = alerts(scenario.state, now=local(now), network=network, **asked)
    assert len({one.alert_id for one in found}) == len(found)
    assert may_raise(scenario.state) or not found or {one.kind for one in found} == {AlertKind.HELD}
    return {one.kind: one for one in found}


def whom(alert: Alert) -> list[list[UUID | None]]:
    return [[contact.clinician_id for contact in rung.contacts] for rung in alert.rungs]


def emergency() -> Scenario:
    return given(DOSED).when(declare_emergency, by=LINDQVIST, now="2026-03-17 14:40", emergency_id=EVENT)


def flagged(history: Any, when: str = "2026-03-16 09:00") -> Scenario:
    return given(history).when(
        record_outcome,
        by=LINDQVIST,
        now=when,
        outcome_id=derived_id("outcome", when),
        instrument="phq-9",
        taken_at=local(when),
        answers=(1, 1, 1, 1, 1, 0, 0, 0, 1),
    )


def test_an_emergency_goes_to_the_prescriber_on_call_then_the_back_up_then_the_medical_director() -> None:
    raised = standing(emergency(), "2026-03-17 14:41")[AlertKind.EMERGENCY]
    assert whom(raised) == [[ABARA.actor_id], [VANCE.actor_id], [CHEN.actor_id]]
    assert raised.acknowledge_by == local("2026-03-17 14:45")
    assert raised.call == "+1 212 555 0100"
    assert LINDQVIST.actor_id in raised.also_sees
    assert raised.is_urgent


@pytest.mark.parametrize(
    ("now", "reached", "call"),
    [
        ("2026-03-17 14:44", 0, "+1 212 555 0100"),
        ("2026-03-17 14:45", 1, "+1 212 555 0101"),
        ("2026-03-17 14:50", 2, "+1 212 555 0199"),
        ("2026-03-18 14:50", 2, "+1 212 555 0199"),
    ],
)
def test_unacknowledged_it_goes_on_to_the_next(now: str, reached: int, call: str) -> None:
    raised = standing(emergency(), now)[AlertKind.EMERGENCY]
    assert (raised.reached, raised.call) == (reached, call)
    assert raised.is_escalated is (reached > 0)


def test_acknowledged_it_goes_no_further_and_stays_visible_with_the_name() -> None:
    before = emergency()
    alert_id = standing(before, "2026-03-17 14:41")[AlertKind.EMERGENCY].alert_id
    taken = before.when(acknowledge_alert, by=ABARA, now="2026-03-17 14:43", alert_id=alert_id, network=ROTA)
    taken.then(AlertAcknowledged(alert_id=alert_id, kind=AlertKind.EMERGENCY, raised_at=local("2026-03-17 14:40")))
    later = standing(taken, "2026-03-17 19:00")[AlertKind.EMERGENCY]
    assert (later.reached, later.acknowledged_by) == (0, ABARA.actor_id)
    assert later.acknowledged_at == local("2026-03-17 14:43")
    assert later.acknowledge_by is None
    taken.when(acknowledge_alert, by=RIVERA, now="2026-03-17 14:50", alert_id=alert_id, network=ROTA).then()


def test_who_only_sees_it_cannot_stop_it() -> None:
    alert_id = standing(emergency(), "2026-03-17 14:41")[AlertKind.EMERGENCY].alert_id
    emergency().when(acknowledge_alert, by=LINDQVIST, alert_id=alert_id, network=ROTA).refused(AlertWaitsForOthers)


def test_a_release_settles_it() -> None:
    before = emergency()
    (hold_id,) = before.state.holds
    released = before.when(release_hold, by=RIVERA, now="2026-03-18 09:00", hold_id=hold_id, reason="seen")
    assert AlertKind.EMERGENCY not in standing(released, "2026-03-18 09:01")
    alert_id = id_of(AlertKind.EMERGENCY, hold_id)
    released.when(acknowledge_alert, by=RIVERA, alert_id=alert_id, network=ROTA).refused(AlertIsUnknown)


def test_item_9_above_0_is_with_both_clinicians_until_the_day_ends() -> None:
    raised = standing(flagged(BOOKED), "2026-03-16 09:01")[AlertKind.SAFETY_ITEM]
    assert whom(raised) == [[RIVERA.actor_id, LINDQVIST.actor_id], [ABARA.actor_id]]
    assert raised.acknowledge_by == local("2026-03-17 00:00")
    assert standing(flagged(BOOKED), "2026-03-17 00:00")[AlertKind.SAFETY_ITEM].reached == 1


def test_suicidal_thoughts_are_grave_though_they_may_wait_until_the_evening() -> None:
    """They stand above whatever else is not urgent, however long that has waited."""
    override = OverrideGranted(
        override_id=EVENT,
        rule="7",
        session_id=SESSION,
        reason=sealed("reason"),
        values_seen=(),
        expires_at=local("2026-03-17 10:00"),
    )
    waiting = flagged((BOOKED, at("2026-03-12 10:00", override)))
    found = alerts(waiting.state, now=local("2026-03-16 09:01"), protocol=PROTOCOL, network=ROTA)
    assert [(one.kind, one.is_grave) for one in found] == [
        (AlertKind.SAFETY_ITEM, True),
        (AlertKind.OVERRIDE_UNREAD, False),
    ]
    assert not any(one.is_urgent for one in found)


def test_p7_before_a_team_exists_it_is_with_the_prescriber_on_call_and_the_referring_therapist_sees_it() -> None:
    raised = standing(flagged(REFERRED, "2026-02-26 11:00"), "2026-02-26 11:01")[AlertKind.SAFETY_ITEM]
    assert whom(raised)[0] == [ABARA.actor_id]
    assert raised.rungs[0].contacts[0].place is Place.ON_CALL
    assert raised.call == "+1 212 555 0100"
    assert raised.also_sees == (LINDQVIST.actor_id,)


def test_p7_friday_night_with_the_prescriber_on_leave() -> None:
    """Friday 20 March, 21:40: Dr. Rivera is away, so the prescriber on call stands beside the therapist."""
    away = replace(ROTA, absences=(Absence(RIVERA.actor_id, local("2026-03-20 17:00"), local("2026-03-30 08:00")),))
    night = flagged(BOOKED, "2026-03-20 21:40")
    raised = standing(night, "2026-03-20 21:41", away)[AlertKind.SAFETY_ITEM]
    assert whom(raised) == [[ABARA.actor_id, LINDQVIST.actor_id]]
    back = standing(night, "2026-03-30 08:00", away)[AlertKind.SAFETY_ITEM]
    assert RIVERA.actor_id in whom(back)[0]


@pytest.mark.parametrize("who", [ABARA, VANCE])
def test_nobody_on_the_rota_who_is_suspended_or_away_holds_an_alert_up(who: Actor) -> None:
    """On call or the back-up: a high C-SSRS at night goes to whoever is there, from the first minute."""
    away = replace(ROTA, absences=(Absence(who.actor_id, local("2026-03-15 00:00"), local("2026-03-20 00:00")),))
    suspended = clinicians(clinician(who, suspended=True))
    for grounds in ({"network": away}, {"network": ROTA, "clinicians": suspended}):
        raised = standing(emergency(), "2026-03-17 14:41", **grounds)[AlertKind.EMERGENCY]
        asked = [contact.clinician_id for rung in raised.rungs for contact in rung.contacts]
        assert asked
        assert who.actor_id not in asked
        assert raised.rungs[0].from_at == raised.raised_at


def test_a_suspended_prescriber_owns_nothing() -> None:
    suspended = clinicians(clinician(RIVERA, suspended=True))
    raised = standing(flagged(BOOKED), "2026-03-16 09:01", clinicians=suspended)[AlertKind.SAFETY_ITEM]
    assert whom(raised)[0] == [ABARA.actor_id, LINDQVIST.actor_id]


def test_where_nobody_is_named_the_alert_says_so() -> None:
    raised = standing(emergency(), "2026-03-17 14:41", replace(TEST_NETWORK, on_calls=()))[AlertKind.EMERGENCY]
    assert (raised.rungs, raised.is_with, raised.call) == ((), None, None)


def test_a_protocol_without_the_kind_raises_none() -> None:
    assert standing(emergency(), "2026-03-17 14:41", protocol=load_shipped("kap-core", "1")) == {}


def test_vitals_out_of_limits_call_while_the_patient_waits() -> None:
    waiting = given(OPENED, at("2026-03-17 13:40", vitals("13:40", 164, 92)))
    raised = standing(waiting, "2026-03-17 13:41")[AlertKind.HELD]
    assert whom(raised)[0] == [RIVERA.actor_id]
    assert raised.acknowledge_by == local("2026-03-17 13:55")
    rested = given(OPENED, at("2026-03-17 13:40", vitals("13:40", 164, 92)), at("2026-03-17 13:52", vitals("13:52")))
    assert AlertKind.HELD not in standing(rested, "2026-03-17 13:53")


def test_a_hold_calls_while_its_session_is_open_only() -> None:
    hold = hold_because(HoldReason.CHAPERONE, HELD, SESSION)
    assert AlertKind.HELD in standing(given(OPENED, at("2026-03-17 13:30", hold)), "2026-03-17 13:31")
    assert AlertKind.HELD not in standing(given(BOOKED, at("2026-03-12 10:00", hold)), "2026-03-12 10:01")


def test_a_serious_event_calls_the_prescriber_and_after_discharge_too() -> None:
    reported = given(RELEASED).when(
        report_adverse_event, now="2026-03-18 10:00", adverse_event_id=EVENT, term="other", grade=3, serious=True
    )
    raised = standing(reported, "2026-03-18 10:01")
    assert list(raised) == [AlertKind.SERIOUS_EVENT]
    assert whom(raised[AlertKind.SERIOUS_EVENT])[0] == [RIVERA.actor_id]
    closed = reported.after(
        at(
            "2026-03-20 09:00",
            PatientDischarged(patient_id=ADA, reason=DischargeReason.COMPLETED, on=date(2026, 3, 20)),
        )
    )
    assert list(standing(closed, "2026-03-20 09:01")) == [AlertKind.SERIOUS_EVENT]


def test_d10_swallowed_calls_the_prescriber() -> None:
    swallowed = given(DOSED, at("2026-03-17 14:09", note_deviation("15", "swallowed", EVENT)))
    assert AlertKind.SWALLOWED in standing(swallowed, "2026-03-17 14:10")


def test_d5_a_dose_over_the_maximum_calls_the_prescriber() -> None:
    over = given(DOSED, at("2026-03-17 14:30", hold_because(HoldReason.DOSE_OVER_PLAN, EVENT, SESSION)))
    assert AlertKind.DOSE_OVER_PLAN in standing(over, "2026-03-17 14:31")


def test_h2_the_chaperone_leaves_and_somebody_comes_back() -> None:
    gone = given(DOSED, at("2026-03-17 14:40", CompanionLeft(session_id=SESSION, left_at=local("2026-03-17 14:40"))))
    raised = standing(gone, "2026-03-17 14:41")[AlertKind.CHAPERONE_LEFT]
    assert raised.raised_at == local("2026-03-17 14:40")
    assert raised.acknowledge_by == local("2026-03-17 14:55")


def test_b1_a_session_that_nobody_closes_calls_after_six_hours() -> None:
    assert AlertKind.NEVER_CLOSED not in standing(given(DOSED), "2026-03-17 20:04")
    raised = standing(given(DOSED), "2026-03-17 20:05")[AlertKind.NEVER_CLOSED]
    assert raised.why == "Dosing session 1 is open since 17 Mar 2026 13:20."
    assert raised.acknowledge_by == local("2026-03-19 00:00")


def test_b2_two_failed_attempts_are_with_the_prescriber_until_the_next_working_day_has_passed() -> None:
    """The second attempt fails on Friday evening: Monday is the next working day."""
    tried = [
        at(f"2026-03-20 {clock}", CheckInAttempted(session_id=SESSION, at=local(f"2026-03-20 {clock}")))
        for clock in ("09:00", "18:30")
    ]
    assert AlertKind.CHECK_IN_MISSED not in standing(given(RELEASED, tried[0]), "2026-03-20 18:31")
    missed = given(RELEASED, tried)
    raised = standing(missed, "2026-03-20 18:31")[AlertKind.CHECK_IN_MISSED]
    assert whom(raised)[0] == [RIVERA.actor_id]
    assert raised.acknowledge_by == local("2026-03-24 00:00")


def test_t2_left_against_advice_within_the_hour() -> None:
    walked_out = given(
        DOSED,
        at("2026-03-17 15:00", ended("15:00", SessionEnd.AGAINST_ADVICE)),
    )
    raised = standing(walked_out, "2026-03-17 15:01")[AlertKind.AGAINST_ADVICE]
    assert raised.acknowledge_by == local("2026-03-17 16:00")
    called = walked_out.after(
        at("2026-03-17 15:30", NextDayCheckInRecorded(session_id=SESSION, at=local("2026-03-17 15:30"), well=True))
    )
    assert AlertKind.AGAINST_ADVICE not in standing(called, "2026-03-17 15:31")


def test_an_override_is_read_by_somebody_else() -> None:
    granted = given(
        BOOKED,
        at(
            "2026-03-16 10:00",
            OverrideGranted(
                override_id=EVENT,
                rule="7",
                session_id=SESSION,
                reason=sealed("reason"),
                values_seen=(),
                expires_at=local("2026-03-17 10:00"),
            ),
            by=RIVERA,
        ),
    )
    raised = standing(granted, "2026-03-16 10:01")[AlertKind.OVERRIDE_UNREAD]
    order = {"alert_id": raised.alert_id, "network": ROTA}
    granted.when(acknowledge_alert, by=RIVERA, **order).refused(OverrideIsReadByOthers)
    assert not may_acknowledge(raised, RIVERA), "nobody is offered what would be refused"
    assert RIVERA.actor_id not in {one.clinician_id for rung in raised.rungs for one in rung.contacts}
    assert LINDQVIST.actor_id in {one.clinician_id for one in raised.rungs[0].contacts}
    granted.when(acknowledge_alert, by=SOLIS, **order).refused(AlertWaitsForOthers)
    read = granted.when(acknowledge_alert, by=LINDQVIST, now="2026-03-16 11:00", **order)
    assert AlertKind.OVERRIDE_UNREAD not in standing(read, "2026-03-16 11:01")


def test_the_clock_of_a_late_entry_runs_from_when_it_was_known() -> None:
    late = at("2026-03-17 14:40", hold_because(HoldReason.EMERGENCY, EVENT, SESSION), known="2026-03-17 18:00")
    raised = standing(given(DOSED, late), "2026-03-17 18:01")[AlertKind.EMERGENCY]
    assert (raised.raised_at, raised.reached) == (local("2026-03-17 18:00"), 0)


def test_an_alert_keeps_its_id_for_as_long_as_it_lasts() -> None:
    ids = [[one.alert_id for one in standing(emergency(), f"2026-03-17 {clock}").values()] for clock in CLOCKS]
    assert ids[0] == ids[1] == ids[2]


def test_a_coordinator_chases_what_is_not_urgent() -> None:
    raised = standing(given(DOSED), "2026-03-17 20:05")[AlertKind.NEVER_CLOSED]
    assert whom(raised) == [[RIVERA.actor_id], [None]]
    assert not raised.concerns(OKAFOR)
    chased = standing(given(DOSED), "2026-03-19 00:00")[AlertKind.NEVER_CLOSED]
    assert chased.concerns(OKAFOR)
    assert not chased.concerns(SOLIS)


@pytest.mark.parametrize(
    ("changed", "kind", "by"),
    [
        ({"nocturia_per_night": 3}, AlertKind.URINARY, "2026-03-17 00:00"),
        ({"visible_blood": True}, AlertKind.VISIBLE_BLOOD, "2026-03-14 00:00"),
    ],
)
def test_u1_urinary_symptoms_reach_the_prescriber(changed: dict[str, Any], kind: AlertKind, by: str) -> None:
    """Reported on Friday 13 March: blood is looked at that day, the rest by the end of Monday."""
    raised = standing(answered(**changed), "2026-03-13 12:00")[kind]
    assert whom(raised)[0] == [RIVERA.actor_id]
    assert raised.acknowledge_by == local(by)
    assert not {AlertKind.URINARY, AlertKind.VISIBLE_BLOOD} & standing(answered(), "2026-03-13 12:00").keys()
