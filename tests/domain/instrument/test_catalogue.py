"""What holds for every instrument that is shipped."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from domain.instrument import (
    Direction,
    Instrument,
    InstrumentIsUnknown,
    InstrumentVersionIsUnknown,
    ids,
    load,
    recorded_with,
    title_of,
)
from tests.domain.instrument.packs import PROPOSED, pack

TRIAGE = {"otherwise": "none", "levels": [{"name": "high", "any_of": [1]}], "review_from": "high", **PROPOSED}
RANGES = {
    "ace": (10, 0, 10), "audit": (10, 0, 40), "audit-c": (3, 0, 12), "bdi-ii": (21, 0, 63), "c-ssrs": (7, 0, 7),
    "cadss": (23, 0, 92), "dast-10": (10, 0, 10), "ebi": (6, 0, 600), "gad-7": (7, 0, 21), "ham-a": (14, 0, 56),
    "hamd-17": (17, 0, 52), "madrs": (10, 0, 60), "meq-30": (30, 0, 150), "pcl-5": (20, 0, 80), "phq-9": (9, 0, 27),
    "qids-sr16": (16, 0, 27), "tas-20": (20, 20, 100), "wai-sr": (12, 12, 60), "who-5": (5, 0, 100), "wsas": (5, 0, 40),
}  # fmt: skip
LAST_OF_EACH_BAND = {
    "audit": [7, 15, 19, 40], "bdi-ii": [13, 19, 28, 63], "dast-10": [0, 2, 5, 8, 10], "gad-7": [4, 9, 14, 21],
    "ham-a": [17, 24, 30, 56], "hamd-17": [7, 13, 19, 25, 52], "madrs": [6, 19, 34, 60], "phq-9": [4, 9, 14, 19, 27],
    "qids-sr16": [5, 10, 15, 20, 27], "tas-20": [51, 60, 100], "who-5": [28, 50, 100], "wsas": [9, 20, 40],
}  # fmt: skip
WITH_TEXT = ("audit", "audit-c", "c-ssrs", "gad-7", "pcl-5", "phq-9")
SAFETY_ITEMS = {"phq-9": 9, "bdi-ii": 9, "madrs": 10, "hamd-17": 3, "qids-sr16": 12}
SHIPPED = tuple(sorted(RANGES))
NOTICES = " ".join((Path(__file__).parents[3] / "NOTICE").read_text().split())
HINTS = r"|Answer either \d or \d\.|Leave empty where work does not apply\."
"""How to fill in a placeholder; none of the questionnaire's words."""


def test_twenty_instruments_are_shipped() -> None:
    assert ids() == SHIPPED
    assert len(ids()) == 20


@pytest.mark.parametrize("instrument_id", SHIPPED)
def test_the_range_follows_from_the_items(instrument_id: str) -> None:
    instrument = load(instrument_id)
    assert (len(instrument.items), instrument.lowest, instrument.highest) == RANGES[instrument_id]


@pytest.mark.parametrize("instrument_id", LAST_OF_EACH_BAND)
def test_every_total_lies_in_exactly_one_band(instrument_id: str) -> None:
    instrument = load(instrument_id)
    for total in range(instrument.lowest, instrument.highest + 1):
        assert sum(band.lowest <= total <= band.highest for band in instrument.bands) == 1


def test_the_bands_are_the_published_ones() -> None:
    found = {one: [band.highest for band in load(one).bands] for one in ids() if load(one).bands}
    assert found == LAST_OF_EACH_BAND


def test_the_items_that_ask_about_suicide_are_known() -> None:
    found = {one: item.number for one in ids() if (item := load(one).safety_item)}
    assert found == SAFETY_ITEMS
    assert [one for one in ids() if load(one).asks_about_suicide and one not in found] == ["c-ssrs"]


def test_more_is_better_only_where_it_is() -> None:
    up = [one for one in ids() if load(one).direction is Direction.HIGHER_IS_BETTER]
    assert up == ["ebi", "meq-30", "wai-sr", "who-5"]


@pytest.mark.parametrize("instrument_id", SHIPPED)
def test_text_is_there_only_where_it_may_be_shipped(instrument_id: str) -> None:
    instrument = load(instrument_id)
    assert instrument.licence.text_may_be_shipped == (instrument_id in WITH_TEXT)
    for item in instrument.items:
        assert (item.text is not None) == instrument.licence.text_may_be_shipped
        assert instrument.licence.text_may_be_shipped or item.label == f"Item {item.number}"
    if not instrument.licence.text_may_be_shipped:
        assert instrument.stem is None
        labels = {option.label for item in instrument.items for option in instrument.options_of(item)}
        assert all(re.fullmatch(r"\d[ab]?|No|Yes", label) for label in labels)
        assert all(re.fullmatch(HINTS, item.hint or "") for item in instrument.items)


def test_two_bdi_ii_items_have_seven_options_for_the_same_four_points() -> None:
    bdi = load("bdi-ii")
    assert [item.number for item in bdi.items if len(bdi.options_of(item)) == 7] == [16, 18]
    assert {bdi.values_of(item) for item in bdi.items} == {(0, 1, 2, 3)}


@pytest.mark.parametrize("instrument_id", SHIPPED)
def test_every_number_names_a_source_that_is_listed(instrument_id: str) -> None:
    document = load(instrument_id).model_dump()
    sourced = list(_sourced(document))
    assert len(sourced) >= 2 or instrument_id == "ebi"
    listed = document["sources"]
    assert {one["source"] for one in sourced if one["mark"] == "S"} == set(listed)


