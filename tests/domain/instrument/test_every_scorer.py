"""Every shipped scorer against its arithmetic as it is printed, written out here once more and by hand."""

from collections.abc import Callable, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.instrument import Direction, change, ids, load, score

Sheet = Sequence[int]
TAS_REVERSED = (4, 5, 10, 18, 19)


def qids(a: Sheet) -> int:
    return max(a[0:4]) + a[4] + max(a[5:9]) + a[9] + a[10] + a[11] + a[12] + a[13] + max(a[14:16])


def tas(a: Sheet) -> int:
    return sum(6 - x if number in TAS_REVERSED else x for number, x in enumerate(a, start=1))


def dast(a: Sheet) -> int:
    return sum(a[:2]) + (1 - a[2]) + sum(a[3:])


PRINTED: dict[str, tuple[list[Sequence[int]], Callable[[Sheet], int]]] = {
    "ace": ([(0, 1)] * 10, sum),
    "audit": ([range(5)] * 8 + [(0, 2, 4)] * 2, sum),
    "audit-c": ([range(5)] * 3, sum),
    "bdi-ii": ([range(4)] * 21, sum),
    "cadss": ([range(5)] * 23, sum),
    "dast-10": ([(0, 1)] * 10, dast),
    "ebi": ([range(101)] * 6, sum),
    "gad-7": ([range(4)] * 7, sum),
    "ham-a": ([range(5)] * 14, sum),
    "hamd-17": ([range(3 if n in (4, 5, 6, 12, 13, 14, 16, 17) else 5) for n in range(1, 18)], sum),
    "madrs": ([range(7)] * 10, sum),
    "meq-30": ([range(6)] * 30, sum),
    "pcl-5": ([range(5)] * 20, sum),
    "phq-9": ([range(4)] * 9, sum),
    "qids-sr16": ([range(4)] * 16, qids),
    "tas-20": ([range(1, 6)] * 20, tas),
    "wai-sr": ([range(1, 6)] * 12, sum),
    "who-5": ([range(6)] * 5, lambda a: 4 * sum(a)),
    "wsas": ([range(9)] * 5, sum),
}
TOTALS = sorted(PRINTED)


def test_every_instrument_with_a_total_is_checked_here() -> None:
    assert [one for one in ids() if load(one).has_total] == TOTALS


@settings(max_examples=300)
@given(st.sampled_from(TOTALS), st.data())
def test_a_full_sheet_scores_as_printed(instrument_id: str, data: st.DataObject) -> None:
    answers, add_up = PRINTED[instrument_id]
    sheet = data.draw(st.tuples(*(st.sampled_from(one) for one in answers)))
    found = score(load(instrument_id), sheet)
    assert (found.total, found.complete) == (add_up(sheet), True)
    band = load(instrument_id).band_of(found.total)
    assert found.band == (band.label if band else None)


@pytest.mark.parametrize("instrument_id", ["ace", "dast-10", "audit-c", "who-5"])
def test_short_ones_score_as_printed_on_every_sheet(instrument_id: str) -> None:
    answers, add_up = PRINTED[instrument_id]
    instrument = load(instrument_id)
    assert all(score(instrument, sheet).total == add_up(sheet) for sheet in product(*answers))


@settings(max_examples=200)
@given(st.sampled_from(sorted(set(TOTALS) - {"wsas", "audit", "audit-c", "qids-sr16"})), st.data())
def test_an_empty_item_leaves_no_total(instrument_id: str, data: st.DataObject) -> None:
    answers, _ = PRINTED[instrument_id]
    sheet: list[int | None] = [one[0] for one in answers]
    sheet[data.draw(st.integers(0, len(sheet) - 1))] = None
    found = score(load(instrument_id), sheet)
    assert (found.total, found.band, found.subscales, found.criteria, found.complete) == (None, None, {}, {}, False)


@settings(max_examples=200)
@given(st.sampled_from(TOTALS), st.data())
def test_change_turns_with_the_direction(instrument_id: str, data: st.DataObject) -> None:
    instrument = load(instrument_id)
    totals = st.integers(instrument.lowest, instrument.highest)
    first, last = data.draw(totals), data.draw(totals)
    found, back = change(instrument, first, last), change(instrument, last, first)
    assert found.points == -back.points
    is_better = last < first if instrument.direction is Direction.LOWER_IS_BETTER else last > first
    assert not (found.response and not is_better)
    assert (found.reliable == "deteriorated") <= (not is_better)
    if instrument.change.response is None:
        assert found.response is None


def of(instrument_id: str, *answers: int | None) -> dict[str, bool]:
    return score(load(instrument_id), answers).criteria


def test_audit_items_9_and_10_count_0_2_or_4() -> None:
    audit = load("audit")
    assert [audit.values_of(item) for item in audit.items[8:]] == [(0, 2, 4), (0, 2, 4)]


