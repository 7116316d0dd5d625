"""How long a patient is watched after a dose, and which checks were missed meanwhile."""

from datetime import datetime, timedelta
from itertools import pairwise

from domain.episode.plan.plan import PlanTerms
from domain.episode.session.session import Session
from domain.protocol.numbers import Numbers


def observed_until(session: Session, terms: PlanTerms | None, numbers: Numbers) -> datetime | None:
    """The plan's time after the last part; at least the longer one once a part was swallowed. None without a dose."""
    last_at = session.last_dose_at
    if last_at is None:
        return None
    minutes = terms.observation_minutes if terms else numbers.observation_minutes.value
    if any(dose.was_swallowed for dose in session.doses.values()):
        minutes = max(minutes, numbers.swallowed_observation_minutes.value)
    return last_at + timedelta(minutes=minutes)


def missed_checks(session: Session, numbers: Numbers, now: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """Every gap between two looks at the patient that was longer than the interval and its tolerance."""
    first_at = session.first_dose_at
    if first_at is None:
        return ()
    until = min(now, session.ended_at) if session.ended_at else now
    looks = [first_at, *sorted(c.at for c in session.checks if first_at < c.at <= until), until]
    longest = timedelta(minutes=numbers.check_interval_minutes.value + numbers.check_tolerance_minutes.value)
    return tuple((a, b) for a, b in pairwise(looks) if b - a > longest)
