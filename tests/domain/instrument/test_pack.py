"""Licensed packs: wording for a shipped scorer, or an instrument of one's own; every mistake has its line."""

import json
from typing import Any

import pytest

from domain.instrument import Instrument, load, score
from domain.instrument.catalogue import ids, is_licensed, put_beside
from domain.instrument.pack import PackIsWrong, read_pack
from tests.domain.instrument.packs import pack

WORDS: dict[str, Any] = {
    "words_for": "who-5",
    "version": "1",
    "notice": "Used under a licence of this clinic.",
    "stem": "Over the last two weeks",
    "scale": ["at no time", "some", "less than half", "more than half", "most", "all"],
    "items": [{"number": number, "text": f"Sentence {number}"} for number in range(1, 6)],
}


ONE_ANSWER = {"number": 1, "text": "a", "options": ["b"]}


def written(document: Any) -> str:
    return json.dumps(document, indent=1)


def mistakes(document: Any) -> list[str]:
    with pytest.raises(PackIsWrong) as wrong:
        read_pack(document if isinstance(document, str) else written(document))
    return [f"{one.line}: {one.says}" for one in wrong.value.mistakes]


def test_wording_gives_a_shipped_scorer_its_words_and_changes_no_score() -> None:
    worded, plain = read_pack(written(WORDS)), load("who-5")
    assert [item.label for item in worded.items] == [f"Sentence {number}" for number in range(1, 6)]
    assert [(one.value, one.label) for one in worded.scale][:2] == [(0, "at no time"), (1, "some")]
    assert (worded.stem, worded.licence.notice) == ("Over the last two weeks", "Used under a licence of this clinic.")
    assert score(worded, [5, 4, 3, 2, 1]) == score(plain, [5, 4, 3, 2, 1])
    assert (worded.bands, worded.change, worded.scoring) == (plain.bands, plain.change, plain.scoring)


def test_words_of_single_answers_come_in_the_scorers_order() -> None:
    words = {"words_for": "bdi-ii", "version": "1", "notice": "Licensed."}
    items: list[dict[str, Any]] = [{"number": number, "text": f"Group {number}"} for number in range(1, 22)]
    items[15]["options"] = list("abcdefg")
    worded = read_pack(written(words | {"items": items}))
    assert [(one.value, one.label) for one in worded.items[15].options][:3] == [(0, "a"), (1, "b"), (1, "c")]


def test_an_instrument_of_ones_own_stands_beside_the_shipped_ones() -> None:
    own = read_pack(pack(id="mood-3").model_dump_json(by_alias=True))
    put_beside([own, read_pack(written(WORDS))])
    try:
        assert "mood-3" in ids()
        assert load("mood-3") == own
        assert is_licensed(load("who-5"))
        assert load("who-5", "1").items[0].text == "Sentence 1"
        assert not is_licensed(load("phq-9"))
    finally:
        put_beside([])
    assert "mood-3" not in ids()
    assert load("who-5").items[0].text is None


def test_of_several_versions_of_ones_own_the_newest_is_current() -> None:
    put_beside([pack(id="mood-3", version=version) for version in ("2", "10", "9")])
    try:
        assert load("mood-3").version == "10"
        assert load("mood-3", "2").version == "2"
    finally:
        put_beside([])


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"words_for": "mood"}, "2: No mood version 1 is shipped here."),
        ({"version": "7"}, "3: No who-5 version 7 is shipped here."),
        ({"scale": ["no", "yes"]}, "6: WHO-5 has 6 common answers; 2 are given."),
        ({"items": WORDS["items"][:4]}, "14: Words are missing for item 5."),
        ({"items": [*WORDS["items"], {"number": 6, "text": "x"}]}, "36: Item 6 is not one of WHO-5, or stands twice."),
        ({"items": [ONE_ANSWER, *WORDS["items"][1:]]}, "18: Item 1 has 6 answers; give words for each."),
        ({"scoring": {}}, "36: There is no field scoring here."),
        ({"notice": ""}, "4: notice: String should have at least 1 character."),
    ],
)  # fmt: skip
def test_a_mistake_in_wording_is_named_with_its_line(changed: dict[str, Any], says: str) -> None:
    assert mistakes(WORDS | changed) == [says]


def whole(**changed: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(pack(id="mood-3").model_dump_json(by_alias=True))
    return document | changed


def test_a_mistake_in_an_instrument_is_named_with_its_line() -> None:
    assert mistakes("{") == ["1: " + mistakes("{")[0].split(": ", 1)[1]]
    assert mistakes("[]") == ["1: The document begins with an object, in curly brackets."]
    assert mistakes('{"id": "a",\n"id": "b"}') == ["2: id stands twice here."]
    assert mistakes(whole(id="phq-9")) == [
        "2: phq-9 is shipped here. Give its wording with `words_for`, or choose another id."
    ]
    (missing,) = mistakes({name: value for name, value in whole().items() if name != "missing"})
    assert missing.endswith("This is missing here: missing.")
    document = whole()
    document["items"][1]["number"] = "two"
    (wrong,) = mistakes(document)
    line = next(n for n, text in enumerate(written(document).splitlines(), start=1) if '"two"' in text)
    assert wrong == f"{line}: number is a whole number."


def test_an_instrument_that_contradicts_itself_is_refused() -> None:
    assert "items are numbered from 1 without gaps" in mistakes(whole(items=[{"number": 2}]))[0]


def test_a_shipped_document_reads_as_a_pack_once_it_has_an_id_of_its_own() -> None:
    for name in ("c-ssrs", "ebi", "qids-sr16", "meq-30"):
        document = json.loads(load(name).model_dump_json(by_alias=True)) | {"id": "mine"}
        assert isinstance(read_pack(written(document)), Instrument)
