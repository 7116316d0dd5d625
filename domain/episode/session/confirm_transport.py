"""How the patient gets home after a session in person is settled beforehand (rule 13)."""

from enum import StrEnum
from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.session.session import SessionKind
from domain.episode.session.which_session import require_booked, session_of, with_session
from domain.event import Envelope, Event
from domain.order import Order
from domain.sealed import FreeText, Sealed


class Transport(StrEnum):
    """All with somebody beside the patient, who does not drive (S:JC-CHAP)."""

    ESCORT_DRIVES = "escort_drives"
    TAXI_WITH_ESCORT = "taxi_with_escort"
    PUBLIC_TRANSPORT_WITH_ESCORT = "public_transport_with_escort"
    MEDICAL_TRANSPORT = "medical_transport"
    ON_FOOT_WITH_ESCORT = "on_foot_with_escort"


class TransportConfirmed(EpisodeEvent, stored_as="TransportConfirmed"):
    """How the patient gets home after a dose was confirmed."""

    session_id: UUID
    transport: Transport
    note: Sealed[str] | None = None


class ConfirmTransport(Order):
    session_id: UUID
    transport: Transport
    note: FreeText | None = None


@decides(Role.COORDINATOR, Role.THERAPIST, Role.PRESCRIBER)
def confirm_transport(episode: Episode, order: ConfirmTransport) -> list[Event]:
    """Record how the patient gets home; that the escort is there is seen before release."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    require_booked(session)
    if session.transport_confirmed_in is not None:
        return []
    return [TransportConfirmed(session_id=order.session_id, transport=order.transport, note=order.note)]


@evolve.register
def _(event: TransportConfirmed, episode: Episode, envelope: Envelope) -> Episode:
    return with_session(episode, event.session_id, transport_confirmed_in=envelope.event_id)
