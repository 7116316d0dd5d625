"""An addendum to a signed document: signed like it, and shown beneath it."""

from datetime import datetime
from uuid import UUID

from domain.actor import Actor, Role
from domain.decision import decides
from domain.episode.document.document import Addendum, Meaning
from domain.episode.document.which_document import document_of, require_signed_in_person
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.safety.signed_now import require_signed_now
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class AddendumIsLocked(Refused):
    """This addendum is signed and locked. Write another one; what is wrong, mark in error."""


class AddendumSigned(EpisodeEvent, stored_as="AddendumSigned"):
    """An addendum to a signed document was signed."""

    addendum_id: UUID
    document_id: UUID
    text: Sealed[str]
    meaning: Meaning = Meaning.WROTE


class AddAddendum(Order):
    addendum_id: NewId
    document_id: UUID
    text: FreeText


@decides(Role.THERAPIST, Role.PRESCRIBER)
def add_addendum(episode: Episode, order: AddAddendum, *, by: Actor, protocol: Protocol, now: datetime) -> list[Event]:
    """Add to a signed document, one's own or a colleague's; what was signed stays as it is."""
    document = document_of(episode, order.document_id)
    if any(known.addendum_id == order.addendum_id for known in document.addenda):
        raise AddendumIsLocked(field="addendum_id")
    require_signed_in_person(by)
    require_signed_now(order, now, protocol)
    return [AddendumSigned(addendum_id=order.addendum_id, document_id=order.document_id, text=order.text)]


@evolve.register
def _(event: AddendumSigned, episode: Episode, envelope: Envelope) -> Episode:
    if (document := episode.documents.get(event.document_id)) is None:
        return episode
    added = Addendum(envelope.event_id, event.addendum_id, envelope.actor_id, envelope.occurred_at)
    longer = change(document, addenda=(*document.addenda, added))
    return change(episode, documents=put(episode.documents, event.document_id, longer))
