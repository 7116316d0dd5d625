"""Where the patient is today: asked before every remote session, since licences and help depend on it (S:HHS-TEP)."""

from uuid import UUID

from pydantic import Field, field_validator

from domain.actor import Role
from domain.days import is_zone
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.session.session import Place, SessionKind
from domain.episode.session.which_session import session_of, with_session
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.sealed import FreeText, Sealed, ShortText


class PlaceConfirmed(EpisodeEvent, stored_as="PlaceConfirmed"):
    """Where the patient is during a remote session was confirmed."""

    session_id: UUID
    place_id: UUID
    state: str
    zone: str
    address: Sealed[str]
    call_back: Sealed[str]
    local_emergency_number: str


class ConfirmPlace(Order):
    session_id: UUID
    place_id: NewId
    state: str = Field(pattern=r"^[A-Z]{2}$")
    """Two letters: NY."""
    zone: str
    address: ShortText
    call_back: FreeText
    local_emergency_number: str = Field(default="911", pattern=r"^[0-9+ -]{3,20}$")

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str) -> str:
        if not is_zone(zone):
            raise ValueError("name a time zone such as America/New_York")
        return zone


@decides(Role.THERAPIST, Role.PRESCRIBER)
def confirm_place(episode: Episode, order: ConfirmPlace) -> list[Event]:
    """Confirm where the patient is today and how to reach them."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    if session.place is not None and session.place.place_id == order.place_id:
        return []
    return [
        PlaceConfirmed(
            session_id=order.session_id,
            place_id=order.place_id,
            state=order.state,
            zone=order.zone,
            address=order.address,
            call_back=order.call_back,
            local_emergency_number=order.local_emergency_number,
        )
    ]


@evolve.register
def _(event: PlaceConfirmed, episode: Episode, envelope: Envelope) -> Episode:
    session = episode.sessions.get(event.session_id)
    if session is not None and session.place is not None and session.place.confirmed_at > envelope.occurred_at:
        return episode  # entered late: where they were found since stands
    place = Place(envelope.event_id, event.place_id, event.state, event.zone, envelope.occurred_at, envelope.version)
    return with_session(episode, event.session_id, place=place)
