"""Change between two scores: response, remission, reliable change and their words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instrument import Instrument, Reliable, change, load
from tests.domain.instrument.packs import pack, well_being

PHQ, GAD, BDI = load("phq-9"), load("gad-7"), load("bdi-ii")
Q1_PAIRS = [(0, 0), (4, 2), (30, 15), (28, 20), (40, 30)]


def test_q1_response_is_half_and_a_baseline_of_0_never_one() -> None:
    assert [change(BDI, *pair).response for pair in Q1_PAIRS] == [False, True, True, False, False]


def test_q1_caseness_of_the_bdi_ii_starts_at_14() -> None:
    assert [BDI.is_case(first) for first, _ in Q1_PAIRS] == [False, False, True, True, True]
    assert (BDI.is_case(13), BDI.is_case(14)) == (False, True)


def test_q1_a_phq_9_is_worse_from_six_points_on() -> None:
    assert change(PHQ, 8, 14).reliable is Reliable.DETERIORATED
    assert change(PHQ, 8, 13).reliable is None


@pytest.mark.parametrize(("instrument", "points"), [(PHQ, 6), (GAD, 4)])
def test_reliable_improvement_starts_at_the_published_points(instrument: Instrument, points: int) -> None:
    assert change(instrument, 15, 15 - points).reliable is Reliable.IMPROVED
    assert change(instrument, 15, 15 - points + 1).reliable is None


def test_remission_is_below_5_on_the_phq_9() -> None:
    assert (change(PHQ, 20, 4).remission, change(PHQ, 20, 5).remission) == (True, False)


def test_nothing_is_claimed_where_no_rule_is_agreed() -> None:
    compared = change(BDI, 40, 5)
    assert (compared.reliable, compared.remission) == (None, None)
    assert change(pack(), 9, 0).response is None
    assert change(pack(), 9, 0).words == "9 points lower."


@given(st.integers(0, 63), st.integers(0, 63))
def test_change_agrees_with_plain_arithmetic(first: int, last: int) -> None:
    compared = change(BDI, first, last)
    assert compared.points == last - first
    assert compared.response == (first > 0 and last <= first / 2)
    assert (compared.percent is None) == (first == 0)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (21, 14, "7 points lower. Reliable change (6 or more). A response would be 10 or less."),
        (18, 9, "9 points lower. Reliable change (6 or more). Response (9 or less)."),
        (18, 4, "14 points lower. Reliable change (6 or more). Response (9 or less). Remission (4 or less)."),
        (8, 14, "6 points higher. Reliably worse (6 or more). A response would be 4 or less."),
        (12, 11, "1 point lower. A response would be 6 or less."),
        (12, 12, "No change. A response would be 6 or less."),
        (0, 5, "5 points higher."),
    ],
)
def test_the_words_say_what_changed_and_which_rule_says_so(first: int, last: int, words: str) -> None:
    assert change(PHQ, first, last).words == words


def test_where_more_is_better_every_rule_turns_round() -> None:
    better, worse = change(well_being(), 40, 52), change(well_being(), 40, 28)
    assert (better.response, better.remission, better.reliable) == (True, True, Reliable.IMPROVED)
    assert (worse.response, worse.remission, worse.reliable) == (False, False, Reliable.DETERIORATED)
    assert better.movement == "12 points higher"
    assert better.verdict == "Reliable change (10 or more). Response (50 or more). Remission (51 or more)."
    assert (well_being().is_case(50), well_being().is_case(51)) == (True, False)


def test_a_percentage_is_of_the_first_score() -> None:
    assert change(PHQ, 18, 6).percent == -66.7
