"""Scoring: answers or a total become a score with band or level, subscales, criteria and safety flags."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import NamedTuple

from domain.instrument.asking import Answers, in_full, not_asked, unanswered
from domain.instrument.criteria import met, points_of, share_of
from domain.instrument.instrument import Instrument
from domain.instrument.item import Direction
from domain.instrument.rules import Triage
from domain.instrument.triage import reached
from domain.refusal import Refused

SAFETY_ITEM_POSITIVE = "safety_item_positive"
SAFETY_ITEM_NOT_SCREENED = "safety_item_not_screened"


class AnswerIsOutOfRange(Refused):
    """Item {item} must be {allowed}; you wrote {answer}."""


class AnswersDoNotMatchItems(Refused):
    """{title} has {items} items; you gave {given} answers. Leave an unanswered item empty, in its place."""


class TotalIsOutOfRange(Refused):
    """A {title} total is from {lowest} to {highest}; you wrote {total}."""


class InstrumentHasNoTotal(Refused):
    """{title} has levels and no total. Give the answers, one for each item."""


class Score(NamedTuple):
    """A scored questionnaire. `total` is None when too many items are unanswered; safety flags hold even then.

    An instrument with a triage has a `level` instead, which is also its band; None while an open question could still
    make it worse. Its `safety_answer` is the place of the level (C-SSRS: 0 none, 1 low, 2 moderate, 3 high).
    """

    instrument: str
    version: str
    total: int | None
    band: str | None
    level: str | None
    subscales: dict[str, int]
    percents: dict[str, float]
    """Subscales that are read as a share of their most, in per cent."""
    criteria: dict[str, bool]
    """Named patterns, and whether they are met. Empty without a total: then nothing is claimed."""
    flags: tuple[str, ...]
    safety_answer: int | None
    direction: Direction
    complete: bool
    has_total: bool = True
    """False for a triage."""


def score(instrument: Instrument, answers: Sequence[int | None]) -> Score:
    """Score one answer per item, in order; None is unanswered, which is never taken for the best answer.

    An item that the earlier answers rule out is not asked: it counts as its lowest answer, and is not missing.
    """
    given = in_full(instrument, answers)
    _check(instrument, given)
    complete = not unanswered(instrument, given)
    if instrument.triage is not None:
        return _level(instrument, instrument.triage, given, complete=complete)
    points = _points(instrument, given)
    safety_answer = given[instrument.safety_item.number - 1] if instrument.safety_item else None
    if points is None:
        return _score(instrument, None, safety_answer, complete=complete)
    total = instrument.scoring.multiply_by * _whole(sum(instrument.counted(points)))
    subscales = instrument.scoring.subscales
    return _score(
        instrument,
        total,
        safety_answer,
        complete=complete,
        subscales={one.name: _whole(points_of(one, points)) for one in subscales},
        percents={one.name: round(float(share_of(instrument, one, points)), 1) for one in subscales if one.as_percent},
        criteria=met(instrument, points, total),
    )


def score_total(instrument: Instrument, total: int) -> Score:
    """Score a bare total. Nobody saw the safety item, so it counts as not screened."""
    if not instrument.has_total:
        raise InstrumentHasNoTotal(field="total", title=instrument.title)
    if not instrument.lowest <= total <= instrument.highest or total % instrument.scoring.multiply_by:
        raise TotalIsOutOfRange(
            field="total", title=instrument.title, lowest=instrument.lowest, highest=_highest(instrument), total=total
        )
    return _score(instrument, total, None, complete=False)


def _highest(instrument: Instrument) -> str:
    steps = instrument.scoring.multiply_by
    return f"{instrument.highest}" + (f" in steps of {steps}" if steps != 1 else "")


def _check(instrument: Instrument, answers: Answers) -> None:
    if len(answers) != len(instrument.items):
        items, given = len(instrument.items), len(answers)
        raise AnswersDoNotMatchItems(field="answers", title=instrument.title, items=items, given=given)
    for item, allowed, answer in zip(instrument.items, instrument.values_in_order, answers, strict=True):
        if answer is not None and answer not in allowed:
            where = f"answers.{item.number}"
            raise AnswerIsOutOfRange(field=where, item=item.number, allowed=_in_words(allowed), answer=answer)


def _in_words(values: tuple[int, ...]) -> str:
    if len(values) > 8:
        return f"a whole number from {values[0]} to {values[-1]}"
    return ", ".join(str(value) for value in values[:-1]) + f" or {values[-1]}"


def _points(instrument: Instrument, answers: Answers) -> list[int | Fraction] | None:
    """Points per item, reversed and filled in; None when the missing-item rule allows no total."""
    if None not in answers and not instrument.scoring.reverse_items:
        return list(answers)  # type: ignore[arg-type]  # none of them is None
    ruled_out = not_asked(instrument, answers)
    given: list[int | None] = []
    for item, answer in zip(instrument.items, answers, strict=True):
        values = instrument.values_of(item)
        if item.number in ruled_out:
            answer = values[0]
        elif answer is not None and item.number in instrument.scoring.reverse_items:
            answer = values[0] + values[-1] - answer
        given.append(answer)
    answered = [points for points in given if points is not None]
    if len(given) - len(answered) > instrument.missing.most or not answered:
        return None
    mean = Fraction(sum(answered), len(answered))
    return [mean if points is None else points for points in given]


def _whole(points: int | Fraction) -> int:
    return points if isinstance(points, int) else floor(points + Fraction(1, 2))


def _level(instrument: Instrument, triage: Triage, answers: Answers, *, complete: bool) -> Score:
    level, at_least = reached(instrument, triage, answers)
    is_positive = instrument.is_positive(at_least)
    flags = [SAFETY_ITEM_POSITIVE] if is_positive else []
    flags += [SAFETY_ITEM_NOT_SCREENED] if level is None else []
    return Score(
        instrument=instrument.id,
        version=instrument.version,
        total=None,
        band=level,
        level=level,
        subscales={},
        percents={},
        criteria={},
        flags=tuple(flags),
        safety_answer=at_least if is_positive or level is not None else None,
        direction=instrument.direction,
        complete=complete,
        has_total=False,
    )


def _score(
    instrument: Instrument,
    total: int | None,
    safety_answer: int | None,
    *,
    complete: bool,
    subscales: dict[str, int] | None = None,
    percents: dict[str, float] | None = None,
    criteria: dict[str, bool] | None = None,
) -> Score:
    place = instrument.band_index_of(total)
    return Score(
        instrument=instrument.id,
        version=instrument.version,
        total=total,
        band=None if place is None else instrument.bands[place].label,
        level=None,
        subscales=subscales or {},
        percents=percents or {},
        criteria=criteria or {},
        flags=_flags(instrument, safety_answer),
        safety_answer=safety_answer,
        direction=instrument.direction,
        complete=complete,
    )


def _flags(instrument: Instrument, safety_answer: int | None) -> tuple[str, ...]:
    if instrument.safety_item is None:
        return ()
    if safety_answer is None:
        return (SAFETY_ITEM_NOT_SCREENED,)
    return (SAFETY_ITEM_POSITIVE,) if instrument.is_positive(safety_answer) else ()
