"""Triage: the level a screener reaches, where an open question is never taken for the milder answer."""

from typing import NamedTuple

from domain.instrument.asking import Answers, unanswered
from domain.instrument.instrument import Instrument
from domain.instrument.rules import Triage


class Reached(NamedTuple):
    """`level` is None while an open question could still make it worse; `at_least` is the place already certain."""

    level: str | None
    at_least: int


def reached(instrument: Instrument, triage: Triage, answers: Answers) -> Reached:
    """The worst level of any yes. A yes counts even where the item should not have been asked.

    Case P4: with a question left open the answer is never one of the levels that let everything go on.
    """
    certain, open_items = 0, unanswered(instrument, answers)
    could_be_worse = False
    for place, level in enumerate(triage.levels, start=1):
        if any((answers[number - 1] or 0) > 0 for number in level.any_of):
            certain, could_be_worse = place, False
        elif open_items & set(level.any_of):
            could_be_worse = True
    is_mild = certain < triage.names.index(triage.review_from)
    is_open = could_be_worse or (is_mild and bool(open_items))
    return Reached(None if is_open else triage.names[certain], certain)
