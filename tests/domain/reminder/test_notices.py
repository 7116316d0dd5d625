"""Whom somebody is told of what: what is soon or overdue, alerts up their ladder, and what stops a message."""

from dataclasses import replace
from datetime import date

import pytest

from domain.clinician.clinician import Clinician
from domain.derived import derived_id
from domain.episode.alert.acknowledge_alert import acknowledge_alert
from domain.episode.alert.alerts import alerts
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.course.pause_episode import EpisodePaused
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.report_adverse_event import AdverseEventReported, AdverseEventTerm
from domain.episode.safety.safety import HoldReason
from domain.network.network import Network
from domain.network.reminder_settings import ReminderSettings
from domain.reminder.notice import Notice, Tier, notices
from tests.domain.given import History, at, given
from tests.domain.people import (
    ABARA,
    ADA,
    LINDQVIST,
    OKAFOR,
    RIVERA,
    TEST_NETWORK,
    clinician,
    clinicians,
    local,
    sealed,
)
from tests.dosing_day import RELEASED, SESSION
from tests.gate_answers import phq9
from tests.situations import ASSIGNED, PREPARED, REFERRED

NETWORK = TEST_NETWORK


def told(*history: History, now: str, network: Network = NETWORK, **people: Clinician) -> list[Notice]:
    known = clinicians(*people.values()) if people else clinicians()
    return list(notices(given(*history).state, now=local(now), network=network, clinicians=known))


def about(key: str, found: list[Notice]) -> list[tuple[object, str]]:
    return [(one.mark.recipient_id, one.mark.tier) for one in found if one.mark.key.startswith(key)]


CHECK_IN = f"check_in:{SESSION}"


def test_what_is_due_tomorrow_is_soon_and_waits_for_the_message_of_the_day() -> None:
    (notice,) = [one for one in told(RELEASED, now="2026-03-17 18:00") if one.mark.key == CHECK_IN]
    assert (notice.mark.recipient_id, notice.mark.tier) == (LINDQVIST.actor_id, Tier.SOON)
    assert (notice.waits_for_digest, notice.is_urgent, notice.is_overdue) == (True, False, False)


def test_what_had_a_time_of_day_and_passed_it_does_not_wait_for_tomorrow() -> None:
    (notice,) = [one for one in told(RELEASED, now="2026-03-18 18:01") if one.mark.key == CHECK_IN]
    assert (notice.mark.tier, notice.waits_for_digest) == (Tier.OVERDUE, False)


@pytest.mark.parametrize(
    ("now", "tier"),
    [("2026-03-30 23:59", None), ("2026-03-31 00:00", Tier.SOON), ("2026-04-01 23:59", Tier.SOON),
     ("2026-04-02 00:00", Tier.OVERDUE)],
)  # fmt: skip
def test_days_are_those_of_the_networks_zone(now: str, tier: Tier | None) -> None:
    """Case F1: the follow-up is due on 1 Apr."""
    found = about("follow_up", told(PREPARED, now=now))
    assert found == ([(RIVERA.actor_id, tier)] if tier else [])


def test_how_far_ahead_is_soon_the_network_says() -> None:
    further = replace(NETWORK, reminders=ReminderSettings(soon_days=5))
    assert about("follow_up", told(PREPARED, now="2026-03-27 08:00", network=further))
    assert not about("follow_up", told(PREPARED, now="2026-03-26 23:00", network=further))


def test_a_new_due_time_is_another_notice() -> None:
    def mark(now: str, *history: History) -> object:
        return next(one.mark.due for one in told(*history, now=now) if one.mark.key == "measure:phq-9")

    first = mark("2026-03-19 09:00", PREPARED, phq9("2026-03-05 10:00"))
    second = mark("2026-04-02 09:00", PREPARED, phq9("2026-03-05 10:00"), phq9("2026-03-19 10:00"))
    assert (first, second) == ("2026-03-19", "2026-04-02")


def test_without_the_person_named_the_team_is_told_and_without_a_team_coordination() -> None:
    away = clinician(RIVERA, suspended=True)
    found = about("follow_up", told(PREPARED, now="2026-04-02 09:00", rivera=away))
    assert found == [(OKAFOR.actor_id, Tier.OVERDUE)]


def test_a_pause_and_a_discharge_end_what_is_overdue() -> None:
    assert about("follow_up", told(PREPARED, now="2026-04-09 09:00"))
    paused = at("2026-03-20 09:00", EpisodePaused(reason=sealed("travel")))
    gone = at(
        "2026-03-20 09:00", PatientDischarged(patient_id=ADA, reason=DischargeReason.COMPLETED, on=date(2026, 3, 20))
    )
    assert told(PREPARED, paused, now="2026-04-09 09:00") == []
    assert told(PREPARED, gone, now="2026-04-09 09:00") == []


def test_a2_a_death_stops_every_reminder_the_same_minute_and_leaves_the_alert_to_staff() -> None:
    died = AdverseEventReported(
        adverse_event_id=derived_id("death"), term=AdverseEventTerm.OTHER, grade=5, serious=True,
        happened_at=local("2026-04-09 08:00"),
    )  # fmt: skip
    assert told(PREPARED, now="2026-04-09 09:00")
    after = told(PREPARED, at("2026-04-09 09:00", died), now="2026-04-09 09:00")
    assert {one.mark.tier for one in after} == {Tier.ALERT}
    assert {one.mark.recipient_id for one in after} == {RIVERA.actor_id}


