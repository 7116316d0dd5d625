"""Placing and releasing holds: anyone stops, a prescriber goes on, and nothing else lifts a hold."""

import pytest

from domain.actor import Actor
from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode.safety.holds import HoldIsUnknown
from domain.episode.safety.place_hold import HoldPlaced, hold_because, place_hold
from domain.episode.safety.release_hold import HoldReleased, release_hold
from domain.episode.safety.safety import HoldReason
from tests.domain.given import given
from tests.domain.people import LINDQVIST, OKAFOR, PARK, RIVERA, sealed
from tests.dosing_day import BOOKED, SESSION
from tests.situations import REFERRED

HOLD, OTHER = derived_id("hold", 1), derived_id("hold", 2)


@pytest.mark.parametrize("who", [LINDQVIST, RIVERA, OKAFOR])
def test_anyone_who_cares_for_the_patient_stops_dosing(who: Actor) -> None:
    given(REFERRED).when(place_hold, by=who, hold_id=HOLD, reason="other").then(
        HoldPlaced(hold_id=HOLD, reason=HoldReason.OTHER)
    )


def test_a_hold_says_who_and_when() -> None:
    placed = given(BOOKED).when(
        place_hold, by=OKAFOR, now="2026-03-12 10:00", hold_id=HOLD, reason="consent", session_id=SESSION, note="asks"
    )
    hold = placed.state.holds[HOLD]
    assert (hold.placed_by, hold.session_id, hold.is_open) == (OKAFOR.actor_id, SESSION, True)
    assert hold.placed_at == placed.last_moment


def test_compliance_reads_only() -> None:
    given(BOOKED).when(place_hold, by=PARK, hold_id=HOLD, reason="other").refused(RoleMayNotDecide, rule="17")


def test_placed_twice_is_placed_once() -> None:
    given(BOOKED).when(place_hold, hold_id=HOLD, reason="other").when(place_hold, hold_id=HOLD, reason="other").then()


def test_p6_releasing_one_leaves_the_other() -> None:
    held = given(
        BOOKED, HoldPlaced(hold_id=HOLD, reason=HoldReason.VITALS), hold_because(HoldReason.SAFETY_ITEM, OTHER)
    )
    released = held.when(release_hold, by=RIVERA, hold_id=HOLD, reason="148/88 after rest")
    released.then(HoldReleased(hold_id=HOLD, reason=sealed("reason")))
    assert [hold.reason for hold in released.state.holds.values() if hold.is_open] == [HoldReason.SAFETY_ITEM]
    assert released.state.holds[HOLD].released_by == RIVERA.actor_id


@pytest.mark.parametrize("who", [LINDQVIST, OKAFOR])
def test_p6_only_a_prescriber_releases(who: Actor) -> None:
    held = given(BOOKED, HoldPlaced(hold_id=HOLD, reason=HoldReason.VITALS))
    held.when(release_hold, by=who, hold_id=HOLD, reason="fine").refused(RoleMayNotDecide, rule="17")


def test_released_twice_is_released_once() -> None:
    held = given(BOOKED, HoldPlaced(hold_id=HOLD, reason=HoldReason.VITALS))
    once = held.when(release_hold, hold_id=HOLD, reason="fine")
    once.when(release_hold, hold_id=HOLD, reason="fine").then()


def test_only_a_hold_that_is_there_is_released() -> None:
    given(BOOKED).when(release_hold, hold_id=HOLD, reason="fine").refused(HoldIsUnknown, field="hold_id")


def test_one_cause_leaves_one_hold() -> None:
    assert hold_because(HoldReason.VITALS, OTHER) == hold_because(HoldReason.VITALS, OTHER)
    assert hold_because(HoldReason.VITALS, OTHER).hold_id != hold_because(HoldReason.CRISIS, OTHER).hold_id
