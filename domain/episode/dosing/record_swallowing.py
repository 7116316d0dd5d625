"""The patient swallows while holding the tablet, after the dose was recorded as taken."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime

from domain.actor import Role
from domain.decision import decides
from domain.episode.dosing.which_dose import dose_of, latest_dose
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.plan.plan import AfterHold
from domain.episode.safety.note_deviation import DeviationNoted, note_deviation
from domain.episode.session.session import SessionKind
from domain.episode.session.which_session import session_of, with_session
from domain.event import Envelope, Event
from domain.order import Order
from domain.stream import change, put


class DoseSwallowed(EpisodeEvent, stored_as="DoseSwallowed", happened_in="at"):
    """A part of the dose was swallowed; where the plan says spit, a deviation stands beside it."""

    session_id: UUID
    dose_id: UUID
    at: datetime


class RecordSwallowing(Order):
    session_id: UUID
    dose_id: UUID | None = None
    """None: the part taken last."""
    at: AwareDatetime | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER)
def record_swallowing(episode: Episode, order: RecordSwallowing, *, now: datetime) -> list[Event]:
    """Record that a part of the dose was swallowed. Where the plan says spit, the prescriber is told."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    dose = dose_of(session, order.dose_id) if order.dose_id else latest_dose(session)
    if dose.was_swallowed:
        return []
    at = order.at or order.happened_at(now)
    swallowed = DoseSwallowed(session_id=order.session_id, dose_id=dose.dose_id, at=at)
    return [swallowed, *swallowed_against_plan(episode, dose.dose_id, at)]


def swallowed_against_plan(episode: Episode, dose_id: UUID, at: datetime) -> list[DeviationNoted]:
    """The deviation where the plan says spit; exposure is as large and later (S:PK-CHONG)."""
    if episode.plan is None or episode.plan.terms.after_hold is not AfterHold.SPIT:
        return []
    return [note_deviation("15", "swallowed", dose_id, at=at)]


@evolve.register
def _(event: DoseSwallowed, episode: Episode, envelope: Envelope) -> Episode:
    session = episode.sessions.get(event.session_id)
    dose = session.doses.get(event.dose_id) if session else None
    if session is None or dose is None:
        return episode
    swallowed = change(dose, swallowed_in=envelope.event_id)
    return with_session(episode, event.session_id, doses=put(session.doses, event.dose_id, swallowed))
