"""What changed between two moments, line by line, each with the event that did it."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from domain.episode.episode import EPISODE, Episode
from domain.event import Recorded
from projections.replay.line import StateLine, Surroundings
from projections.replay.state_lines import state_lines
from projections.replay.view import View


class Change(NamedTuple):
    """One line before and after; None where it was not there. Without an event it was time that passed."""

    what: str
    before: str | None
    after: str | None
    event_id: UUID | None
    version: int | None
    """The event's number in the stream."""


def changes(before: View, after: View) -> list[Change]:
    """Lines that read differently, in the order of the state; what stayed is not listed."""
    was = {line.key: line for line in before.lines}
    now = {line.key: line for line in after.lines}
    differing = [key for key in _in_order(before.lines, after.lines) if _value(was, key) != _value(now, key)]
    causes = _causes(before, after, set(differing))
    return _together([_change(key, was.get(key), now.get(key), causes.get(key)) for key in differing])


def _together(found: list[Change]) -> list[Change]:
    """A line that went and one of the same name that came are one change: "no" hold became one since 12 Mar."""
    kept: list[Change] = []
    for one in found:
        gone = next((n for n, k in enumerate(kept) if k.what == one.what and k.after is None), None)
        if gone is None or one.before is not None:
            kept.append(one)
        else:
            kept[gone] = one._replace(before=kept[gone].before)
    return kept


def _change(key: str, was: StateLine | None, now: StateLine | None, cause: Recorded | None) -> Change:
    what = now.what if now else was.what if was else key
    event_id, version = (cause.envelope.event_id, cause.envelope.version) if cause else (None, None)
    return Change(what, was.value if was else None, now.value if now else None, event_id, version)


def _value(lines: dict[str, StateLine], key: str) -> str | None:
    return lines[key].value if key in lines else None


def _in_order(before: Sequence[StateLine], after: Sequence[StateLine]) -> list[str]:
    """The lines of both in one order: those that went stand where they stood."""
    keys = [line.key for line in after]
    place = 0
    for line in before:
        if line.key in keys:
            place = keys.index(line.key) + 1
        else:
            keys.insert(place, line.key)
            place += 1
    return keys


def _causes(before: View, after: View, differing: set[str]) -> dict[str, Recorded]:
    """For each line the last event, of those that count only afterwards, that touched it."""
    known = {recorded.envelope.event_id for recorded in before.events}
    causes: dict[str, Recorded] = {}
    episode: Episode = EPISODE.initial
    for recorded in after.events:
        then, episode = episode, EPISODE.evolve(recorded.event, episode, recorded.envelope)
        if recorded.envelope.event_id not in known and differing:
            for key in _touched(then, episode, after.around) & differing:
                causes[key] = recorded
    return causes


def _touched(then: Episode, now: Episode, around: Surroundings) -> set[str]:
    was = {line.key: line.value for line in state_lines(then, around)}
    is_now = {line.key: line.value for line in state_lines(now, around)}
    return {key for key in was.keys() | is_now.keys() if was.get(key) != is_now.get(key)}
