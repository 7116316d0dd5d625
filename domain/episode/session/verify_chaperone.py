"""Somebody spoke with the chaperone before the session: of age, reachable, close to the patient, able to look after."""

from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.check_in.reports import Relationship
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.session.session import Companion, SessionKind
from domain.episode.session.which_session import require_booked, session_of, with_session
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.sealed import Sealed, ShortText
from domain.stream import change


class ChaperoneVerified(EpisodeEvent, stored_as="ChaperoneVerified"):
    """A chaperone was called and verified.

    What was found, also where it was not in order: the gate then says what is missing.
    """

    session_id: UUID
    companion_id: UUID
    relationship: Relationship
    is_adult: bool
    answers_the_phone: bool
    has_capacity: bool
    """Able and willing to stay, to look after the patient and to call for help (S:JC-CHAP)."""
    name: Sealed[str] | None = None
    phone: Sealed[str] | None = None

    @property
    def is_in_order(self) -> bool:
        return self.is_adult and self.answers_the_phone and self.has_capacity


class VerifyChaperone(Order):
    session_id: UUID
    companion_id: NewId
    is_booked_companion: bool = False
    """The person named when the session was booked."""
    relationship: Relationship
    is_adult: bool
    answers_the_phone: bool
    has_capacity: bool
    name: ShortText | None = None
    phone: ShortText | None = None


@decides(Role.COORDINATOR, Role.THERAPIST, Role.PRESCRIBER)
def verify_chaperone(episode: Episode, order: VerifyChaperone) -> list[Event]:
    """Record what a call with the chaperone found; whoever was not named at booking is named by it."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    require_booked(session)
    booked = session.companion if order.is_booked_companion else None
    verified = ChaperoneVerified(
        session_id=order.session_id,
        companion_id=booked.companion_id if booked else order.companion_id,
        relationship=order.relationship,
        is_adult=order.is_adult,
        answers_the_phone=order.answers_the_phone,
        has_capacity=order.has_capacity,
        name=order.name,
        phone=order.phone,
    )
    known = session.companion
    is_known = known is not None and known.companion_id == verified.companion_id and known.verified_in is not None
    return [] if is_known and verified.is_in_order else [verified]


@evolve.register
def _(event: ChaperoneVerified, episode: Episode, envelope: Envelope) -> Episode:
    session = episode.sessions.get(event.session_id)
    if session is None:
        return episode
    verified_in = envelope.event_id if event.is_in_order else None
    known = session.companion
    if known is not None and known.companion_id == event.companion_id:
        companion = change(known, is_adult=event.is_adult, verified_in=verified_in)
        return with_session(episode, event.session_id, companion=companion)
    before = (known,) if known else ()
    companion = Companion(
        envelope.event_id, event.companion_id, event.is_adult, arrived_at=None, verified_in=verified_in
    )
    earlier = (*session.earlier_companions, *before)
    return with_session(episode, event.session_id, companion=companion, earlier_companions=earlier)
