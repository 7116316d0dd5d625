"""Whether a clearance still stands: until the vitals expire, or something known since says that it should not."""

from collections.abc import Iterator
from datetime import datetime

from domain.days import to_the_minute
from domain.episode.dosing.known_since import known_since
from domain.episode.dosing.rechecks import before_the_dose, rechecks
from domain.episode.dosing.vital_limits import is_crisis, is_within
from domain.episode.episode import Episode
from domain.episode.session.session import Clearance, DosePart, Session, Vitals
from domain.protocol.numbers import Numbers


def clearance_of(session: Session, part: DosePart, moment: datetime) -> Clearance | None:
    """The latest go for that part that had been given by then, to the minute."""
    given = (c for c in session.clearances if c.part is part and to_the_minute(c.cleared_at) <= moment)
    return max(given, key=lambda cleared: cleared.cleared_at, default=None)


def lapsed_at(
    clearance: Clearance, session: Session, moment: datetime, numbers: Numbers, episode: Episode
) -> datetime | None:
    """Since when the clearance no longer stood at that moment; None while it stands."""
    ends = [
        *_by_vitals(clearance, session, moment, numbers),
        *known_since(clearance, session, moment, numbers, episode),
    ]
    if clearance.lapses_at < moment:
        ends.append(clearance.lapses_at)
    return min(ends, default=None)


def stands_at(clearance: Clearance, session: Session, moment: datetime, numbers: Numbers, episode: Episode) -> bool:
    """Whether a dose taken at that moment is taken under this clearance."""
    has_begun = to_the_minute(clearance.cleared_at) <= moment
    return has_begun and lapsed_at(clearance, session, moment, numbers, episode) is None


def _by_vitals(clearance: Clearance, session: Session, moment: datetime, numbers: Numbers) -> Iterator[datetime]:
    """Its own set was taken back or is older than was known, or another, newer or corrected, is out of limits."""
    if any(relied.vitals_id not in session.vitals for relied in clearance.rests_on):
        yield clearance.cleared_at
    yield from _by_their_age(clearance, session, moment)
    yield from _by_an_earlier_set(clearance, session, moment, numbers)
    newest_then = max((v.taken_at for v in clearance.rests_on), default=clearance.cleared_at)
    for vitals in session.vitals.values():
        if vitals in clearance.rests_on or not newest_then <= vitals.taken_at <= moment:
            continue
        if _is_out(vitals, clearance, numbers):
            yield max(vitals.taken_at, clearance.cleared_at)


def _by_their_age(clearance: Clearance, session: Session, moment: datetime) -> Iterator[datetime]:
    """A set whose time was corrected expires with that time: what it was valid for stays as long."""
    for relied in clearance.rests_on:
        known = session.vitals.get(relied.vitals_id)
        expires_at = clearance.lapses_at + (known.taken_at - relied.taken_at) if known else clearance.lapses_at
        if expires_at < min(moment, clearance.lapses_at):
            yield max(expires_at, clearance.cleared_at)


def _by_an_earlier_set(
    clearance: Clearance, session: Session, moment: datetime, numbers: Numbers
) -> Iterator[datetime]:
    """Out of limits and written down after the go: by its recheck clock the set of the go came too early (V4)."""
    if clearance.part is not DosePart.FIRST or clearance.limits is None:
        return
    governing = rechecks(before_the_dose(session, moment), clearance.limits, numbers).governing
    if governing is not None and governing.known_in > clearance.known_in and _is_out(governing, clearance, numbers):
        yield max(governing.taken_at, clearance.cleared_at)


def _is_out(vitals: Vitals, clearance: Clearance, numbers: Numbers) -> bool:
    is_out = clearance.limits is not None and not is_within(vitals, clearance.limits)
    return is_out or is_crisis(vitals, numbers)
