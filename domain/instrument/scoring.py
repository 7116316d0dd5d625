"""Scoring: answers or a total become a score with band, subscales and safety flags."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

from domain.instrument.instrument import Direction, Frozen, Instrument
from domain.refusal import Refused

SAFETY_ITEM_POSITIVE = "safety_item_positive"
SAFETY_ITEM_NOT_SCREENED = "safety_item_not_screened"


class AnswerIsOutOfRange(Refused):
    """Item {item} must be {allowed}; you wrote {answer}."""


class AnswersDoNotMatchItems(Refused):
    """{title} has {items} items; you gave {given} answers. Leave an unanswered item empty, in its place."""


class TotalIsOutOfRange(Refused):
    """A {title} total is from {lowest} to {highest}; you wrote {total}."""


class Score(Frozen):
    """A scored questionnaire. `total` is None when too many items are unanswered; safety flags hold even then."""

    instrument: str
    version: str
    total: int | None
    band: str | None
    band_index: int | None
    band_count: int
    subscales: dict[str, int]
    flags: tuple[str, ...]
    safety_answer: int | None
    direction: Direction
    complete: bool


def score(instrument: Instrument, answers: Sequence[int | None]) -> Score:
    """Score one answer per item, in order; None is unanswered, which is never taken for the best answer."""
    _check(instrument, answers)
    points = _points(instrument, answers)
    total = None
    subscales: dict[str, int] = {}
    if points is not None:
        groups = [max(points[number - 1] for number in group) for group in instrument.groups]
        total = instrument.scoring.multiply_by * _whole(sum(groups))
        for subscale in instrument.scoring.subscales:
            subscales[subscale.name] = _whole(sum(points[number - 1] for number in subscale.items))
    safety_answer = answers[instrument.safety_item.number - 1] if instrument.safety_item else None
    return _score(instrument, total, subscales, safety_answer, complete=None not in answers)


def score_total(instrument: Instrument, total: int) -> Score:
    """Score a bare total. Nobody saw the safety item, so it counts as not screened."""
    if not instrument.lowest <= total <= instrument.highest:
        lowest, highest = instrument.lowest, instrument.highest
        raise TotalIsOutOfRange(field="total", title=instrument.title, lowest=lowest, highest=highest, total=total)
    return _score(instrument, total, {}, None, complete=False)


def _check(instrument: Instrument, answers: Sequence[int | None]) -> None:
    if len(answers) != len(instrument.items):
        items, given = len(instrument.items), len(answers)
        raise AnswersDoNotMatchItems(field="answers", title=instrument.title, items=items, given=given)
    for item, answer in zip(instrument.items, answers, strict=True):
        allowed = instrument.values_of(item)
        if answer is not None and answer not in allowed:
            where = f"answers.{item.number}"
            raise AnswerIsOutOfRange(field=where, item=item.number, allowed=_in_words(allowed), answer=answer)


def _in_words(values: tuple[int, ...]) -> str:
    if len(values) > 8:
        return f"a whole number from {values[0]} to {values[-1]}"
    return ", ".join(str(value) for value in values[:-1]) + f" or {values[-1]}"


def _points(instrument: Instrument, answers: Sequence[int | None]) -> list[int | Fraction] | None:
    """Points per item, reversed and filled in; None when the missing-item rule allows no total."""
    given: list[int | None] = []
    for item, answer in zip(instrument.items, answers, strict=True):
        if answer is not None and item.number in instrument.scoring.reverse_items:
            values = instrument.values_of(item)
            answer = values[0] + values[-1] - answer
        given.append(answer)
    answered = [points for points in given if points is not None]
    if len(given) - len(answered) > instrument.missing.most or not answered:
        return None
    mean = Fraction(sum(answered), len(answered))
    return [mean if points is None else points for points in given]


def _whole(points: int | Fraction) -> int:
    return points if isinstance(points, int) else floor(points + Fraction(1, 2))


def _score(
    instrument: Instrument, total: int | None, subscales: dict[str, int], safety_answer: int | None, *, complete: bool
) -> Score:
    index = None if total is None else _band_index(instrument, total)
    return Score(
        instrument=instrument.id,
        version=instrument.version,
        total=total,
        band=None if index is None else instrument.bands[index].label,
        band_index=index,
        band_count=len(instrument.bands),
        subscales=subscales,
        flags=_flags(instrument, safety_answer),
        safety_answer=safety_answer,
        direction=instrument.direction,
        complete=complete,
    )


def _band_index(instrument: Instrument, total: int) -> int | None:
    return next((i for i, band in enumerate(instrument.bands) if band.lowest <= total <= band.highest), None)


def _flags(instrument: Instrument, safety_answer: int | None) -> tuple[str, ...]:
    if instrument.safety_item is None:
        return ()
    if safety_answer is None:
        return (SAFETY_ITEM_NOT_SCREENED,)
    return (SAFETY_ITEM_POSITIVE,) if safety_answer >= instrument.safety_item.at_least else ()
