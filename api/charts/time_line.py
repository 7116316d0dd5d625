"""What an episode time line shows: phases, sessions, measures, holds, and the moments compared in a replay."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal, NamedTuple

from api.formats import day_of


class Phase(NamedTuple):
    """A phase of the course; the current one has no end."""

    name: str
    from_on: date
    until_on: date | None = None
    current: bool = False


class Session(NamedTuple):
    """A session on its day; hollow while only booked."""

    kind: Literal["preparation", "dosing", "integration"]
    on: date
    number: int | None = None
    booked: bool = False


class Measure(NamedTuple):
    """A recorded score, or one that was due and not answered."""

    instrument: str
    on: date
    total: int | None = None
    flagged: bool = False


class Hold(NamedTuple):
    """A time in which dosing was held; still held without an end."""

    from_on: date
    until_on: date | None = None
    reason: str = ""


class Moment(NamedTuple):
    """A moment of a replay, `A` or `B`."""

    letter: str
    at: datetime


@dataclass(frozen=True)
class EpisodeTimeLine:
    """One episode from its first mark to a little after today, or after its last mark where it is over."""

    reference: str
    phases: tuple[Phase, ...]
    today: date
    zone: tzinfo
    sessions: tuple[Session, ...] = ()
    measures: tuple[Measure, ...] = ()
    holds: tuple[Hold, ...] = ()
    moments: tuple[Moment, ...] = ()
    over_on: date | None = None
    """The last day of a course that is over."""

    @property
    def last_on(self) -> date:
        """Where what has no end is drawn to."""
        return self.over_on or self.today

    @property
    def marked_days(self) -> tuple[date, ...]:
        """Every day that has a mark or begins something."""
        return (
            self.last_on,
            *(phase.from_on for phase in self.phases),
            *(session.on for session in self.sessions),
            *(measure.on for measure in self.measures),
            *(hold.from_on for hold in self.holds),
            *(day_of(moment.at, self.zone) for moment in self.moments),
        )