SERIOUS = at(
    "2026-03-20 09:00",
    AdverseEventReported(
        adverse_event_id=derived_id("fall"), term=AdverseEventTerm.FALL_OR_INJURY, grade=3, serious=False,
        happened_at=local("2026-03-20 08:50"),
    ),
)  # fmt: skip


def test_an_alert_goes_to_its_owner_at_once_and_up_its_ladder_when_nobody_acknowledges_it() -> None:
    first = told(PREPARED, SERIOUS, now="2026-03-20 09:01")
    assert about("alert:", first) == [(RIVERA.actor_id, Tier.ALERT)]
    assert [one.is_urgent for one in first if one.mark.tier is Tier.ALERT] == [True]
    later = told(PREPARED, SERIOUS, now="2026-03-20 09:20")
    assert about("alert:", later) == [(RIVERA.actor_id, Tier.ALERT), (ABARA.actor_id, Tier.ALERT)]
    assert {one.mark for one in first} <= {one.mark for one in later}, "the owner is not told a second time"


def test_an_acknowledged_alert_goes_to_nobody_else() -> None:
    state = given(PREPARED, SERIOUS).state
    (alert,) = alerts(state, now=local("2026-03-20 09:05"), protocol=NETWORK.protocol, network=NETWORK)
    taken = given(PREPARED, SERIOUS).when(
        acknowledge_alert, by=RIVERA, now="2026-03-20 09:05", alert_id=alert.alert_id, network=NETWORK
    )
    assert about("alert:", told(taken.as_history(), now="2026-03-20 12:00")) == []


@pytest.mark.parametrize("reason", [HoldReason.HIGH_RISK, HoldReason.EMERGENCY])
def test_with_nobody_on_call_at_night_the_team_and_coordination_are_told(reason: HoldReason) -> None:
    """A high C-SSRS on a Friday at 23:40, and no medical director: the alert is everybody's who can act on it."""
    night = at("2026-03-13 23:40", hold_because(reason, derived_id("found")))
    nobody = replace(NETWORK, on_calls=())
    found = [one for one in told(PREPARED, night, now="2026-03-13 23:41", network=nobody) if one.is_urgent]
    assert {one.mark.tier for one in found} == {Tier.ALERT}
    assert {one.mark.recipient_id for one in found} == {RIVERA.actor_id, LINDQVIST.actor_id, OKAFOR.actor_id}
    named = [one for one in told(PREPARED, night, now="2026-03-13 23:41") if one.is_urgent]
    assert {one.mark.recipient_id for one in named} == {ABARA.actor_id}


def test_with_nobody_on_call_who_is_suspended_is_not_told() -> None:
    night = at("2026-03-13 23:40", hold_because(HoldReason.HIGH_RISK, derived_id("found")))
    nobody, away = replace(NETWORK, on_calls=()), clinician(RIVERA, suspended=True)
    found = told(PREPARED, night, now="2026-03-13 23:41", network=nobody, rivera=away)
    assert {one.mark.recipient_id for one in found if one.is_urgent} == {LINDQVIST.actor_id, OKAFOR.actor_id}


def test_what_somebody_has_taken_on_is_told_again_once_its_day_has_passed() -> None:
    """Taken on by the therapist on the evening; the prescriber's review is still to come."""
    flagged = (PREPARED, at("2026-03-16 19:00", hold_because(HoldReason.SAFETY_ITEM, derived_id("found"))))
    state = given(*flagged).state
    (alert,) = alerts(state, now=local("2026-03-16 19:05"), protocol=NETWORK.protocol, network=NETWORK)
    taken = given(*flagged).when(acknowledge_alert, by=LINDQVIST, now="2026-03-16 19:05", alert_id=alert.alert_id)
    assert about("safety_review", told(*flagged, now="2026-03-17 09:00")) == []
    assert about("safety_review", told(taken.as_history(), now="2026-03-16 23:59")) == []
    late = told(taken.as_history(), now="2026-03-17 00:00")
    assert about("safety_review", late) == [(RIVERA.actor_id, Tier.OVERDUE)]
    (review,) = [one for one in late if one.mark.key == "safety_review"]
    assert (review.is_urgent, review.waits_for_digest) == (False, True), "it waits for the morning"


def test_what_an_alert_tells_is_not_told_a_second_time_as_something_due() -> None:
    found = told(PREPARED, SERIOUS, now="2026-03-20 09:01")
    assert about("adverse_event_review", found) == []


def test_alerts_go_out_where_reminders_are_off() -> None:
    off = replace(NETWORK, reminders=ReminderSettings(are_sent=False))
    found = told(PREPARED, SERIOUS, now="2026-04-09 09:00", network=off)
    assert {one.mark.tier for one in found} == {Tier.ALERT}


def test_a_referral_that_nobody_has_taken_has_no_time_and_is_not_told() -> None:
    assert told(REFERRED, now="2026-03-20 09:00") == []
    assert told(ASSIGNED, now="2026-03-20 09:00") == []


def test_no_notice_comes_twice() -> None:
    for now in ("2026-03-18 18:01", "2026-03-28 09:00", "2026-04-09 09:00"):
        marks = [one.mark for one in told(RELEASED, SERIOUS, now=now)]
        assert len(marks) == len(set(marks))
