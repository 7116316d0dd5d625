"""Rule 15: the amount is the prescriber's, inside the plan's maximum and the protocol's ceilings, and can be made."""

from collections.abc import Iterable
from decimal import Decimal

from domain.actor import Role
from domain.episode.dosing.dose_arithmetic import exceeds_per_kg, plain
from domain.episode.dosing.next_part import is_split, next_part, offered_mg, rest_of_dose_mg
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.intake.intake import Weight
from domain.episode.plan.plan import PlanTerms
from domain.episode.session.session import DosePart, Session

SET_IT = Opens(act="The prescriber sets the next dose.", decision="set_next_dose", by=Role.PRESCRIBER)
LESS = Opens(act="Clear a lower dose, or none; or the prescriber amends the plan.", decision="amend_plan")


def dose_amount(episode: Episode, asked: Question) -> Iterable[Gate]:
    """The amount to be cleared, or what the plan offers next where none is named yet."""
    if episode.plan is None or asked.session is None:
        return
    terms, session = episode.plan.terms, asked.session
    amount = asked.dose_mg if asked.dose_mg is not None else offered_mg(session, terms)
    yield _as_ordered(asked, session, terms, amount)
    total = session.total_mg + amount
    yield _within_maximum(asked, terms.maximum_mg, total)
    yield _makeable(asked, terms, amount)
    yield from _ceilings(asked, episode.intake.weight if episode.intake else None, total)


def _as_ordered(asked: Question, session: Session, terms: PlanTerms, amount: Decimal) -> Gate:
    """A lower dose or none is always allowed; a higher one is the prescriber's (D6)."""
    match next_part(session, terms):
        case DosePart.FIRST:
            ordered, what = terms.next_dose_mg, "The prescriber's next dose is"
        case DosePart.SECOND:
            ordered, what = rest_of_dose_mg(session, terms), "The rest of the dose is"
        case DosePart.BOOSTER:
            ordered = terms.booster.dose_mg if terms.booster and not is_split(session, terms) else Decimal(0)
            what = "The plan's booster is"
    fact = f"{what} {plain(ordered)} mg."
    if session.plan_version is not None and session.planned_mg not in (None, terms.next_dose_mg):
        fact += f" It was {plain(session.planned_mg or Decimal(0))} mg when the session was opened."
    if amount <= ordered:
        return asked.open("15", "dose_as_ordered", fact)
    missing = f"an order for {plain(amount)} mg"
    return asked.closed("15", "dose_as_ordered", fact, missing=missing, opens=SET_IT)


def _within_maximum(asked: Question, maximum: Decimal, total: Decimal) -> Gate:
    fact = f"{plain(total)} of {plain(maximum)} mg in this session."
    if total <= maximum:
        return asked.open("15", "maximum", fact)
    return asked.closed("15", "maximum", fact, missing=f"a total of at most {plain(maximum)} mg", opens=LESS)


def _makeable(asked: Question, terms: PlanTerms, amount: Decimal) -> Gate:
    pieces = f"{terms.tablets.form.piece}s of {plain(terms.tablets.strength_mg)} mg, {terms.tablets.divisible.value}"
    if terms.tablets.can_make(amount):
        return asked.open("15", "tablets", f"{pieces[:1].upper()}{pieces[1:]}.")
    missing = f"an amount that {pieces.replace(',', ' make,')}"
    return asked.closed("15", "tablets", missing=missing, opens=LESS)


def _ceilings(asked: Question, weight: Weight | None, total: Decimal) -> Iterable[Gate]:
    """Milligrams per session and per kilogram, unrounded; a missing weight has its own gate."""
    numbers = asked.protocol.numbers
    most, per_kg = numbers.ceiling_mg_per_session.value, numbers.ceiling_mg_per_kg.value
    if total > most:
        yield asked.closed("15", "ceiling", missing=f"a total of at most {plain(most)} mg", opens=LESS)
    if weight is not None and exceeds_per_kg(total, weight.kg, per_kg):
        missing = f"a total of at most {plain(per_kg)} mg/kg"
        yield asked.closed("15", "ceiling_per_kg", missing=missing, opens=LESS)
