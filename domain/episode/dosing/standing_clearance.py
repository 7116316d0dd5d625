"""Whether a clearance still stands: until the vitals expire, or something known since says that it should not."""

from collections.abc import Iterator
from datetime import datetime

from domain.days import to_the_minute
from domain.episode.consent.consents import ConsentType
from domain.episode.dosing.vital_limits import is_crisis, is_within
from domain.episode.episode import Episode
from domain.episode.session.session import Checklist, Clearance, Session, Vitals
from domain.protocol.numbers import Numbers


def lapsed_at(
    clearance: Clearance, session: Session, moment: datetime, numbers: Numbers, episode: Episode
) -> datetime | None:
    """Since when the clearance no longer stood at that moment; None while it stands."""
    ends = [
        *_by_vitals(clearance, session, moment, numbers),
        *_by_checklist(clearance, session, moment),
        *_by_holds(clearance, moment, episode),
    ]
    if clearance.lapses_at < moment:
        ends.append(clearance.lapses_at)
    return min(ends, default=None)


def stands_at(clearance: Clearance, session: Session, moment: datetime, numbers: Numbers, episode: Episode) -> bool:
    """Whether a dose taken at that moment is taken under this clearance."""
    has_begun = to_the_minute(clearance.cleared_at) <= moment
    return has_begun and lapsed_at(clearance, session, moment, numbers, episode) is None


def _by_vitals(clearance: Clearance, session: Session, moment: datetime, numbers: Numbers) -> Iterator[datetime]:
    """Its own set was taken back, or a set that was not looked at then, newer or corrected, is out of limits."""
    if any(relied.vitals_id not in session.vitals for relied in clearance.rests_on):
        yield clearance.cleared_at
    newest_then = max((v.taken_at for v in clearance.rests_on), default=clearance.cleared_at)
    for vitals in session.vitals.values():
        if vitals in clearance.rests_on or not newest_then <= vitals.taken_at <= moment:
            continue
        if _is_out(vitals, clearance, numbers):
            yield max(vitals.taken_at, clearance.cleared_at)


def _is_out(vitals: Vitals, clearance: Clearance, numbers: Numbers) -> bool:
    is_out = clearance.limits is not None and not is_within(vitals, clearance.limits)
    return is_out or is_crisis(vitals, numbers)


def _by_checklist(clearance: Clearance, session: Session, moment: datetime) -> Iterator[datetime]:
    checklist = session.checklist
    if checklist is not None and clearance.cleared_at < checklist.recorded_at <= moment and _says_no(checklist):
        yield checklist.recorded_at


def _by_holds(clearance: Clearance, moment: datetime, episode: Episode) -> Iterator[datetime]:
    """Somebody has stopped dosing since, or the patient has withdrawn the consent to it."""
    for hold in episode.holds.values():
        is_since = (hold.known_at or hold.placed_at) > clearance.cleared_at and hold.placed_at <= moment
        if is_since and (hold.released_at is None or moment < hold.released_at):
            yield max(hold.placed_at, clearance.cleared_at)
    for consent in episode.consents:
        is_ketamine, withdrawn_at = consent.consent_type is ConsentType.KETAMINE, consent.withdrawn_at
        if is_ketamine and withdrawn_at is not None and clearance.cleared_at < withdrawn_at <= moment:
            yield withdrawn_at


def _says_no(checklist: Checklist) -> bool:
    """An answer that would have closed a gate; one that was left out this time takes nothing back."""
    stops = (
        checklist.suicidal_thoughts_today,
        checklist.intoxicated,
        checklist.alcohol_or_thc_within_hold,
        checklist.pregnancy_changed,
        checklist.ketamine_elsewhere,
        checklist.capacity_in_doubt,
        checklist.medicines_changed,
    )
    return any(stops) or checklist.medicines_held is False
