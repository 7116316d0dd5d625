"""An obligation: something that is owed in an episode, by when, by whom, and under which rule."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.actor import Role
from domain.days import day_of
from domain.episode.course.done_mark import DoneMark
from domain.episode.episode import Episode
from domain.episode.gates.gate import Checkpoint, Question
from domain.network.network import Network
from domain.protocol.protocol import Protocol


@dataclass(frozen=True)
class Obligation:
    """`what` is a few words, `why` a sentence with dates and numbers, never names. One of the two dues, or neither."""

    key: str
    what: str
    why: str
    with_role: Role
    with_id: UUID | None = None
    due_at: datetime | None = None
    due_on: date | None = None
    """A day of the network's zone; the whole day is in time."""
    rule: str | None = None
    protocol: str = ""
    """The version of the protocol that this was asked under."""
    decision: str | None = None
    """The decision that fulfils it, by name."""
    entries: tuple[UUID, ...] = ()
    blocks_dosing: bool = False
    is_safety: bool = False
    is_beside: bool = False
    """Asked beside the course, such as a questionnaire after a dose: never the next step while another is due."""
    may_be_marked: bool = False
    """Whether a mark settles it too: somebody has done it in a way that no decision records."""
    done: DoneMark | None = None
    """Who marked it as done and when: it is shown, struck, and asks for nothing more."""

    @property
    def due(self) -> str:
        """The day or time it is due as text: with the key it tells one occasion from the next."""
        return str(self.due_on) if self.due_at is None else self.due_at.isoformat()

    def day(self, zone: str) -> date | None:
        """The day it is due on, in the network's zone."""
        return day_of(self.due_at, zone) if self.due_at else self.due_on

    def is_overdue(self, now: datetime, zone: str) -> bool:
        """Past its time, or past the whole of its day, and not done."""
        if self.done is not None:
            return False
        if self.due_at is not None:
            return now > self.due_at
        return self.due_on is not None and day_of(now, zone) > self.due_on


Due = Callable[[Episode, Question], Iterable[Obligation]]
"""One area of what can be due, as a function of the episode and the moment."""


def asked_at(now: datetime, protocol: Protocol, network: Network) -> Question:
    """The question the gates are asked with, where no session is in question."""
    return Question(Checkpoint.OPEN, now, protocol, network, {}, session=None, way=None)


def whose(episode: Episode, role: Role, now: datetime) -> UUID | None:
    """The person on the care team in that role; for prescribers the one responsible."""
    if role is Role.PRESCRIBER:
        return episode.prescriber_at(now)
    return next((member.clinician_id for member in episode.members_at(now, role)), None)


def with_whom(episode: Episode, named: UUID | None, role: Role, now: datetime) -> UUID | None:
    """Who was named for it while they are on the care team; who has left it sees the patient no more. Coordination is
    on no team.
    """
    is_clinical = role in (Role.THERAPIST, Role.PRESCRIBER)
    if named is not None and (not is_clinical or episode.member(named, role, now) is not None):
        return named
    return whose(episode, role, now)
