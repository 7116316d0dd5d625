"""The check-in on the day after a dose: the patient was reached."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime

from domain.actor import Role
from domain.decision import decides
from domain.episode.check_in.report_symptoms import passing_water
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.intake.intake import UrinaryBaseline
from domain.episode.session.session import SessionKind
from domain.episode.session.which_session import session_of, with_session
from domain.event import Envelope, Event
from domain.order import Order
from domain.sealed import FreeText, Sealed


class NextDayCheckInRecorded(EpisodeEvent, stored_as="NextDayCheckInRecorded", happened_in="at"):
    """Somebody asked the patient on the day after a dose how they are."""

    session_id: UUID
    at: datetime
    well: bool
    note: Sealed[str] | None = None


class RecordNextDayCheckIn(Order):
    session_id: UUID
    at: AwareDatetime | None = None
    well: bool
    note: FreeText | None = None
    urinary: UrinaryBaseline | None = None
    """Asked at each check-in; None: not asked."""


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def record_next_day_check_in(episode: Episode, order: RecordNextDayCheckIn, *, now: datetime) -> list[Event]:
    """Record how the patient is on the day after."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    at = order.at or order.happened_at(now)
    if session.checked_in_at == at:
        return []
    recorded = NextDayCheckInRecorded(session_id=order.session_id, at=at, well=order.well, note=order.note)
    return [recorded, *passing_water(order.urinary, at, order.session_id)]


@evolve.register
def _(event: NextDayCheckInRecorded, episode: Episode, envelope: Envelope) -> Episode:
    return with_session(episode, event.session_id, checked_in_at=event.at, check_in_entry_id=envelope.event_id)
