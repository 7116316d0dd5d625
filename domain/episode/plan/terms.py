"""Whether the terms of a plan fit together, the patient and the protocol; every problem is named at once."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from domain.episode.dosing.dose_arithmetic import exceeds_per_kg, nearest_makeable, plain
from domain.episode.intake.intake import Weight
from domain.episode.plan.plan import Depth, MedicineForm, PlanTerms, Tablets
from domain.protocol.protocol import Protocol
from domain.protocol.requirements import MedicineForms, WaysAllowed
from domain.refusal import Refused


class Problem(NamedTuple):
    """One thing to mend: the field, the rule, and a sentence."""

    field: str
    rule: str
    says: str


class TermsDoNotFit(Refused):
    """{said}"""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """`problems` are all there are; field and rule are those of the first."""
        super().__init__(field=problems[0].field, said=" ".join(p.says for p in problems))
        self.problems = problems
        self.rule = problems[0].rule  # type: ignore[misc]  # the rule depends on what does not fit


def require_terms_fit(terms: PlanTerms, protocol: Protocol, weight: Weight | None) -> None:
    """Refuse terms with a problem, naming all of them."""
    if problems := tuple(problems_with_terms(terms, protocol, weight)):
        raise TermsDoNotFit(problems)


def problems_with_terms(terms: PlanTerms, protocol: Protocol, weight: Weight | None) -> Iterator[Problem]:
    """What does not fit, in the order of the form."""
    yield from _amounts(terms)
    yield from _ceilings(terms.maximum_mg, protocol, weight)
    yield from _booster(terms)
    yield from _intervals(terms, protocol)
    yield from _limits(terms, protocol)
    yield from _guidance(terms, protocol)
    yield from _required(terms, protocol)


def cannot_make(dose_mg: Decimal, tablets: Tablets) -> str | None:
    """The sentence that says why tablets cannot make a dose, with the amounts next to it; None where they can."""
    if tablets.can_make(dose_mg):
        return None
    step = tablets.strength_mg / tablets.divisible.parts
    below, above = nearest_makeable(dose_mg, step)
    near = f"{plain(below)} or {plain(above)} mg" if below else f"{plain(above)} mg"
    pieces = f"{tablets.form.piece}s"
    unit = f"whole {pieces}" if tablets.divisible.parts == 1 else tablets.divisible.value
    return f"{plain(dose_mg)} mg cannot be made from {plain(tablets.strength_mg)} mg {pieces} in {unit}; {near} can."


def _amounts(terms: PlanTerms) -> Iterator[Problem]:
    if says := cannot_make(terms.next_dose_mg, terms.tablets):
        yield Problem("terms.next_dose_mg", "15", says)
    if terms.next_dose_mg > terms.maximum_mg:
        says = f"The next dose, {plain(terms.next_dose_mg)} mg, is above the maximum of {plain(terms.maximum_mg)} mg."
        yield Problem("terms.maximum_mg", "15", says)


def _ceilings(maximum_mg: Decimal, protocol: Protocol, weight: Weight | None) -> Iterator[Problem]:
    """The whole session counts, booster included, and nothing is rounded before it is compared."""
    ceiling_mg = protocol.numbers.ceiling_mg_per_session.value
    per_kg = protocol.numbers.ceiling_mg_per_kg.value
    if maximum_mg > ceiling_mg:
        says = f"{plain(maximum_mg)} mg in one session is above the protocol's ceiling of {plain(ceiling_mg)} mg."
        yield Problem("terms.maximum_mg", "15", says)
    if weight is None:
        yield Problem("terms.maximum_mg", "15", "The patient's weight is not recorded; update the intake first.")
    elif exceeds_per_kg(maximum_mg, weight.kg, per_kg):
        ratio = plain((maximum_mg / weight.kg).quantize(Decimal("0.01")))
        says = (
            f"{plain(maximum_mg)} mg is {ratio} mg per kg, above the protocol's ceiling of {plain(per_kg)} mg per kg."
        )
        yield Problem("terms.maximum_mg", "15", says)


def _booster(terms: PlanTerms) -> Iterator[Problem]:
    booster = terms.booster
    if booster is None:
        return
    if says := cannot_make(booster.dose_mg, terms.tablets):
        yield Problem("terms.booster.dose_mg", "15", says)
    together = terms.next_dose_mg + booster.dose_mg
    if terms.next_dose_mg <= terms.maximum_mg < together:
        says = f"First part and booster are {plain(together)} mg, above the maximum of {plain(terms.maximum_mg)} mg."
        yield Problem("terms.booster.dose_mg", "15", says)
    if booster.until_minutes <= booster.from_minutes:
        yield Problem("terms.booster.until_minutes", "15", "The booster's window must end after it begins.")
    if terms.depth is Depth.HALF_DISSOCIATIVE:
        says = "A half-dissociative dose is split in two parts; it has no booster on top."
        yield Problem("terms.booster", "15", says)


def _intervals(terms: PlanTerms, protocol: Protocol) -> Iterator[Problem]:
    floor = protocol.numbers.minimum_interval_floor_days.value
    if terms.minimum_interval_days < floor:
        says = f"The minimum interval must be at least {floor} days."
        yield Problem("terms.minimum_interval_days", "11.floor", says)
    if terms.minimum_interval_days > terms.usual_days:
        says = f"The minimum interval is longer than the usual one of {terms.usual_days} days."
        yield Problem("terms.minimum_interval_days", "11", says)
    if terms.observation_minutes < (least := protocol.numbers.observation_minutes.value):
        says = f"The observation must last at least {least} minutes after the last part."
        yield Problem("terms.observation_minutes", "+observation", says)


def _limits(terms: PlanTerms, protocol: Protocol) -> Iterator[Problem]:
    limits, numbers = terms.vital_limits, protocol.numbers
    pairs = (
        ("systolic", limits.systolic_min_mmhg, limits.systolic_limit_mmhg, numbers.crisis_systolic_mmhg.value),
        ("diastolic", limits.diastolic_min_mmhg, limits.diastolic_limit_mmhg, numbers.crisis_diastolic_mmhg.value),
    )
    for name, low, high, crisis in pairs:
        if low >= high:
            says = f"The lower {name} limit, {low}, must be below the upper one, {high}."
            yield Problem(f"terms.vital_limits.{name}_min_mmhg", "4", says)
        if high > crisis:
            says = f"The {name} limit of {high} is in the crisis range, from {crisis} on."
            yield Problem(f"terms.vital_limits.{name}_limit_mmhg", "4.crisis", says)
    if limits.pulse_min_per_min >= limits.pulse_limit_per_min:
        yield Problem("terms.vital_limits.pulse_min_per_min", "4", "The lower pulse limit must be below the upper one.")
    if limits.diastolic_limit_mmhg >= limits.systolic_limit_mmhg:
        says = "The diastolic limit must be below the systolic one."
        yield Problem("terms.vital_limits.diastolic_limit_mmhg", "4", says)


def _guidance(terms: PlanTerms, protocol: Protocol) -> Iterator[Problem]:
    if not terms.self_guided:
        return
    if terms.depth is Depth.PSYCHOLYTIC:
        yield Problem("terms.self_guided", "14", "A psycholytic session is never self-guided.")
    elif not protocol.self_guided_allowed:
        yield Problem("terms.self_guided", "14", "The network's protocol does not allow self-guided sessions.")


def _required(terms: PlanTerms, protocol: Protocol) -> Iterator[Problem]:
    """Forms of the medicine and ways of a session that the protocol allows at all."""
    form = terms.tablets.form
    if form is MedicineForm.NASAL_DEVICE and terms.tablets.divisible.parts > 1:
        yield Problem("terms.tablets.divisible", "15", "A device for the nose is never divided.")
    for allowed in protocol.required(MedicineForms):
        if form.value not in allowed.forms:
            says = f"This protocol has no {form.piece}s, only {' or '.join(allowed.forms).replace('_', ' ')}s."
            yield Problem("terms.tablets.form", allowed.rule, says)
    for only in protocol.required(WaysAllowed):
        if not {way.value for way in terms.ways} <= set(only.ways):
            says = f"This protocol allows sessions {' or '.join(only.ways).replace('_', ' ')} only."
            yield Problem("terms.ways", only.rule, says)
