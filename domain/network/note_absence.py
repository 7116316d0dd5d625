"""Note that somebody is away: until they are back, their alerts go to whoever covers, or is on call (case P7)."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.network import Absence, Network, NetworkEvent, evolve
from domain.order import Order
from domain.refusal import Refused
from domain.stream import change


class NobodyOfThisNetwork(Refused):
    """This person does not work in this network. Choose one who does."""


class AbsenceEndsBeforeItBegins(Refused):
    """The absence would end before it begins, or has passed. Mend one of the two times."""


class OthersNoteTheirOwnAbsence(Refused):
    """You may note your own absence; a coordinator notes that of others."""

    rule = "17"


class NoteAbsence(Order):
    clinician_id: UUID
    from_at: AwareDatetime
    until_at: AwareDatetime


class AbsenceNoted(NetworkEvent, stored_as="AbsenceNoted"):
    """A clinician is away from one moment until another.

    An absence noted anew for the same person from the same moment replaces the one before.
    """

    clinician_id: UUID
    from_at: datetime
    until_at: datetime


@decides(Role.PRESCRIBER, Role.THERAPIST, Role.COORDINATOR)
def note_absence(
    network: Network, order: NoteAbsence, *, by: Actor, clinicians: Clinicians, now: datetime
) -> list[Event]:
    """Note an absence. No reason is asked for, and none is kept."""
    if order.clinician_id != by.actor_id and not by.has(Role.COORDINATOR):
        raise OthersNoteTheirOwnAbsence(field="clinician_id")
    if order.clinician_id not in clinicians:
        raise NobodyOfThisNetwork(field="clinician_id")
    if order.until_at <= max(order.from_at, now):
        raise AbsenceEndsBeforeItBegins(field="until_at")
    if Absence(order.clinician_id, order.from_at, order.until_at) in network.absences:
        return []
    return [AbsenceNoted(clinician_id=order.clinician_id, from_at=order.from_at, until_at=order.until_at)]


@evolve.register
def _(event: AbsenceNoted, network: Network, envelope: Envelope) -> Network:
    noted = Absence(event.clinician_id, event.from_at, event.until_at)
    others = tuple(a for a in network.absences if (a.clinician_id, a.from_at) != (noted.clinician_id, noted.from_at))
    return change(network, absences=(*others, noted))
