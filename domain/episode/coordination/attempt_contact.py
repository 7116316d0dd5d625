"""A call, message or letter, and what came of it."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime

from domain.actor import Role
from domain.decision import decides
from domain.episode.coordination.coordination import Channel, Contact, ContactOutcome, ContactWith
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.sealed import FreeText, Sealed
from domain.stream import change


class ContactAttempted(EpisodeEvent, stored_as="ContactAttempted", happened_in="at"):
    """Somebody tried to reach the patient, or somebody about the patient."""

    contact_id: UUID
    at: datetime
    channel: Channel
    who: ContactWith
    outcome: ContactOutcome
    note: Sealed[str] | None = None


class AttemptContact(Order):
    contact_id: NewId
    at: AwareDatetime | None = None
    channel: Channel
    who: ContactWith = ContactWith.PATIENT
    outcome: ContactOutcome
    note: FreeText | None = None


@decides(Role.COORDINATOR, Role.THERAPIST, Role.PRESCRIBER)
def attempt_contact(episode: Episode, order: AttemptContact, *, now: datetime) -> list[Event]:
    """Record an attempt to reach somebody, also after discharge."""
    if any(known.contact_id == order.contact_id for known in episode.contacts):
        return []
    return [
        ContactAttempted(
            contact_id=order.contact_id,
            at=order.at or order.happened_at(now),
            channel=order.channel,
            who=order.who,
            outcome=order.outcome,
            note=order.note,
        )
    ]


@evolve.register
def _(event: ContactAttempted, episode: Episode, envelope: Envelope) -> Episode:
    contact = Contact(envelope.event_id, event.contact_id, event.at, event.who, event.outcome)
    return change(episode, contacts=(*episode.contacts, contact))
