"""An alert: what may harm the patient now, with whom it is, and to whom it goes when nobody acknowledges it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.actor import Actor, Role
from domain.derived import derived_id
from domain.protocol.protocol import Place


class AlertKind(StrEnum):
    EMERGENCY = "emergency"
    HIGH_RISK = "high_risk"
    HELD = "held"
    """A hold, or vitals out of limits, while the patient waits."""
    SERIOUS_EVENT = "serious_event"
    DOSE_OVER_PLAN = "dose_over_plan"
    SWALLOWED = "swallowed"
    CHAPERONE_LEFT = "chaperone_left"
    SAFETY_ITEM = "safety_item"
    AGAINST_ADVICE = "against_advice"
    CHECK_IN_MISSED = "check_in_missed"
    URINARY = "urinary"
    VISIBLE_BLOOD = "visible_blood"
    NEVER_CLOSED = "never_closed"
    OVERRIDE_UNREAD = "override_unread"


SUICIDAL_THOUGHTS = frozenset({AlertKind.HIGH_RISK, AlertKind.SAFETY_ITEM})


def id_of(kind: AlertKind, about: UUID) -> UUID:
    """The alert that comes of this thing: the same at every moment, so that it is acknowledged and sent once."""
    return derived_id("alert", kind.value, about)


@dataclass(frozen=True)
class Raised:
    """That something calls for an alert. `why` is a sentence with dates and numbers, never names."""

    kind: AlertKind
    about: UUID
    """The hold, event, session, deviation or override it comes from; with the kind it makes the alert's id."""
    raised_at: datetime
    why: str
    entries: tuple[UUID, ...] = ()
    decision: str | None = None
    """The decision that settles it; None: acknowledging it does."""
    for_others_than: UUID | None = None
    """Who knows of it because they did it: it is told to everybody else, and somebody else acknowledges it."""


@dataclass(frozen=True)
class Contact:
    """One person on a rung, in the place they hold there; `phone` only where it is a duty number."""

    clinician_id: UUID | None
    """None: all who coordinate in the network."""
    place: Place
    phone: str | None = None

    def is_for(self, who: Actor) -> bool:
        """Whether this person holds the place."""
        if self.clinician_id is None:
            return self.place is Place.COORDINATOR and who.has(Role.COORDINATOR)
        return self.clinician_id == who.actor_id


@dataclass(frozen=True)
class Rung:
    """One place on the ladder: the alert is with these people from `from_at`, and goes on after `acknowledge_by`."""

    contacts: tuple[Contact, ...]
    from_at: datetime
    acknowledge_by: datetime

    def has(self, who: Actor) -> bool:
        return any(contact.is_for(who) for contact in self.contacts)


@dataclass(frozen=True)
class Alert:
    """An alert as it stands at one moment. Acknowledged by one it stays visible to all, with the name."""

    alert_id: UUID
    kind: AlertKind
    name: str
    why: str
    raised_at: datetime
    rungs: tuple[Rung, ...]
    """Owner, next, last; places that nobody holds are left out. Empty: there is nobody at all."""
    reached: int
    """The rung it is with: the first, or one further for each time that passed without an acknowledgement."""
    also_sees: tuple[UUID, ...]
    call: str | None
    """The number to call now."""
    is_urgent: bool
    is_grave: bool
    """Somebody may be in danger: what the protocol calls urgent, and suicidal thoughts however long they may wait."""
    about: UUID
    """The hold, event, session, deviation or override it comes from."""
    entries: tuple[UUID, ...] = ()
    decision: str | None = None
    for_others_than: UUID | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: UUID | None = None

    @property
    def is_acknowledged(self) -> bool:
        return self.acknowledged_at is not None

    @property
    def place(self) -> tuple[bool, bool, bool, datetime]:
        """Where it stands among others: not yet taken on, then urgent, then grave, then the longest waiting."""
        return self.is_acknowledged, not self.is_urgent, not self.is_grave, self.raised_at

    @property
    def is_with(self) -> Rung | None:
        """The rung it is with now; None where nobody is there."""
        return self.rungs[self.reached] if self.rungs else None

    @property
    def is_escalated(self) -> bool:
        return self.reached > 0

    @property
    def acknowledge_by(self) -> datetime | None:
        """When it goes on to the next, or is late with the last."""
        return self.rungs[self.reached].acknowledge_by if self.rungs and not self.is_acknowledged else None

    def concerns(self, who: Actor) -> bool:
        """Whether it has reached this person, or is among what they see; with nobody, coordination names somebody."""
        if not self.rungs and who.has(Role.COORDINATOR):
            return True
        return who.actor_id in self.also_sees or any(rung.has(who) for rung in self.rungs[: self.reached + 1])
