"""Look again at what rests on a person's licences and training: a policy does, whenever one of them changes."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from domain.actor import Role
from domain.clinician.clinician import Clinician, Clinicians
from domain.days import day_of
from domain.decision import decides
from domain.derived import derived_id
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.plan.plan import PlanStatus
from domain.episode.session.session import Session, SessionKind, SessionStatus
from domain.episode.team.team import CredentialLapse, CredentialProblem
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.stream import change, drop, put

PROFESSIONS = (Role.PRESCRIBER, Role.THERAPIST)


class CredentialLapseFound(EpisodeEvent, stored_as="CredentialLapseFound"):
    """A plan or booked sessions count on somebody who may not do this where the patient lives."""

    lapse_id: UUID
    clinician_id: UUID
    role: Role
    state: str
    problem: CredentialProblem
    since_on: date
    plan_id: UUID | None = None
    session_ids: tuple[UUID, ...] = ()


class CredentialLapseEnded(EpisodeEvent, stored_as="CredentialLapseEnded"):
    """A lapse that was found is mended.

    Nothing rests on it any more: renewed, reinstated, or covered by somebody else.
    """

    lapse_id: UUID
    clinician_id: UUID
    role: Role


class RecheckCredentials(Order):
    clinician_id: UUID | None = None
    """None: everybody on whom a plan or a session counts."""


@decides(Role.SYSTEM)
def recheck_credentials(
    episode: Episode,
    order: RecheckCredentials,
    *,
    clinicians: Clinicians,
    network: Network,
    protocol: Protocol,
    now: datetime,
) -> list[Event]:
    """Say what rests on credentials that do not count; nothing where all is as it was found before."""
    if order.clinician_id is not None:
        whose: Iterable[UUID] = (order.clinician_id,)
    else:
        whose = (who for who in whose_credentials(episode, now) if who in clinicians)
    looks = ((who, role) for who in whose for role in PROFESSIONS)
    found = (_news(episode, clinicians.get(who), who, role, network, protocol, now) for who, role in looks)
    return [event for event in found if event is not None]


def _news(
    episode: Episode,
    who: Clinician | None,
    clinician_id: UUID,
    role: Role,
    network: Network,
    protocol: Protocol,
    now: datetime,
) -> Event | None:
    """What has changed since somebody looked; None where nothing has."""
    lapse_id = derived_id("credential lapse", clinician_id, role)
    known = episode.credential_lapses.get(lapse_id)
    lapse = _lapse(episode, who, clinician_id, role, network, protocol, now)
    if lapse is not None:
        return None if _is_the_same(lapse, known) else lapse
    return CredentialLapseEnded(lapse_id=lapse_id, clinician_id=clinician_id, role=role) if known is not None else None


def rests_on(episode: Episode, clinician_id: UUID, role: Role) -> tuple[UUID | None, tuple[Session, ...]]:
    """The plan in a prescriber's name, and the booked dosing sessions that count on this person."""
    if episode.closed_at is not None:
        return None, ()
    plan, booked = episode.plan, _booked(episode)
    if role is Role.THERAPIST:
        return None, tuple(session for session in booked if session.therapist_id == clinician_id)
    if plan is None or plan.status is PlanStatus.ENDED or plan.prescriber_id != clinician_id:
        return None, ()
    return plan.plan_id, tuple(booked)


def _booked(episode: Episode) -> list[Session]:
    dosing = (s for s in episode.sessions.values() if s.kind is SessionKind.DOSING)
    return sorted((s for s in dosing if s.status is SessionStatus.BOOKED), key=lambda s: s.starts_at)


def _lapse(
    episode: Episode,
    who: Clinician | None,
    clinician_id: UUID,
    role: Role,
    network: Network,
    protocol: Protocol,
    now: datetime,
) -> CredentialLapseFound | None:
    """What of this person's does not count today, or will not on the day of a booked session."""
    plan_id, sessions = rests_on(episode, clinician_id, role)
    state, today = episode.intake.home_state if episode.intake else None, day_of(now, network.zone)
    if state is None:
        return None
    days = [(session, max(today, day_of(session.starts_at, network.zone))) for session in sessions]
    failing = [s for s, day in days if _problem(who, role, state, day, protocol) is not None]
    plan_fails = plan_id is not None and _problem(who, role, state, today, protocol) is not None
    if not failing and not plan_fails:
        return None
    day = today if plan_fails else next(day for session, day in days if session in failing)
    problem, since_on = _problem(who, role, state, day, protocol) or (CredentialProblem.NOT_WORKING, today)
    return CredentialLapseFound(
        lapse_id=derived_id("credential lapse", clinician_id, role),
        clinician_id=clinician_id,
        role=role,
        state=state,
        problem=problem,
        since_on=since_on,
        plan_id=plan_id if plan_fails else None,
        session_ids=tuple(session.session_id for session in failing),
    )


def _problem(
    who: Clinician | None, role: Role, state: str, day: date, protocol: Protocol
) -> tuple[CredentialProblem, date] | None:
    """What does not count on that day, and since when; None where everything does."""
    if who is None or not who.is_active_as(role):
        return CredentialProblem.NOT_WORKING, day
    licence = who.licence_in(state, role)
    if licence is None:
        return CredentialProblem.NO_LICENCE, day
    if not licence.is_valid_on(day):
        return CredentialProblem.LICENCE_ENDED, licence.last_day
    if role is Role.THERAPIST and not _is_trained(who, protocol, day):
        return CredentialProblem.NOT_TRAINED, day
    return None


def _is_trained(who: Clinician, protocol: Protocol, day: date) -> bool:
    return all(who.has_completed(training, day) for training in protocol.trainings)


def _is_the_same(found: CredentialLapseFound, known: CredentialLapse | None) -> bool:
    """The same plan and sessions for the same reason; on a later day it is no news."""
    if known is None:
        return False
    said = (found.state, found.problem, found.plan_id, frozenset(found.session_ids))
    return said == (known.state, known.problem, known.plan_id, frozenset(known.session_ids))


def whose_credentials(episode: Episode, now: datetime) -> Iterable[UUID]:
    """Everybody on whom a plan or a session of this episode counts: a change of theirs is looked at again here."""
    found = {member.clinician_id for member in episode.members_at(now)}
    found |= {session.therapist_id for session in _booked(episode) if session.therapist_id is not None}
    if episode.plan is not None:
        found.add(episode.plan.prescriber_id)
    return sorted(found)


@evolve.register
def _(event: CredentialLapseFound, episode: Episode, envelope: Envelope) -> Episode:
    lapse = CredentialLapse(
        entry_id=envelope.event_id,
        clinician_id=event.clinician_id,
        role=event.role,
        state=event.state,
        problem=event.problem,
        since_on=event.since_on,
        found_at=envelope.occurred_at,
        plan_id=event.plan_id,
        session_ids=event.session_ids,
    )
    return change(episode, credential_lapses=put(episode.credential_lapses, event.lapse_id, lapse))


@evolve.register
def _(event: CredentialLapseEnded, episode: Episode, envelope: Envelope) -> Episode:
    return change(episode, credential_lapses=drop(episode.credential_lapses, event.lapse_id))
