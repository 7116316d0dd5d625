"""Whether a clearance still stands: until the vitals expire, or a newer set is out of limits."""

from datetime import datetime

from domain.episode.dosing.vital_limits import is_crisis, is_within
from domain.episode.session.session import Clearance, Session, Vitals
from domain.protocol.numbers import Numbers


def lapsed_at(clearance: Clearance, session: Session, moment: datetime, numbers: Numbers) -> datetime | None:
    """Since when the clearance no longer stood at that moment; None while it stands."""
    ends = [v.taken_at for v in session.vitals.values() if _ends_it(v, clearance, moment, numbers)]
    if clearance.lapses_at < moment:
        ends.append(clearance.lapses_at)
    return min(ends, default=None)


def stands_at(clearance: Clearance, session: Session, moment: datetime, numbers: Numbers) -> bool:
    """Whether a dose taken at that moment is taken under this clearance."""
    return clearance.cleared_at <= moment and lapsed_at(clearance, session, moment, numbers) is None


def _ends_it(vitals: Vitals, clearance: Clearance, moment: datetime, numbers: Numbers) -> bool:
    if not clearance.cleared_at < vitals.taken_at <= moment:
        return False
    is_out = clearance.limits is not None and not is_within(vitals, clearance.limits)
    return is_out or is_crisis(vitals, numbers)
