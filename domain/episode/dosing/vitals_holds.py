"""When a set of vitals holds dosing: a crisis at once, or the last recheck out of limits."""

from domain.episode.dosing.rechecks import rechecks
from domain.episode.dosing.vital_limits import is_crisis
from domain.episode.episode import Episode
from domain.episode.safety.place_hold import HoldPlaced, hold_because
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import Session, Vitals, VitalsPhase
from domain.protocol.numbers import Numbers
from domain.stream import put


def holds_after(episode: Episode, session: Session, vitals: Vitals, numbers: Numbers) -> list[HoldPlaced]:
    """The holds that this set, new or corrected, places; one that was placed for it before is not placed again."""
    wanted: HoldReason | None = None
    if is_crisis(vitals, numbers):
        wanted = HoldReason.CRISIS
    elif _uses_up_the_rechecks(episode, session, vitals, numbers):
        wanted = HoldReason.RECHECKS_USED_UP
    if wanted is None:
        return []
    hold = hold_because(wanted, vitals.vitals_id, session.session_id)
    return [] if hold.hold_id in episode.holds else [hold]


def _uses_up_the_rechecks(episode: Episode, session: Session, vitals: Vitals, numbers: Numbers) -> bool:
    if vitals.phase is not VitalsPhase.BEFORE or episode.plan is None:
        return False
    limits = episode.plan.terms.vital_limits
    before = (v for v in put(session.vitals, vitals.vitals_id, vitals).values() if v.phase is VitalsPhase.BEFORE)
    standing = rechecks(before, limits, numbers)
    return standing.used_up(limits) and vitals in standing.out_of_limits
