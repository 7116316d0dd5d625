"""Which part of a dose comes next in a session, and how much of it there is."""

from decimal import Decimal

from domain.episode.dosing.dose_arithmetic import booster_offered_mg
from domain.episode.plan.plan import Depth, PlanTerms
from domain.episode.session.session import DosePart, Session


def next_part(session: Session, terms: PlanTerms) -> DosePart:
    """A full dose is taken at once and may have a booster; any other depth may be split in two (S:JC-DICT)."""
    if not session.is_dosed:
        return DosePart.FIRST
    if is_split(session, terms):
        return DosePart.SECOND if rest_of_dose_mg(session, terms) > 0 else DosePart.BOOSTER
    return DosePart.BOOSTER


def is_split(session: Session, terms: PlanTerms) -> bool:
    """Whether the planned dose was begun in two parts: then the second is no booster, and none goes on top."""
    parts = {dose.part for dose in session.doses.values()}
    if DosePart.SECOND in parts:
        return True
    begun_in_part = terms.depth is not Depth.FULL_DISSOCIATIVE and rest_of_dose_mg(session, terms) > 0
    return DosePart.FIRST in parts and DosePart.BOOSTER not in parts and begun_in_part


def planned_mg(session: Session, terms: PlanTerms) -> Decimal:
    """The dose that was cleared, or what the prescriber has lowered it to since (D7); else the next dose."""
    if session.cleared_mg is None:
        return terms.next_dose_mg
    return min(session.cleared_mg, terms.next_dose_mg) if session.is_running else session.cleared_mg


def rest_of_dose_mg(session: Session, terms: PlanTerms) -> Decimal:
    """What is left of the planned dose, boosters apart."""
    taken = sum((d.amount_mg for d in session.doses.values() if d.part is not DosePart.BOOSTER), Decimal(0))
    return max(Decimal(0), planned_mg(session, terms) - taken)


def offered_mg(session: Session, terms: PlanTerms) -> Decimal:
    """How much the plan offers as the next part, cut to what the maximum leaves."""
    left = max(Decimal(0), terms.maximum_mg - session.total_mg)
    match next_part(session, terms):
        case DosePart.FIRST:
            return min(terms.next_dose_mg, left)
        case DosePart.SECOND:
            return min(rest_of_dose_mg(session, terms), left)
        case DosePart.BOOSTER if terms.booster is not None and not is_split(session, terms):
            return booster_offered_mg(terms.booster, session.total_mg, terms.maximum_mg)
        case _:
            return Decimal(0)
