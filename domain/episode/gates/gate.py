"""What a gate is: one rule of care asked at a checkpoint, with the facts it found and the way through."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.actor import Role
from domain.clinician.clinician import Clinicians
from domain.days import day_of, is_of_one_sitting
from domain.episode.episode import Episode
from domain.episode.intake.intake import Way
from domain.episode.plan.under_protocol import numbers_of
from domain.episode.session.session import Checklist, Session
from domain.network.network import Network
from domain.protocol.numbers import Numbers
from domain.protocol.protocol import GateClass, Protocol
from domain.refusal import Refused


class Checkpoint(StrEnum):
    BOOK = "book"
    OPEN = "open"
    CLEAR = "clear"
    """Go or no-go for the dose."""
    SECOND_PART = "second_part"
    """The second half of a split dose, or a booster."""
    RELEASE = "release"


@dataclass(frozen=True)
class Opens:
    """How a closed gate opens: at a time, by an act of somebody, by calling a number."""

    at: datetime | None = None
    act: str | None = None
    """What has to be done, in words."""
    decision: str | None = None
    """The decision that records it, by name."""
    by: Role | None = None
    call: str | None = None


@dataclass(frozen=True)
class Gate:
    """`facts` are sentences with dates and numbers, never names; `entries` the events they came from."""

    rule: str
    key: str
    name: str
    gate_class: GateClass
    is_open: bool
    source: str
    facts: tuple[str, ...] = ()
    missing: str | None = None
    opens: Opens = Opens()
    entries: tuple[UUID, ...] = ()
    overridden_by: UUID | None = None

    @property
    def stands_in_the_way(self) -> bool:
        return not self.is_open and self.gate_class is not GateClass.INFORMATIONAL


class Question(NamedTuple):
    """What every rule is asked with. `now` is the moment in question, which need not be the present one."""

    checkpoint: Checkpoint
    now: datetime
    protocol: Protocol
    network: Network
    clinicians: Clinicians
    session: Session | None
    way: Way | None
    """How the session takes place; None where nothing is booked and the plan allows several ways."""
    dose_mg: Decimal | None = None
    """The amount to be cleared; None: what the plan orders."""

    @property
    def today(self) -> date:
        """Staff days and intervals are counted in the network's zone."""
        return day_of(self.now, self.network.zone)

    @property
    def checklist(self) -> Checklist | None:
        """As far as it was gone through by then, in this sitting: a session may stay open for days."""
        known = self.session.checklist if self.session else None
        is_known = known is not None and known.recorded_at <= self.now
        return known if known is not None and is_known and self.is_of_this_sitting(known.recorded_at) else None

    def is_of_this_sitting(self, moment: datetime) -> bool:
        """Whether that was on the day in question where the patient is, or before midnight in a session still running.

        A session counts as left open after `session_open_alert_hours`; by then it is asked again.
        """
        place = self.session.place if self.session else None
        zone = place.zone if place else self.network.zone
        return is_of_one_sitting(moment, self.now, zone, self.protocol.numbers.session_open_alert_hours.value)

    def plan_numbers(self, episode: Episode) -> Numbers:
        """The numbers of the protocol under which the plan was issued, where there is a plan."""
        return numbers_of(episode, self.network, self.protocol)

    def open(self, rule: str, key: str, *facts: str, entries: Iterable[UUID] = ()) -> Gate:
        """An open gate and what it found."""
        of = self.protocol.rule(rule)
        return Gate(rule, key, of.name, of.gate_class, True, of.source, facts, entries=tuple(entries))

    def closed(
        self, rule: str, key: str, *facts: str, missing: str, opens: Opens, entries: Iterable[UUID] = ()
    ) -> Gate:
        """A closed gate: what it found, what is missing, how it opens."""
        return replace(self.open(rule, key, *facts, entries=entries), is_open=False, missing=missing, opens=opens)


Rule = Callable[[Episode, Question], Iterable[Gate]]
"""One rule of care as a function: no gates where it does not apply, several where it looks at several things."""


class GatesAreClosed(Refused):
    """{what} Missing: {missing}."""

    def __init__(self, what: str, closed: tuple[Gate, ...]) -> None:
        """`closed` are the gates that stand in the way, each with its facts and how it opens."""
        self.gates = closed
        said = "; ".join(f"{gate.missing} (rule {gate.rule})" for gate in closed)
        self.what = what
        Exception.__init__(self, f"{what} Missing: {said}.")
        self.field, self.missing, self.facts = None, said, {"what": what, "missing": said}


def require_open(asked: tuple[Gate, ...], what: str) -> None:
    """Refuse when a gate stands in the way; `what` is a sentence such as "Dosing session 4 may not start."."""
    if closed := tuple(gate for gate in asked if gate.stands_in_the_way):
        raise GatesAreClosed(what, closed)
