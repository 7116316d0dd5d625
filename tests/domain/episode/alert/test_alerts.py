"""With whom an alert is, when it goes on to the next, and who has taken it on."""

from dataclasses import replace

import pytest

from domain.actor import Actor
from domain.episode.alert.acknowledge_alert import (
    AlertAcknowledged,
    AlertIsUnknown,
    AlertWaitsForOthers,
    acknowledge_alert,
)
from domain.episode.alert.alert import AlertKind, id_of
from domain.episode.alert.alerts import alerts
from domain.episode.safety.grant_override import OverrideGranted
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.release_hold import release_hold
from domain.episode.safety.safety import HoldReason
from domain.network.network import Absence
from domain.protocol.protocol import Place
from tests.domain.episode.alert.alerted import CHEN, EVENT, ROTA, VANCE, emergency, flagged, standing, whom
from tests.domain.given import at, given
from tests.domain.people import (
    ABARA,
    LINDQVIST,
    OKAFOR,
    PROTOCOL,
    RIVERA,
    SOLIS,
    TEST_NETWORK,
    clinician,
    clinicians,
    local,
    sealed,
)
from tests.dosing_day import BOOKED, DOSED, SESSION
from tests.situations import REFERRED

CLOCKS = ("14:41", "15:41", "19:00")


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
    assert raised.concerns(OKAFOR), "coordination names who is on call"
    assert raised.concerns(RIVERA)
    assert raised.concerns(LINDQVIST)


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
