"""Scoring what an order carries: answers or a bare total, and what it says about suicidal thoughts."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.instrument import SAFETY_ITEM_POSITIVE, Instrument, in_full, score, score_total
from domain.refusal import Refused


class AnswersOrTotal(Refused):
    """Give either one answer per item or the total, not both and not neither."""


class Scored(NamedTuple):
    answers: tuple[int | None, ...] | None
    """One per item; what was left off at the end because it was not asked is empty."""
    total: int | None
    band: str | None
    level: str | None
    """The level of a triage such as the C-SSRS; None while an open question could make it worse."""
    safety_answer: int | None
    safety_item_is_positive: bool


def scored(instrument: Instrument, answers: Sequence[int | None] | None, total: int | None) -> Scored:
    """Score answers, or take a total within the instrument's range; a wrong answer is refused naming its item."""
    if answers is not None and total is None:
        found = score(instrument, answers)
        given = in_full(instrument, answers)
    elif total is not None and answers is None:
        found, given = score_total(instrument, total), None
    else:
        raise AnswersOrTotal(field="answers")
    return Scored(
        answers=given,
        total=found.total,
        band=found.band,
        level=found.level,
        safety_answer=found.safety_answer,
        safety_item_is_positive=SAFETY_ITEM_POSITIVE in found.flags,
    )
