"""Scoring, compared with plain sums on arbitrary answers."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instrument import (
    SAFETY_ITEM_NOT_SCREENED,
    SAFETY_ITEM_POSITIVE,
    AnswerIsOutOfRange,
    AnswersDoNotMatchItems,
    Instrument,
    TotalIsOutOfRange,
    load,
    score,
    score_total,
)
from tests.domain.instrument.packs import PROPOSED, pack, well_being

PHQ, GAD, BDI, HAMA = load("phq-9"), load("gad-7"), load("bdi-ii"), load("ham-a")
UPPER_ENDS = {"phq-9": [4, 9, 14, 19], "gad-7": [4, 9, 14], "bdi-ii": [13, 19, 28], "ham-a": [17, 24, 30]}


@given(st.sampled_from([PHQ, GAD, BDI, HAMA]), st.data())
def test_a_total_is_the_sum_and_its_band_the_first_that_reaches_it(instrument: Instrument, data: st.DataObject) -> None:
    highest = 4 if instrument is HAMA else 3
    count = len(instrument.items)
    answers = data.draw(st.lists(st.integers(0, highest), min_size=count, max_size=count))
    scored = score(instrument, answers)
    assert (scored.total, scored.complete) == (sum(answers), True)
    place = sum(sum(answers) > end for end in UPPER_ENDS[instrument.id])
    assert scored.band == instrument.bands[place].label
    from_total = score_total(instrument, sum(answers))
    assert (from_total.total, from_total.band) == (scored.total, scored.band)


def test_every_gad_7_answer_sheet_scores_its_sum() -> None:
    assert all(score(GAD, answers).total == sum(answers) for answers in product(range(4), repeat=7))


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9))
def test_item_9_flags_whatever_the_total(answers: list[int]) -> None:
    scored = score(PHQ, answers)
    assert scored.flags == ((SAFETY_ITEM_POSITIVE,) if answers[8] else ())
    assert scored.safety_answer == answers[8]


def test_p1_item_9_against_a_good_total() -> None:
    scored = score(PHQ, [1, 1, 1, 1, 1, 0, 0, 0, 1])
    assert (scored.total, scored.band, scored.flags) == (6, "mild", (SAFETY_ITEM_POSITIVE,))


def test_p2_a_total_without_items_is_not_screened() -> None:
    for instrument in (PHQ, BDI):
        scored = score_total(instrument, 9)
        assert (scored.flags, scored.safety_answer) == ((SAFETY_ITEM_NOT_SCREENED,), None)
        assert not scored.complete
    assert score_total(GAD, 9).flags == score_total(HAMA, 9).flags == ()


def test_p2_a_blank_item_9_is_not_screened_and_gives_no_total() -> None:
    scored = score(PHQ, [1, 1, 1, 1, 1, 1, 1, 1, None])
    assert (scored.total, scored.band, scored.flags) == (None, None, (SAFETY_ITEM_NOT_SCREENED,))


def test_p2_item_9_of_the_bdi_ii_acts_like_that_of_the_phq_9() -> None:
    answers = [0] * 21
    answers[8] = 1
    assert score(BDI, answers).flags == (SAFETY_ITEM_POSITIVE,)


def test_a_blank_item_elsewhere_does_not_hide_item_9() -> None:
    scored = score(PHQ, [None, 0, 0, 0, 0, 0, 0, 0, 2])
    assert (scored.total, scored.complete, scored.flags) == (None, False, (SAFETY_ITEM_POSITIVE,))


def test_the_ham_a_has_a_psychic_and_a_somatic_part() -> None:
    assert score(HAMA, [4, 3, 2, 1, 0, 1, 2, 3, 4, 3, 2, 1, 0, 4]).subscales == {"psychic": 15, "somatic": 15}
    assert score(HAMA, [1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1]).subscales == {"psychic": 2, "somatic": 2}


@given(st.integers(0, 8), st.one_of(st.integers(max_value=-1), st.integers(min_value=4)))
def test_a_wrong_answer_is_refused_naming_the_item(place: int, wrong: int) -> None:
    answers = [0] * 9
    answers[place] = wrong
    with pytest.raises(AnswerIsOutOfRange) as refused:
        score(PHQ, answers)
    assert refused.value.message == f"Item {place + 1} must be 0, 1, 2 or 3; you wrote {wrong}."
    assert refused.value.field == f"answers.{place + 1}"


def test_a_wrong_number_of_answers_is_refused() -> None:
    with pytest.raises(AnswersDoNotMatchItems, match="PHQ-9 has 9 items; you gave 8 answers"):
        score(PHQ, [0] * 8)


@pytest.mark.parametrize("total", [-1, 64])
def test_a_total_out_of_range_is_refused(total: int) -> None:
    with pytest.raises(TotalIsOutOfRange, match=f"A BDI-II total is from 0 to 63; you wrote {total}."):
        score_total(BDI, total)


def test_reversed_items_count_from_the_other_end() -> None:
    assert score(pack(scoring={"reverse_items": [2]}), [1, 0, 3]).total == 1 + 3 + 3


def test_of_a_group_only_the_highest_counts() -> None:
    grouped = pack(scoring={"max_of": [[1, 3]]})
    assert (grouped.lowest, grouped.highest) == (0, 6)
    assert score(grouped, [1, 2, 3]).total == 2 + 3


def test_a_multiplied_instrument_has_a_multiplied_range() -> None:
    assert (well_being().lowest, well_being().highest) == (0, 100)
    assert score(well_being(), [5, 4, 3, 2, 1]).total == 60
    assert score(well_being(), [5, 4, 3, 2, 1]).band == "good"


def test_a_missing_item_may_count_as_the_mean_of_the_rest_where_the_rule_says_so() -> None:
    lenient = pack(missing={"most": 1, **PROPOSED})
    assert score(lenient, [3, None, 2]).total == 8  # 3 + 2.5 + 2 = 7.5, rounded half up
    assert not score(lenient, [3, None, 2]).complete
    assert score(lenient, [3, None, None]).total is None


def test_an_item_may_have_other_points_than_the_scale() -> None:
    uneven = pack(items=[{"number": 1}, {"number": 2, "options": [{"value": v, "label": str(v)} for v in (0, 2, 4)]}])
    assert uneven.highest == 7
    with pytest.raises(AnswerIsOutOfRange, match="Item 2 must be 0, 2 or 4; you wrote 1"):
        score(uneven, [0, 1])


def test_a_long_range_is_named_by_its_ends() -> None:
    slider = pack(items=[{"number": 1}], scale=[{"value": v, "label": str(v)} for v in range(101)])
    with pytest.raises(AnswerIsOutOfRange, match="Item 1 must be a whole number from 0 to 100; you wrote 101"):
        score(slider, [101])
