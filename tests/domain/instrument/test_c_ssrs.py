"""Case P4: the C-SSRS screener branches, says a level, and takes no open question for the milder answer."""

from itertools import product

import pytest

from domain.instrument import (
    SAFETY_ITEM_NOT_SCREENED,
    SAFETY_ITEM_POSITIVE,
    AnswersDoNotMatchItems,
    InstrumentHasNoTotal,
    Score,
    load,
    score,
    score_total,
)

SCREENER = load("c-ssrs")
NO, YES, EMPTY = 0, 1, None
Answers = tuple[int | None, ...]


def asked(*answers: int | None) -> Score:
    return score(SCREENER, answers)


def test_p4_after_no_to_question_2_questions_3_to_5_stay_empty_and_6_is_asked() -> None:
    assert asked(NO, NO, EMPTY, EMPTY, EMPTY, NO).complete
    assert not asked(NO, NO, EMPTY, EMPTY, EMPTY, EMPTY).complete
    assert not asked(NO, YES, EMPTY, EMPTY, EMPTY, NO).complete


@pytest.mark.parametrize(
    ("level", "answers"),
    [
        ("none", (NO, NO, EMPTY, EMPTY, EMPTY, NO, EMPTY)),
        ("low", (YES, NO, EMPTY, EMPTY, EMPTY, NO, EMPTY)),
        ("low", (NO, YES, NO, NO, NO, NO, EMPTY)),
        ("moderate", (NO, YES, YES, NO, NO, NO, EMPTY)),
        ("high", (NO, YES, NO, YES, NO, NO, EMPTY)),
        ("high", (NO, YES, NO, NO, YES, NO, EMPTY)),
        ("moderate", (NO, NO, EMPTY, EMPTY, EMPTY, YES, NO)),
        ("high", (NO, NO, EMPTY, EMPTY, EMPTY, YES, YES)),
    ],
)
def test_p4_each_level(level: str, answers: Answers) -> None:
    found = asked(*answers)
    assert (found.level, found.band, found.total, found.complete) == (level, level, None, True)
    assert found.safety_answer == ["none", "low", "moderate", "high"].index(level)
    assert found.flags == ((SAFETY_ITEM_POSITIVE,) if level in ("moderate", "high") else ())


def test_p4_question_2_yes_and_4_blank_is_incomplete_and_never_low() -> None:
    found = asked(YES, YES, NO, EMPTY, NO, NO)
    assert (found.level, found.complete, found.safety_answer) == (None, False, None)
    assert found.flags == (SAFETY_ITEM_NOT_SCREENED,)


def test_p4_what_is_certain_counts_although_a_question_is_open() -> None:
    found = asked(YES, YES, YES, EMPTY, NO, NO)
    assert (found.level, found.safety_answer) == (None, 2)
    assert found.flags == (SAFETY_ITEM_POSITIVE, SAFETY_ITEM_NOT_SCREENED)
    assert asked(EMPTY, EMPTY, EMPTY, YES, EMPTY, EMPTY).level == "high"


def test_p4_behaviour_whose_time_is_unknown_is_at_least_moderate_and_stays_open() -> None:
    found = asked(NO, NO, EMPTY, EMPTY, EMPTY, YES)
    assert (found.level, found.safety_answer, found.complete) == (None, 2, False)


def test_a_yes_counts_where_the_question_should_not_have_been_asked() -> None:
    assert asked(NO, NO, NO, YES, NO, NO).level == "high"
    assert asked(NO, NO, EMPTY, EMPTY, EMPTY, NO, YES).level == "high"


def test_every_answer_sheet_agrees_with_the_triage_as_it_is_printed() -> None:
    for answers in product((NO, YES, EMPTY), repeat=7):
        found = asked(*answers)
        assert found.level in _possible(answers)
        assert (found.level is None) == (len(_possible(answers)) > 1)


def _possible(answers: Answers) -> set[str | None]:
    """The levels that remain possible however the open questions come out; only what may be concluded is one."""
    open_ones = _to_be_asked(answers)
    worst: set[str | None] = {_printed(filled) for filled in _filled(answers, open_ones)}
    if open_ones and worst & {"none", "low"}:
        return {None, *worst}
    return worst if len(worst) == 1 else {None, *worst}


def _to_be_asked(answers: Answers) -> list[int]:
    open_ones = [place for place in (0, 1, 5) if answers[place] is None]
    open_ones += [place for place in (2, 3, 4) if answers[place] is None and answers[1] != NO]
    return open_ones + ([6] if answers[6] is None and answers[5] != NO else [])


def _filled(answers: Answers, open_ones: list[int]) -> list[list[int]]:
    known = [answer or 0 for answer in answers]
    sheets = []
    for guess in product((NO, YES), repeat=len(open_ones)):
        sheet = list(known)
        for place, answer in zip(open_ones, guess, strict=True):
            sheet[place] = answer
        sheets.append(sheet)
    return sheets


def _printed(sheet: list[int]) -> str:
    wish, thoughts, method, intent, plan, behaviour, recent = sheet
    if intent or plan or recent:
        return "high"
    if method or behaviour:
        return "moderate"
    return "low" if wish or thoughts else "none"


def test_it_has_no_total() -> None:
    with pytest.raises(InstrumentHasNoTotal, match="C-SSRS has levels and no total"):
        score_total(SCREENER, 3)


def test_only_what_depends_on_question_6_may_be_left_off() -> None:
    assert asked(NO, NO, EMPTY, EMPTY, EMPTY, NO) == asked(NO, NO, EMPTY, EMPTY, EMPTY, NO, EMPTY)
    with pytest.raises(AnswersDoNotMatchItems):
        asked(NO, NO, EMPTY, EMPTY, EMPTY)
