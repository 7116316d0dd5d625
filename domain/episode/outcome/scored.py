"""Scoring what an order carries: answers or a bare total, and what it says about suicidal thoughts."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.instrument import SAFETY_ITEM_POSITIVE, Instrument, score, score_total
from domain.refusal import Refused


class AnswersOrTotal(Refused):
    """Give either one answer per item or the total, not both and not neither."""


class Scored(NamedTuple):
    total: int | None
    band: str | None
    safety_answer: int | None
    safety_item_is_positive: bool


def scored(instrument: Instrument, answers: Sequence[int | None] | None, total: int | None) -> Scored:
    """Score answers, or take a total within the instrument's range; a wrong answer is refused naming its item."""
    if answers is not None and total is None:
        found = score(instrument, answers)
    elif total is not None and answers is None:
        found = score_total(instrument, total)
    else:
        raise AnswersOrTotal(field="answers")
    return Scored(found.total, found.band, found.safety_answer, SAFETY_ITEM_POSITIVE in found.flags)
