"""Until when an answer is remembered: alerts and dues that stand change at that moment, and not before."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.derived import derived_id
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.safety import HoldReason
from domain.network.network import OnCall
from domain.reminder.holds_until import LONGEST
from domain.reminder.notice import Tier, watch
from tests.domain.episode.gates.test_urinary import answered
from tests.domain.given import at, given
from tests.domain.people import ABARA, RIVERA, TEST_NETWORK, clinicians, local
from tests.dosing_day import RELEASED
from tests.situations import INTAKE_DONE, PREPARED

CHANGES_AT = local("2026-03-16 09:02")
BEGAN_AT = local("2026-01-02 09:00")
DUTY = OnCall(ABARA.actor_id, "+1 212 555 0100", BEGAN_AT, CHANGES_AT, RIVERA.actor_id, "+1 212 555 0101")
NEXT = OnCall(RIVERA.actor_id, "+1 212 555 0102", CHANGES_AT, None)
ROTA = replace(TEST_NETWORK, on_calls=(DUTY, NEXT))
IN_DANGER = at("2026-03-16 09:00", hold_because(HoldReason.HIGH_RISK, derived_id("outcome")))
COURSES: dict[str, tuple[Any, str]] = {
    "an alert of minutes, and a change of duty": (given(PREPARED, IN_DANGER), "2026-03-16 09:00"),
    "the night": (given(PREPARED, IN_DANGER), "2026-03-16 23:30"),
    "the next-day check-in falls due": (given(RELEASED), "2026-03-18 17:30"),
    "an alert of working days": (answered(nocturia_per_night=3), "2026-03-16 23:30"),
    "eligibility": (given(INTAKE_DONE), "2026-03-02 10:30"),
}

STEADY = ("eligibility", "the night")


def asked(scenario: Any, now: Any) -> Any:
    return watch(scenario.state, now=now, network=ROTA, clinicians=clinicians())


@pytest.mark.parametrize("name", COURSES)
def test_until_then_the_answer_is_the_same(name: str) -> None:
    """Minute by minute through an hour, what is remembered against what would be said anew."""
    scenario, begin = COURSES[name]
    now = local(begin)
    kept, changes = asked(scenario, now), 0
    for _ in range(60):
        now += timedelta(minutes=1)
        anew = asked(scenario, now)
        if now < kept.until:
            assert kept.notices == anew.notices, now
        else:
            changes += kept.notices != anew.notices
            kept = anew
    assert changes >= (name not in STEADY)


def test_it_is_never_remembered_for_long() -> None:
    now = local("2026-03-02 10:30")
    assert asked(given(INTAKE_DONE), now).until == now + LONGEST


def test_an_alert_goes_on_the_moment_its_time_is_over() -> None:
    scenario, begin = COURSES["an alert of minutes, and a change of duty"]
    first = asked(scenario, local(begin))
    assert first.until == local("2026-03-16 09:02")
    later = asked(scenario, local("2026-03-16 09:03"))
    told = {one.mark.recipient_id for one in later.notices if one.mark.tier is Tier.ALERT}
    assert told == {RIVERA.actor_id}
