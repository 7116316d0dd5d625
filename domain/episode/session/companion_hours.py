"""When a companion is taken: one adult stays with one patient at a time, except where a group shares a residence."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.episode.intake.intake import Way
from domain.episode.session.session import Session


def companion_hours(companion_id: UUID, starts_at: datetime, minutes: int) -> tuple[str, ...]:
    """One key for each hour of the clock that a session touches: the same key is taken only once in a network."""
    hour = starts_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    hours = []
    while hour < starts_at + timedelta(minutes=minutes):
        hours.append(f"{companion_id}@{hour:%Y-%m-%dT%H}")
        hour += timedelta(hours=1)
    return tuple(hours)


def hours_taken(session: Session, starts_at: datetime | None = None) -> tuple[str, ...]:
    """The hours for which this session takes its companion, at its own or another time; none in a group."""
    if session.booked_companion_id is None or session.way is Way.GROUP:
        return ()
    return companion_hours(session.booked_companion_id, starts_at or session.starts_at, session.minutes)
