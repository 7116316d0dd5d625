"""Opening a dosing session: the second checkpoint. Vitals come later, since they cannot exist yet."""

from datetime import datetime
from uuid import UUID

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.decision import decides
from domain.episode.dosing.which_plan import plan_of
from domain.episode.eligibility.of_age import require_of_age
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates import Checkpoint, gates, require_open
from domain.episode.gates.gate import Question
from domain.episode.gates.licences import require_fit
from domain.episode.session.session import SessionKind, SessionStatus
from domain.episode.session.which_session import SessionIsOver, name_of, session_of, with_session
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.patient.patient import Patient
from domain.protocol.protocol import Protocol
from domain.refusal import Refused


class DosingSessionOpened(EpisodeEvent, stored_as="DosingSessionOpened"):
    """A dosing session began, under a version of the plan."""

    session_id: UUID
    plan_id: UUID
    plan_version: int
    on_call_id: UUID | None


class OpenDosingSession(Order):
    session_id: UUID


class AnotherSessionIsRunning(Refused):
    """{running} is still open. End it first."""


@decides(Role.THERAPIST)
def open_dosing_session(
    episode: Episode,
    order: OpenDosingSession,
    *,
    by: Actor,
    patient: Patient,
    network: Network,
    protocol: Protocol,
    clinicians: Clinicians,
    now: datetime,
) -> list[Event]:
    """Open a dosing session once everything that can be known before it is in order."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    if session.opened_at is not None and session.is_running:
        return []
    if session.status not in (SessionStatus.BOOKED, SessionStatus.DOSED):
        raise SessionIsOver(field="session_id", status=session.status.value)
    running = next((s for s in episode.sessions.values() if s.is_running and s is not session), None)
    if running is not None:
        raise AnotherSessionIsRunning(field="session_id", running=name_of(running))
    require_of_age(episode, patient)
    moment = min(order.happened_at(now), now)
    asked = gates(
        episode,
        Checkpoint.OPEN,
        now=moment,
        protocol=protocol,
        network=network,
        clinicians=clinicians,
        session_id=session.session_id,
    )
    require_open(asked, f"{name_of(session)} may not start.")
    require_fit(
        by.actor_id, episode, Question(Checkpoint.OPEN, moment, protocol, network, clinicians, session, session.way)
    )
    plan, on_call = plan_of(episode), network.on_call(moment)
    return [
        DosingSessionOpened(
            session_id=session.session_id,
            plan_id=plan.plan_id,
            plan_version=plan.version,
            on_call_id=on_call.prescriber_id if on_call else None,
        )
    ]


@evolve.register
def _(event: DosingSessionOpened, episode: Episode, envelope: Envelope) -> Episode:
    session = episode.sessions.get(event.session_id)
    if session is None:
        return episode
    plan = episode.plans.get(event.plan_id)
    return with_session(
        episode,
        event.session_id,
        status=SessionStatus.OPEN if session.status is SessionStatus.BOOKED else session.status,
        open_entry_id=envelope.event_id,
        opened_at=envelope.occurred_at,
        opened_in=envelope.version,
        started_at=envelope.occurred_at,
        plan_version=event.plan_version,
        planned_mg=plan.terms.next_dose_mg if plan else None,
    )
