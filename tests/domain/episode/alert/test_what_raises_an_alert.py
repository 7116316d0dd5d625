"""What raises an alert, and when it has settled."""

from datetime import date
from typing import Any

import pytest

from domain.actor import Role
from domain.derived import derived_id
from domain.episode.alert.acknowledge_alert import (
    AlertWaitsForOthers,
    OverrideIsReadByOthers,
    acknowledge_alert,
    may_acknowledge,
)
from domain.episode.alert.alert import AlertKind
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.dosing.attempt_check_in import CheckInAttempted
from domain.episode.dosing.declare_emergency import declare_emergency
from domain.episode.dosing.record_companion_departure import CompanionLeft
from domain.episode.dosing.record_next_day_check_in import NextDayCheckInRecorded
from domain.episode.due.allowed import allowed_decisions
from domain.episode.due.flags import flags
from domain.episode.due.obligations import obligations
from domain.episode.outcome.import_outcome import import_outcome
from domain.episode.outcome.record_outcome import record_outcome
from domain.episode.referral.import_history import HistoryImported
from domain.episode.safety.grant_override import OverrideGranted
from domain.episode.safety.note_deviation import note_deviation
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.release_hold import release_hold
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import SessionEnd
from domain.protocol.shipped import load_shipped
from tests.domain.episode.alert.alerted import EVENT, HELD, ROTA, emergency, standing, whom
from tests.domain.episode.gates.test_urinary import answered
from tests.domain.given import at, given
from tests.domain.people import (
    ABARA,
    ADA,
    LINDQVIST,
    PROTOCOL,
    RIVERA,
    SOLIS,
    SYSTEM,
    TEST_NETWORK,
    clinicians,
    local,
    sealed,
)
from tests.dosing_day import BOOKED, DOSED, OPENED, RELEASED, SESSION, ended, vitals
from tests.situations import assigned


def test_an_emergency_that_is_declared_after_the_discharge_calls_as_before_it() -> None:
    """Discharged in the afternoon, found unresponsive at home in the evening."""
    gone = at(
        "2026-03-18 15:00", PatientDischarged(patient_id=ADA, reason=DischargeReason.COMPLETED, on=date(2026, 3, 18))
    )
    declared = given(RELEASED, gone).when(
        declare_emergency, by=LINDQVIST, now="2026-03-18 21:00", emergency_id=derived_id("emergency")
    )
    assert whom(standing(declared, "2026-03-18 21:01")[AlertKind.EMERGENCY])[0] == [ABARA.actor_id]
    (hold,) = declared.state.holds
    settled = declared.when(release_hold, by=RIVERA, now="2026-03-19 09:00", hold_id=hold, reason="seen")
    assert not standing(settled, "2026-03-19 09:01")
    before = given(RELEASED).when(
        declare_emergency, by=LINDQVIST, now="2026-03-18 14:00", emergency_id=derived_id("emergency")
    )
    assert AlertKind.EMERGENCY not in standing(given(before.as_history(), gone), "2026-03-18 21:01")


def test_a_questionnaire_taken_now_in_imported_history_is_somebodys() -> None:
    """A therapist opens a patient of an old file and asks; nothing of the file itself raises anything."""
    opened = HistoryImported(
        patient_id=ADA, reference="B-0017", source="old.csv", file_sha256="0" * 64, name=sealed("x"), adult=True
    )
    history = given(at("2026-03-01 09:00", opened, assigned(LINDQVIST.actor_id, Role.THERAPIST)))
    order = {"instrument": "phq-9", "answers": (1, 1, 1, 1, 1, 0, 0, 0, 2)}
    then = {"taken_at": local("2019-03-12 09:00"), "imported": {"source": "old.csv", "file_sha256": "0" * 64, "row": 2}}
    today = {"taken_at": local("2026-03-12 09:00")}
    grounds: dict[str, Any] = {"now": local("2026-03-12 09:20"), "protocol": PROTOCOL, "network": TEST_NETWORK}
    imported = history.when(import_outcome, by=SYSTEM, outcome_id=derived_id("old"), **order, **then)
    assert not standing(imported, "2026-03-12 09:20")
    assert not obligations(imported.state, **grounds)
    assert not flags(imported.state, **grounds)
    asked = imported.when(record_outcome, now=grounds["now"], outcome_id=derived_id("new"), **order, **today)
    assert standing(asked, "2026-03-12 09:20")[AlertKind.SAFETY_ITEM].concerns(LINDQVIST)
    assert [one.key for one in obligations(asked.state, **grounds)] == ["safety_review"]
    assert [one.key for one in flags(asked.state, **grounds)] == ["safety"]
    allowed = allowed_decisions(asked.state, ABARA, clinicians=clinicians(), **grounds)
    assert "review_safety" in [one.decision for one in allowed if one.is_allowed]


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
