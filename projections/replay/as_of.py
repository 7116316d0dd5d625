"""Which events count at a moment, and the state they come to; always folded in the order of the stream."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from domain.event import Recorded
from domain.stream import Stream


class AsOf(NamedTuple):
    """A moment in time. `happened_until` asks what had happened by then, `known_until` what had been recorded by then;
    both together ask what of it was known."""

    happened_until: datetime | None = None
    known_until: datetime | None = None

    def includes(self, recorded: Recorded) -> bool:
        """Whether an event counts; one at the very moment does."""
        envelope = recorded.envelope
        has_happened = self.happened_until is None or envelope.occurred_at <= self.happened_until
        return has_happened and (self.known_until is None or envelope.recorded_at <= self.known_until)

    def moment(self, present: datetime) -> datetime:
        """The clock of that moment: dues, validity and gates are judged by it."""
        return self.happened_until or self.known_until or present


def included(history: Iterable[Recorded], at: AsOf) -> list[Recorded]:
    """The events of a stream that count at a moment."""
    return [recorded for recorded in history if at.includes(recorded)]


def state_from(stream: Stream[Any], events: Iterable[Recorded]) -> Any:
    """What these events come to."""
    state = stream.initial
    for event, envelope in events:
        state = stream.evolve(event, state, envelope)
    return state
