"""When a set of vitals holds dosing: a crisis at once, or the last recheck out of limits."""

from domain.derived import derived_id
from domain.episode.dosing.rechecks import is_before_the_dose, rechecks
from domain.episode.dosing.vital_limits import is_crisis
from domain.episode.episode import Episode
from domain.episode.safety.place_hold import HoldPlaced, hold_because
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import Session, Vitals
from domain.protocol.numbers import Numbers
from domain.stream import put


def holds_after(episode: Episode, session: Session, vitals: Vitals, numbers: Numbers) -> list[HoldPlaced]:
    """The holds that this set, new or corrected, places; one that was placed for it before is not placed again.

    Unless it was released after the set had been corrected to something harmless: then nobody has looked at this.
    """
    wanted = _wanted(episode, session, vitals, numbers)
    if wanted is None:
        return []
    hold = hold_because(wanted, vitals.vitals_id, session.session_id)
    placed = [one for one in episode.holds.values() if (one.reason, one.because_of) == (wanted, vitals.vitals_id)]
    if not placed:
        return [hold]
    old = session.vitals.get(vitals.vitals_id)
    was_wanted = old is not None and _wanted(episode, session, old, numbers) is wanted
    if was_wanted or any(one.is_open for one in placed):
        return []
    return [hold.model_copy(update={"hold_id": derived_id(hold.hold_id, "corrected", len(placed))})]


def _wanted(episode: Episode, session: Session, vitals: Vitals, numbers: Numbers) -> HoldReason | None:
    if is_crisis(vitals, numbers):
        return HoldReason.CRISIS
    return HoldReason.RECHECKS_USED_UP if _uses_up_the_rechecks(episode, session, vitals, numbers) else None


def _uses_up_the_rechecks(episode: Episode, session: Session, vitals: Vitals, numbers: Numbers) -> bool:
    """Counted as the gate counts: a set with nothing taken yet is one before the dose whatever it was called (V3)."""
    if episode.plan is None or not is_before_the_dose(vitals, session):
        return False
    limits = episode.plan.terms.vital_limits
    known = put(session.vitals, vitals.vitals_id, vitals).values()
    before = (v for v in known if is_before_the_dose(v, session))
    standing = rechecks(before, limits, numbers)
    return standing.used_up(limits) and vitals in standing.out_of_limits
