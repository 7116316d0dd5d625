"""A care network, one medical group and its member therapists: zone, crisis text, protocol, who is on call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, singledispatch
from typing import Any
from uuid import UUID

from domain.event import Envelope, Event
from domain.network.check_in_terms import CheckInTerms
from domain.network.erasure_terms import ErasureTerms
from domain.network.reminder_settings import ReminderSettings
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.stream import Stream


class NetworkEvent(Event):
    """Something that was settled in one network."""

    stream = "network"


class NoProtocolIsAdopted(Refused):
    """This network has not adopted a clinical protocol yet. A prescriber adopts one first."""


@dataclass(frozen=True)
class Adoption:
    """A protocol document as it was adopted, whole."""

    protocol_id: str
    protocol_version: str
    sha256: str
    document: Mapping[str, Any]
    adopted_at: datetime

    @cached_property
    def protocol(self) -> Protocol:
        return Protocol.model_validate(self.document)


@dataclass(frozen=True)
class OnCall:
    prescriber_id: UUID
    phone: str
    """A duty number: it is shown to everybody who may have to call it."""
    from_at: datetime
    until_at: datetime | None
    back_up_id: UUID | None = None
    """Who is called where the first does not answer."""
    back_up_phone: str | None = None
    duty_id: UUID | None = None
    """The entry that named it."""

    def is_on_call_at(self, moment: datetime) -> bool:
        return self.from_at <= moment and (self.until_at is None or moment < self.until_at)


@dataclass(frozen=True)
class MedicalDirector:
    """Last in line where nobody has acknowledged an urgent alert."""

    clinician_id: UUID
    phone: str


@dataclass(frozen=True)
class Absence:
    """Somebody is away: what waits for them goes to whoever covers, or is on call."""

    clinician_id: UUID
    from_at: datetime
    until_at: datetime

    def is_at(self, moment: datetime) -> bool:
        return self.from_at <= moment < self.until_at


@dataclass(frozen=True)
class Network:
    network_id: UUID | None = None
    slug: str = ""
    title: str = ""
    zone: str = "UTC"
    crisis_text: str = ""
    practice_state: str | None = None
    adoptions: Mapping[tuple[str, str], Adoption] = field(default_factory=dict)
    """By protocol id and version."""
    current: Adoption | None = None
    put_in_force: tuple[Adoption, ...] = ()
    """What was in force one after the other, the current one last."""
    on_calls: tuple[OnCall, ...] = ()
    """In the order in which they were named."""
    duties_taken_back: frozenset[UUID] = frozenset()
    medical_director: MedicalDirector | None = None
    absences: tuple[Absence, ...] = ()
    check_in_terms: CheckInTerms = field(default_factory=CheckInTerms)
    reminders: ReminderSettings = field(default_factory=ReminderSettings)
    erasure_terms: ErasureTerms = field(default_factory=ErasureTerms)

    @property
    def protocol(self) -> Protocol:
        """The protocol in force."""
        if self.current is None:
            raise NoProtocolIsAdopted
        return self.current.protocol

    def protocol_at(self, moment: datetime) -> Protocol:
        """The protocol that was in force at that moment; before the first adoption, the first one."""
        if not self.put_in_force:
            return self.protocol
        then = [one for one in self.put_in_force if one.adopted_at <= moment]
        return (then[-1] if then else self.put_in_force[0]).protocol

    def protocol_of(self, protocol_id: str, protocol_version: str) -> Protocol:
        """The protocol a plan was issued under, or the one in force where that one was never adopted here."""
        adoption = self.adoptions.get((protocol_id, protocol_version))
        return adoption.protocol if adoption else self.protocol

    def newest_of(self, protocol_id: str) -> Protocol | None:
        """The version of a protocol that new plans are issued under: the one in force, else the last adopted."""
        if self.current is not None and self.current.protocol_id == protocol_id:
            return self.current.protocol
        adopted = [one for one in self.adoptions.values() if one.protocol_id == protocol_id]
        return max(adopted, key=lambda one: one.adopted_at).protocol if adopted else None

    def on_call(self, now: datetime) -> OnCall | None:
        """Who is on call at that moment; the one named last where two overlap."""
        return next((o for o in reversed(self.on_calls) if o.is_on_call_at(now)), None)

    def called_at(self, now: datetime) -> frozenset[UUID]:
        """Who may be called at that moment from outside a care team: on call, back-up, medical director."""
        duty, director = self.on_call(now), self.medical_director
        called = [duty.prescriber_id, duty.back_up_id] if duty else []
        called += [director.clinician_id] if director else []
        return frozenset(who for who in called if who is not None)

    def is_away(self, clinician_id: UUID, now: datetime) -> bool:
        """Whether the person said that they are away at that moment."""
        return any(a.clinician_id == clinician_id and a.is_at(now) for a in self.absences)


@singledispatch
def evolve(event: Any, network: Network, envelope: Envelope) -> Network:
    """What an event changes. Effects are total; an event without one changes nothing a decision reads."""
    return network


NETWORK: Stream[Network] = Stream("network", Network(), evolve, lambda state, event: None)