def _sourced(node: Any) -> Any:
    if isinstance(node, dict):
        if "mark" in node:
            yield node
        for child in node.values():
            yield from _sourced(child)
    elif isinstance(node, (list, tuple)):
        for child in node:
            yield from _sourced(child)


def loinc_codes(instrument: Instrument) -> set[str]:
    """Every LOINC code this instrument uses, answers included."""
    options = [option for item in instrument.items for option in instrument.options_of(item)]
    codes = instrument.codes
    coded = [codes.panel, codes.total, *(one.loinc for one in instrument.items), *(one.loinc for one in options)]
    return {code for code in coded if code}


@pytest.mark.parametrize("instrument_id", SHIPPED)
def test_loinc_codes_carry_their_check_digit(instrument_id: str) -> None:
    codes = loinc_codes(load(instrument_id))
    assert all(re.fullmatch(r"(LA)?\d+-\d", code) for code in codes)
    for code in codes:
        if not code.startswith("LA"):
            assert _check_digit(code.split("-")[0]) == int(code[-1]), code


@pytest.mark.parametrize("instrument_id", SHIPPED)
def test_whose_an_instrument_is_stands_in_the_notices(instrument_id: str) -> None:
    assert load(instrument_id).title in NOTICES, "say in NOTICE whose it is, and what of it is included"


def test_the_notice_of_loinc_goes_with_its_codes() -> None:
    assert any(loinc_codes(load(instrument_id)) for instrument_id in ids())
    assert "This material contains content from LOINC" in NOTICES
    assert "Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes" in NOTICES


def _check_digit(digits: str) -> int:
    doubled = [int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits))]
    return -sum(d - 9 if d > 9 else d for d in doubled) % 10


def test_the_safety_item_of_the_phq_9_is_coded() -> None:
    phq = load("phq-9")
    assert phq.safety_item is not None
    assert phq.items[phq.safety_item.number - 1].loinc == "44260-8"
    assert (phq.codes.panel, phq.codes.total, load("bdi-ii").codes.total) == ("44249-1", "44261-6", "89209-1")


def test_an_unknown_instrument_is_refused_with_the_choices() -> None:
    with pytest.raises(InstrumentIsUnknown, match=r"Choose one of: .*bdi-ii.*, phq-9"):
        load("../phq-9")


def test_an_unknown_version_is_refused_and_the_current_one_named() -> None:
    assert load("phq-9", "1") == load("phq-9")
    with pytest.raises(InstrumentVersionIsUnknown, match="The current version is 1"):
        load("phq-9", "7")


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"scale": []}, "every item has answers"),
        ({"range": {"from": 0, "to": 10}}, "not both"),
        ({"scale": [], "range": {"from": 10, "to": 0}}, "from a lower to a higher"),
        ({"items": [{"number": 1, "asked_if": {"any_of": [2]}}, {"number": 2}]}, "because of earlier items"),
        ({"scoring": {"max_of": [[1, 2], [2, 3]]}}, "one group only"),
        (
            {"criteria": [{"name": "a", "needs": [{"subscale": "b", "percent_at_least": 1}], **PROPOSED}]},
            "subscales that",
        ),
        ({"criteria": [{"name": "a", "needs": [{"items": [1], "total_at_least": 1}], **PROPOSED}]}, "one of them"),
        ({"criteria": [{"name": "a", "needs": [{"subscale": "b"}], **PROPOSED}]}, "comes with the share"),
        ({"triage": {**TRIAGE, "review_from": "mild"}}, "names one of the levels"),
        ({"triage": {**TRIAGE, "otherwise": "high"}}, "different names"),
        ({"triage": TRIAGE, "safety_item": {"number": 1, "at_least": 1, **PROPOSED}}, "no bands and no safety item"),
        ({"bands": [{"label": "a", "short": "a", "from": 0, "to": 9}], "bands_source": None}, "name their source"),
        ({"bands": [{"label": "a", "short": "a", "from": 0, "to": 8}]}, "bands cover every total"),
        ({"bands": [{"label": "a", "short": "a", "from": f, "to": t} for f, t in [(0, 4), (6, 9)]]}, "bands cover"),
        ({"bands": [{"label": "a", "short": "a", "from": f, "to": t} for f, t in [(0, 4), (4, 9)]]}, "bands cover"),
        ({"items": [{"number": 1}, {"number": 3}]}, "numbered from 1"),
        ({"scoring": {"reverse_items": [4]}}, "items that exist"),
        ({"change": {"response": {"source": "x", "mark": "K"}}}, "a percentage or a number of points"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_a_pack_that_contradicts_itself_does_not_load(broken: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        pack(**broken)


def test_an_instrument_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load("phq-9").title = "other"  # type: ignore[misc]
    assert isinstance(load("phq-9"), Instrument)


def test_what_was_recorded_with_a_pack_that_is_gone_is_read_with_a_stand_in() -> None:
    gone = recorded_with("mood-3", "1")
    assert (gone.id, gone.title, gone.is_here) == ("mood-3", "mood-3 (its pack is missing)", False)
    assert (gone.bands, gone.criteria, gone.triage, gone.safety_item) == ((), (), None, None)
    assert gone.safety_words(2) == "answer on suicidal thoughts was 2"
    assert (gone.is_positive(1), gone.is_positive(0), gone.is_positive(None)) == (True, False, False)
    assert title_of("mood-3") == gone.title
    older = recorded_with("phq-9", "0.1")
    assert (older.title, older.is_here) == ("PHQ-9 version 0.1 (its pack is missing)", False)
    assert recorded_with("phq-9", "1") is load("phq-9", "1")
