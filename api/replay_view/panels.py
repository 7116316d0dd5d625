"""The panels of a replay: the state then, its gates, what changed, and what nobody knew yet."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple
from uuid import UUID

from markupsafe import Markup

from api import formats
from api.episode_view.gates_shown import GateShown, as_shown
from api.list_view.look import Look
from domain.episode.gates import Gate
from domain.event import Recorded
from projections.replay import Change, StateLine, View
from projections.replay import in_words as person_in_words
from projections.sentences.placeholders import in_words
from projections.timeline import Line

Naming = Callable[[UUID], str]
DOSE = "dose_gates"
NOTHING = "none"


class Told(NamedTuple):
    """The events of a history in words, by their number."""

    lines: Mapping[int, Line]
    naming: Naming

    def sentence(self, version: int) -> Markup:
        return Markup(in_words(self.lines[version].sentence, self.naming))  # noqa: S704 escaped when told

    def corrects(self, version: int | None) -> bool:
        return version is not None and version in self.lines and self.lines[version].corrects is not None


class Position(NamedTuple):
    """Where A stands among the events."""

    words: str
    sentence: Markup
    happened: str
    known: str


class Fact(NamedTuple):
    """A line of the state; `verdict` is open or blocked where it answers whether a dose may be taken."""

    what: str
    value: str
    verdict: str = ""


class Changed(NamedTuple):
    """`before` is struck where it was corrected. No event where only time passed."""

    what: str
    before: str
    after: str
    event: int | None
    is_corrected: bool


class Unknown(NamedTuple):
    """An event that had happened and that nobody knew of yet."""

    version: int
    sentence: Markup
    happened: str
    known: str


def told(lines: Iterable[Line], things: Mapping[UUID, str], look: Look) -> Told:
    def name(one: UUID) -> str:
        return things.get(one) or escape(look.name_of(one))

    return Told({line.version: line for line in lines}, name)


def position(version: int, history: Sequence[Recorded], said: Told, look: Look) -> Position:
    """`Event 45 of 52`, told, with both its times."""
    last = max((recorded.envelope.version for recorded in history), default=0)
    found = next((one.envelope for one in history if one.envelope.version == version), None)
    if found is None:
        return Position(f"Before event 1 of {last}", Markup("Not referred yet"), "", "")
    happened, known = (formats.full_moment(at, look.zone) for at in (found.occurred_at, found.recorded_at))
    sentence = Markup(said.sentence(version).removesuffix("."))  # noqa: S704 still the same sentence
    return Position(f"Event {version} of {last}", sentence, happened, known)


def state_shown(lines: Iterable[StateLine], look: Look) -> list[Fact]:
    """The short list: the newest session of each kind, everything else as it stood."""
    return [_fact(line, look) for line in lines if not line.is_earlier]


def changes_shown(found: Iterable[Change], said: Told, look: Look) -> list[Changed]:
    return [
        Changed(
            one.what,
            _named(one.before, look),
            _named(one.after, look),
            one.version,
            said.corrects(one.version) and one.before is not None,
        )
        for one in found
    ]


def unknown_shown(found: Iterable[Recorded], said: Told, look: Look) -> list[Unknown]:
    return [
        Unknown(
            one.envelope.version,
            said.sentence(one.envelope.version),
            formats.full_moment(one.envelope.occurred_at, look.zone),
            formats.full_moment(one.envelope.recorded_at, look.zone),
        )
        for one in found
    ]


def gates_then(asked: Sequence[Gate]) -> list[GateShown]:
    """The gates as they stood; whose move it was is told by role."""
    return [
        as_shown(gate, f"with a {gate.opens.by.value}" if gate.opens.by and not gate.is_open else "")
        for gate in asked
        if gate.is_open or gate.stands_in_the_way
    ]


def between(earlier: View, later: View) -> int:
    """How many events count at B that did not at A."""
    known = {recorded.envelope.event_id for recorded in earlier.events}
    return sum(recorded.envelope.event_id not in known for recorded in later.events)


def _fact(line: StateLine, look: Look) -> Fact:
    value = _named(line.value, look)
    if line.key != DOSE:
        return Fact(line.what, value)
    return Fact(line.what, value[:1].upper() + value[1:], "open" if value.startswith("yes") else "blocked")


def _named(value: str | None, look: Look) -> str:
    """With people by their names; escaped where it is shown."""
    return person_in_words(value, look.name_of) if value is not None else NOTHING
