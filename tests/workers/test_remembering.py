"""What is remembered between two rounds of reminding, and what makes an episode be planned anew."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from domain.derived import derived_id
from domain.reminder.notice import Mark, Notice, Tier, Watch
from tests.domain.people import local
from workers.remembering import Remembered

NETWORK, FIRST, SECOND = (derived_id("remembered", number) for number in range(3))
NOON = local("2026-03-12 12:00")
AROUND = (7, 3)


def notice(episode_id: UUID, due: str) -> Notice:
    return Notice(Mark(derived_id("recipient"), episode_id, "intake", due, Tier.SOON))


class Round:
    """Rounds over one network; each answer of the planner says when it was planned."""

    def __init__(self) -> None:
        self.remembered = Remembered()
        self.asked: list[list[UUID]] = []

    def at(
        self, now: datetime, versions: Mapping[UUID, int], around: tuple[int, ...] = AROUND, minutes: int = 5
    ) -> list[str]:
        def plan(episodes: list[UUID]) -> Mapping[UUID, Watch]:
            self.asked.append(episodes)
            until = now + timedelta(minutes=minutes)
            return {one: Watch((notice(one, now.isoformat()),), until) for one in episodes}

        found = self.remembered.notices(NETWORK, versions, around, now, plan)
        return [one.mark.due for one in found]


def test_nothing_is_planned_twice_while_nothing_changes() -> None:
    rounds = Round()
    first = rounds.at(NOON, {FIRST: 1, SECOND: 1})
    assert rounds.at(NOON + timedelta(minutes=4), {FIRST: 1, SECOND: 1}) == first
    assert rounds.asked == [[FIRST, SECOND], []]
    assert rounds.remembered.planned_anew == 2


def test_only_the_episode_in_which_something_was_recorded_is_planned_anew() -> None:
    rounds = Round()
    rounds.at(NOON, {FIRST: 1, SECOND: 1})
    rounds.at(NOON + timedelta(minutes=1), {FIRST: 1, SECOND: 2})
    assert rounds.asked[-1] == [SECOND]


def test_when_the_known_moment_has_come_it_is_planned_anew() -> None:
    rounds = Round()
    rounds.at(NOON, {FIRST: 1})
    rounds.at(NOON + timedelta(minutes=5), {FIRST: 1})
    assert rounds.asked == [[FIRST], [FIRST]]


def test_a_change_of_the_network_or_its_people_plans_everything_anew() -> None:
    rounds = Round()
    rounds.at(NOON, {FIRST: 1, SECOND: 1})
    rounds.at(NOON, {FIRST: 1, SECOND: 1}, around=(8, 3))
    assert rounds.asked[-1] == [FIRST, SECOND]


def test_a_clock_that_was_set_back_plans_anew() -> None:
    rounds = Round()
    rounds.at(NOON, {FIRST: 1})
    rounds.at(NOON - timedelta(hours=1), {FIRST: 1})
    assert rounds.asked[-1] == [FIRST]


def test_what_is_no_longer_watched_is_told_and_remembered_no_more() -> None:
    rounds = Round()
    rounds.at(NOON, {FIRST: 1, SECOND: 1})
    assert len(rounds.at(NOON, {FIRST: 1})) == 1
    rounds.at(NOON, {FIRST: 1, SECOND: 1})
    assert rounds.asked[-1] == [SECOND]
