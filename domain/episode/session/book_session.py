"""Booking a session. A planned one asks the rules; one that has taken place already is a fact and asks none."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates import Checkpoint, gates, require_open
from domain.episode.intake.intake import Way
from domain.episode.plan.plan import Depth
from domain.episode.refusals import require_open_episode
from domain.episode.session.closed_that_day import require_open_that_day
from domain.episode.session.group import group_of
from domain.episode.session.session import Companion, Session, SessionKind, SessionStatus
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import NewId, Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import Sealed, ShortText
from domain.stream import change, put


class SessionBooked(EpisodeEvent, stored_as="SessionBooked"):
    """A session was booked. A session has a time. `companion_id` tells one companion from another without a name."""

    session_id: UUID
    kind: SessionKind
    number: int
    starts_at: datetime
    minutes: int
    way: Way
    is_psycholytic: bool
    therapist_id: UUID | None
    self_guided: bool
    companion_name: Sealed[str] | None = None
    companion_phone: Sealed[str] | None = None
    companion_is_adult: bool | None = None
    companion_id: UUID | None = None
    takes_companion: bool = False
    """Whether nobody else may book the same person for these hours."""
    group_id: UUID | None = None
    """Sessions of other patients at the same time with the same therapist, in a group, have the same."""


class BookSession(Order):
    session_id: NewId
    kind: SessionKind
    starts_at: AwareDatetime
    minutes: int = Field(default=60, ge=5, le=12 * 60)
    way: Way
    is_psycholytic: bool | None = None
    """None: as the plan says."""
    therapist_id: UUID | None = None
    """None: the therapist of the care team."""
    self_guided: bool = False
    companion_name: ShortText | None = None
    companion_phone: ShortText | None = None
    companion_is_adult: bool | None = None
    companion_id: NewId
    """The same id for the same person: one adult stays with one patient at a time, except in a group."""
    confirm_day: bool = False
    """Booked although something ends before that day, such as a licence or a legal basis."""


class SelfGuidedIsNotOffered(Refused):
    """This session cannot be self-guided: {why}. Book it with a therapist."""

    rule = "14"


@decides(Role.THERAPIST, Role.COORDINATOR, Role.PRESCRIBER)
def book_session(
    episode: Episode,
    order: BookSession,
    *,
    by: Actor,
    network: Network,
    protocol: Protocol,
    clinicians: Clinicians,
    now: datetime,
) -> list[Event]:
    """Book a preparation, dosing or integration session."""
    if order.session_id in episode.sessions:
        return []
    is_psycholytic = _is_psycholytic(episode, order)
    if episode.referred_at is None:
        require_open_episode(episode)
    if order.starts_at > now:
        require_open_episode(episode)
        _refuse_self_guided(order, is_psycholytic, protocol)
        asked = gates(
            episode,
            Checkpoint.BOOK,
            now=order.starts_at,
            protocol=protocol,
            network=network,
            clinicians=clinicians,
            way=order.way,
        )
        under_way = tuple(gate for gate in asked if gate.rule == "+open")
        require_open(under_way, f"This {order.kind.value} session cannot be booked.")
        if order.kind is SessionKind.DOSING and not order.confirm_day:
            require_open_that_day(
                episode,
                order.starts_at,
                order.way,
                now=now,
                protocol=protocol,
                network=network,
                clinicians=clinicians,
            )
    return [_booked(episode, order, by, is_psycholytic, now)]


def _booked(episode: Episode, order: BookSession, by: Actor, is_psycholytic: bool, now: datetime) -> SessionBooked:
    """The booking, with the next number of its kind."""
    has_companion = order.companion_name is not None
    therapist_id = order.therapist_id or therapist_of(episode, order.starts_at, by)
    return SessionBooked(
        session_id=order.session_id,
        kind=order.kind,
        number=next_number(episode, order.kind),
        starts_at=order.starts_at,
        minutes=order.minutes,
        way=order.way,
        is_psycholytic=is_psycholytic,
        therapist_id=therapist_id,
        self_guided=order.self_guided,
        companion_name=order.companion_name,
        companion_phone=order.companion_phone,
        companion_is_adult=order.companion_is_adult if has_companion else None,
        companion_id=order.companion_id if has_companion else None,
        takes_companion=has_companion and order.way is not Way.GROUP and order.starts_at > now,
        group_id=group_of(order.way, order.kind, therapist_id, order.starts_at),
    )


def next_number(episode: Episode, kind: SessionKind) -> int:
    """Counted per kind in the order of booking; a cancelled or missed session keeps its number."""
    return 1 + max((s.number for s in episode.sessions.values() if s.kind is kind), default=0)


def therapist_of(episode: Episode, moment: datetime, by: Actor) -> UUID | None:
    """Whoever books, if a therapist; else the therapist on the team at that time."""
    if by.has(Role.THERAPIST):
        return by.actor_id
    on_team = (m for m in episode.team if m.role is Role.THERAPIST and m.is_on_team_at(moment))
    return next((m.clinician_id for m in on_team), None)


def _is_psycholytic(episode: Episode, order: BookSession) -> bool:
    if order.is_psycholytic is not None:
        return order.is_psycholytic
    return episode.plan is not None and episode.plan.terms.depth is Depth.PSYCHOLYTIC


def _refuse_self_guided(order: BookSession, is_psycholytic: bool, protocol: Protocol) -> None:
    if not order.self_guided:
        return
    if is_psycholytic:
        raise SelfGuidedIsNotOffered(field="self_guided", why="a psycholytic session never is")
    if not protocol.self_guided_allowed:
        raise SelfGuidedIsNotOffered(field="self_guided", why="this care network does not allow it")


@evolve.register
def _(event: SessionBooked, episode: Episode, envelope: Envelope) -> Episode:
    companion = None
    if event.companion_id is not None:
        companion = Companion(envelope.event_id, event.companion_id, event.companion_is_adult, arrived_at=None)
    session = Session(
        entry_id=envelope.event_id,
        session_id=event.session_id,
        kind=event.kind,
        number=event.number,
        starts_at=event.starts_at,
        way=event.way,
        status=SessionStatus.BOOKED,
        minutes=event.minutes,
        therapist_id=event.therapist_id,
        is_psycholytic=event.is_psycholytic,
        self_guided=event.self_guided,
        booked_companion_id=event.companion_id if event.takes_companion else None,
        group_id=event.group_id,
        companion=companion,
    )
    return change(episode, sessions=put(episode.sessions, event.session_id, session))
