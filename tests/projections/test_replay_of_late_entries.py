"""Replay on random delays: nothing changes between two recordings, and a late entry counts from its recording on."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.episode.episode import EPISODE
from domain.event import Recorded
from projections.replay import AsOf
from projections.replay.as_of import included, state_from
from tests.projections.courses import TWO_SESSIONS

DELAYS = st.lists(st.sampled_from((0, 0, 0, 1, 30, 240, 3 * 24 * 60)), min_size=len(TWO_SESSIONS))
INSTANT = timedelta(microseconds=1)


def written_down(delays: list[int]) -> list[Recorded]:
    """Ada's two sessions, each event recorded so many minutes late; in the order in which they were recorded.

    The referral opens the stream, so it always comes first.
    """
    late = [
        Recorded(event, envelope._replace(recorded_at=envelope.recorded_at + timedelta(minutes=delay if place else 0)))
        for place, ((event, envelope), delay) in enumerate(zip(TWO_SESSIONS, delays, strict=False))
    ]
    ordered = sorted(late, key=lambda one: one.envelope.recorded_at)
    return [Recorded(e, envelope._replace(version=number)) for number, (e, envelope) in enumerate(ordered, start=1)]


def known_at(history: list[Recorded], moment: datetime, happened: datetime | None = None) -> Any:
    return state_from(EPISODE, included(history, AsOf(happened, moment)))


@settings(max_examples=30, deadline=None)
@given(delays=DELAYS, data=st.data())
def test_between_two_recordings_what_is_known_stands_still(delays: list[int], data: st.DataObject) -> None:
    """At any moment it is what had been folded when the last recording before it was made."""
    history = written_down(delays)
    place = data.draw(st.integers(0, len(history) - 1))
    recorded_at = history[place].envelope.recorded_at
    following = [one.envelope.recorded_at for one in history if one.envelope.recorded_at > recorded_at]
    until = min(following, default=recorded_at + timedelta(days=1)) - INSTANT
    between = recorded_at + (until - recorded_at) * data.draw(st.floats(0, 1))
    folded = EPISODE.initial
    for event, envelope in history:
        if envelope.recorded_at <= recorded_at:
            folded = EPISODE.evolve(event, folded, envelope)
    assert known_at(history, between) == known_at(history, until) == folded


@settings(max_examples=30, deadline=None)
@given(delays=DELAYS, data=st.data())
def test_a_late_entry_changes_what_is_known_at_its_recording_and_not_before(
    delays: list[int], data: st.DataObject
) -> None:
    """Asked about the time in between, it had happened and nobody knew; the recording itself is the border."""
    history = written_down(delays)
    late = [one for one in history if one.envelope.recorded_at > one.envelope.occurred_at + INSTANT]
    if not late:
        return
    entry = data.draw(st.sampled_from(late))
    happened, recorded = entry.envelope.occurred_at, entry.envelope.recorded_at
    seen = data.draw(st.datetimes(happened.replace(tzinfo=None), (recorded - INSTANT).replace(tzinfo=None)))
    moment = seen.replace(tzinfo=recorded.tzinfo)
    assert entry in included(history, AsOf(happened_until=moment)), "it had happened"
    assert entry not in included(history, AsOf(known_until=moment)), "and was not known"
    assert entry not in included(history, AsOf(moment, moment))
    assert entry in included(history, AsOf(moment, recorded)), "known later, of that time"
    assert known_at(history, recorded, moment) == state_from(
        EPISODE, [one for one in history if one.envelope.occurred_at <= moment and one.envelope.recorded_at <= recorded]
    )