def test_a_person_who_never_drinks_is_not_asked_the_rest() -> None:
    never = score(load("audit"), (0, *[None] * 7, 2, 0))
    assert (never.total, never.complete, never.subscales) == (2, True, {"consumption": 0, "dependence": 0, "harm": 2})
    seldom = score(load("audit"), (2, 0, 0, *[None] * 5, 0, 0))
    assert (seldom.total, seldom.complete) == (2, True)
    unclear = score(load("audit"), (2, 1, None, *[0] * 5, 0, 0))
    assert (unclear.total, unclear.complete) == (None, False)
    assert score(load("audit-c"), (0,)).total == 0


def test_both_cut_offs_of_the_audit_c_are_shown_and_no_sex_is_asked() -> None:
    men, women = "cut-off for men, 4 or more", "cut-off for women, 3 or more"
    assert of("audit-c", 2, 1, 0) == {men: False, women: True}
    assert of("audit-c", 2, 1, 1) == {men: True, women: True}
    assert of("audit-c", 4, 0, 0) == {men: False, women: False}  # all from the first question


def test_pcl_5_clusters_and_the_provisional_pattern() -> None:
    none = [0] * 20
    pattern = list(none)
    for number in (1, 6, 8, 9, 15, 16):
        pattern[number - 1] = 2
    found = score(load("pcl-5"), pattern)
    assert list(found.subscales.values()) == [2, 2, 4, 4]
    assert found.criteria == {
        "provisional PTSD pattern": True,
        "cut-off 31 or more": False,
        "cut-off 33 or more": False,
    }
    for number in (1, 6, 9, 16):
        less = list(pattern)
        less[number - 1] = 1
        assert not score(load("pcl-5"), less).criteria["provisional PTSD pattern"], number
    assert of("pcl-5", *none[:12], *[4] * 8) == {
        "provisional PTSD pattern": False, "cut-off 31 or more": True, "cut-off 33 or more": False,
    }  # fmt: skip


def test_qids_takes_the_highest_of_sleep_of_appetite_and_weight_and_of_movement() -> None:
    found = score(load("qids-sr16"), (3, 1, 0, 0, 1, 2, None, None, 0, 0, 0, 0, 0, 0, 0, 3))
    assert (found.total, found.complete) == (3 + 1 + 2 + 3, True)
    assert found.subscales["sleep"] == 3
    assert len(found.subscales) == 9
    assert score(load("qids-sr16"), (3, 1, 0, 0, 1, None, None, 1, None, 0, 0, 0, 0, 0, 0, 3)).total is None


def test_meq_30_is_complete_from_60_per_cent_on_all_four() -> None:
    edge = [3] * 30
    found = score(load("meq-30"), edge)
    assert set(found.percents.values()) == {60.0}
    assert found.criteria == {"complete mystical experience": True}
    meq = load("meq-30")
    assert [meq.highest_of(subscale) for subscale in meq.scoring.subscales] == [75, 30, 30, 15]
    for number in range(30):
        less = list(edge)
        less[number] = 2
        assert score(load("meq-30"), less).criteria == {"complete mystical experience": False}


def test_tas_20_parts_have_7_5_and_8_items_and_count_reversed_ones_turned() -> None:
    found = score(load("tas-20"), [5] * 20)
    assert found.total == 15 * 5 + 5 * 1
    assert found.subscales == {
        "identifying feelings": 35, "describing feelings": 21, "externally oriented thinking": 24,
    }  # fmt: skip


def test_wai_sr_has_task_bond_and_goal() -> None:
    found = score(load("wai-sr"), [5, 5, 1, 2, 1, 2, 1, 2, 1, 5, 2, 5])
    assert found.subscales == {"task": 20, "bond": 4, "goal": 8}


def test_wsas_takes_one_empty_item_as_the_mean_and_no_more() -> None:
    assert score(load("wsas"), [None, 4, 5, 6, 5]).total == 25
    assert score(load("wsas"), [None, None, 5, 6, 5]).total is None


def test_who_5_is_better_higher() -> None:
    assert (score(load("who-5"), [1, 1, 1, 2, 2]).total, score(load("who-5"), [5] * 5).total) == (28, 100)
    assert change(load("who-5"), 40, 52).response
    assert change(load("who-5"), 52, 40).reliable == "deteriorated"


@pytest.mark.parametrize(("instrument_id", "number"), [("madrs", 10), ("qids-sr16", 12), ("hamd-17", 3)])
def test_items_about_suicide_flag_whatever_the_total(instrument_id: str, number: int) -> None:
    answers, _ = PRINTED[instrument_id]
    sheet: list[int | None] = [0 for _ in answers]
    assert score(load(instrument_id), sheet).flags == ()
    sheet[number - 1] = 1
    assert score(load(instrument_id), sheet).flags == ("safety_item_positive",)
    sheet[number - 1] = None
    assert score(load(instrument_id), sheet).flags == ("safety_item_not_screened",)


def test_adverse_childhood_experiences_are_counted_and_never_compared() -> None:
    assert (score(load("ace"), [1, 1, 1, 1, *[0] * 6]).total, load("ace").is_case(4)) == (4, True)
    found = change(load("ace"), 4, 6)
    assert not load("ace").is_for_change
    assert (found.response, found.remission, found.reliable) == (None, None, None)
