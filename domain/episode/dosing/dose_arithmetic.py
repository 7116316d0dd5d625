"""Doses counted in tablets and per body weight: exact, never rounded."""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from domain.episode.plan.plan import Booster, Milligrams, PlanTerms
from domain.refusal import Refused


class Portion(BaseModel):
    """So many tablets of one strength; halves and quarters count as 0.5 and 0.25."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    strength_mg: Milligrams
    count: Decimal = Field(gt=0, le=100)

    @field_validator("count")
    @classmethod
    def _in_quarters(cls, count: Decimal) -> Decimal:
        if count % Decimal("0.25"):
            raise ValueError("count whole tablets, halves or quarters")
        return count


class TabletsDoNotAddUp(Refused):
    """{dose_mg} mg is written, but the tablets make {tablets_mg} mg. Write the amount and the tablets that agree."""

    rule = "15"


class TabletsCannotMakeIt(Refused):
    """{dose_mg} mg cannot be made from {pieces} of {strength_mg} mg. The nearest are {below_mg} and {above_mg} mg."""

    rule = "15"


def total_of(tablets: Sequence[Portion]) -> Decimal:
    """Milligrams in these tablets."""
    return sum((t.strength_mg * t.count for t in tablets), Decimal(0))


def plain(amount: Decimal) -> str:
    """An amount as people write it: 100, 37.5; never 1E+2 or 100.0."""
    return f"{amount.normalize():f}"


def require_tablets_to_add_up(dose_mg: Decimal, tablets: Sequence[Portion]) -> None:
    """Refuse an amount that its own tablets contradict; without tablets there is nothing to compare."""
    if tablets and total_of(tablets) != dose_mg:
        raise TabletsDoNotAddUp(field="tablets", dose_mg=plain(dose_mg), tablets_mg=plain(total_of(tablets)))


def nearest_makeable(dose_mg: Decimal, step_mg: Decimal) -> tuple[Decimal, Decimal]:
    """The amounts just below and just above that whole steps make."""
    below = dose_mg // step_mg * step_mg
    return below, below if below == dose_mg else below + step_mg


def require_makeable(dose_mg: Decimal, terms: PlanTerms) -> None:
    """Refuse a dose that the plan's tablets cannot make."""
    if terms.tablets.can_make(dose_mg):
        return
    step = terms.tablets.strength_mg / terms.tablets.divisible.parts
    below, above = nearest_makeable(dose_mg, step)
    raise TabletsCannotMakeIt(
        field="dose_mg",
        dose_mg=plain(dose_mg),
        pieces=f"{terms.tablets.form.piece}s",
        strength_mg=plain(terms.tablets.strength_mg),
        below_mg=plain(below),
        above_mg=plain(above),
    )


def exceeds_per_kg(total_mg: Decimal, weight_kg: Decimal, ceiling_mg_per_kg: Decimal) -> bool:
    """Whether a session's total is above the ceiling, compared without rounding: 500 mg at 71.2 kg is above 7.0."""
    return total_mg > ceiling_mg_per_kg * weight_kg


def booster_offered_mg(booster: Booster, taken_mg: Decimal, maximum_mg: Decimal) -> Decimal:
    """What may still be offered: the plan's booster, cut to what the maximum leaves; 0 when nothing is left."""
    return max(Decimal(0), min(booster.dose_mg, maximum_mg - taken_mg))
