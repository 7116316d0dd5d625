"""`check` explains every mistake of a protocol document with its line and a reason, and names what is left out."""

import json
from collections.abc import Callable, Iterator
from functools import reduce
from math import ceil
from operator import getitem
from pathlib import Path
from typing import Any

import pytest

from domain.protocol.check import Severity, check, mistakes
from domain.protocol.check.foundation import keys_in
from domain.protocol.check.lines import NotJson, read_with_lines
from domain.protocol.protocol import ProtocolDocumentIsIncomplete, read
from domain.protocol.shipped import CURRENT, document
from tests.thoroughness import share

DATA = Path(__file__).parents[3] / "domain" / "protocol" / "data"
TEXT = (DATA / "kap-core-2.json").read_text(encoding="utf-8")
MONITORED = (DATA / "spravato-style-1.json").read_text(encoding="utf-8")
SHIPPED = sorted(path.name for path in DATA.glob("*.json"))


def line_of(text: str, *words: str) -> int:
    """The first line that holds all these words."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if all(word in line for word in words))


def said(text: str) -> list[tuple[int, str]]:
    return [(finding.line, finding.says) for finding in mistakes(check(text))]


def with_one(text: str, old: str, new: str) -> str:
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_shipped_has_no_mistakes(name: str) -> None:
    assert mistakes(check((DATA / name).read_text(encoding="utf-8"))) == ()


def number(name: str, **changed: Any) -> Callable[[str], str]:
    """The text with fields of a number changed, all on its own line."""

    def change(text: str) -> str:
        lines = text.splitlines()
        at = next(n for n, line in enumerate(lines) if line.startswith(f'    "{name}":'))
        found = json.loads(lines[at].split(":", 1)[1].rstrip(","))
        for field, value in changed.items():
            found.pop(field) if value is None else found.update({field: value})
        lines[at] = f'    "{name}": {json.dumps(found, ensure_ascii=False)},'
        return "\n".join(lines)

    return change


MISTAKEN: list[tuple[str, Callable[[str], str], tuple[str, ...], str]] = [
    ("unit", number("vitals_valid_minutes", unit="h"), ('"vitals_valid_minutes"',), "measured in min, not in h"),
    ("no source", number("adult_years", source=""), ('"adult_years"',), "marked S, from a source that was read"),
    ("source", number("adult_years", source="JC-ELIGG"), ('"adult_years"',), "JC-ELIGG is not listed under sources"),
    ("mark", number("adult_years", mark="X"), ('"adult_years"',), "Write one of: S, K or I."),
    ("no mark", number("adult_years", mark=None), ('"adult_years"',), "mark is missing."),
    ("text", number("adult_years", value="many"), ('"adult_years"',), "Write a whole number."),
    ("amount", number("ceiling_mg_per_kg", value="a lot"), ('"ceiling_mg_per_kg"',), 'Write an amount, such as "7.0".'),
    ("field", number("adult_years", values=3), ('"adult_years"',), "There is no field values here. Do you mean value?"),
    ("floor", number("minimum_interval_floor_days", value=20), ('"minimum_interval_floor_days"',), "than the usual 14"),
    ("refills", number("prescription_refills", value=6), ('"prescription_refills"',), "at most 5 refills"),
    ("months", number("prescription_months", value=9), ('"prescription_months"',), "ends a schedule III prescription"),
    ("watch", number("observation_minutes", value=150), ('"observation_minutes"',), "under the protocol's 150 min"),
    ("tolerance", number("check_tolerance_minutes", value=15), ('"check_tolerance_minutes"',), "as its whole interval"),
    ("range", number("plausible_pulse_min_per_min", value=190), ('"plausible_pulse_min_',), "not under the highest"),
    ("crisis", number("crisis_systolic_mmhg", value=150), ('"vital_limits"',), "in the crisis range from 150 on"),
    ("of age", number("adult_years", value=-1), ('"adult_years"',), "adult_years is from 18 to 25; here it is -1."),
    ("hour", number("next_day_check_in_hour", value=24), ('"next_day_check_in_hour"',), "from 0 to 23; here it is 24"),
    ("no amount", number("ceiling_mg_per_kg", value="0"), ('"ceiling_mg_per_kg"',), "from 0.01 to 50; here it is 0."),
    ("no watch", number("observation_minutes", value=0), ('"observation_minutes"',), "from 1 to 1440; here it is 0."),
    ("centuries", number("eligibility_months", value=10**7), ('"eligibility_months"',), "here it is 10000000."),
    ("true", number("check_in_attempts", value=True), ('"check_in_attempts"',), "Write a whole number."),
]  # fmt: skip


@pytest.mark.parametrize(("change", "where", "why"), [m[1:] for m in MISTAKEN], ids=[m[0] for m in MISTAKEN])
def test_a_mistaken_number_is_named_on_its_line(change: Callable[[str], str], where: tuple[str, ...], why: str) -> None:
    text = change(TEXT)
    assert any(line == line_of(text, *where) and why in says for line, says in said(text)), said(text)


def places_of_numbers(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in entries:
        yield from places_of_numbers(item, (*place, name))
    if isinstance(value, int) and not isinstance(value, bool):
        yield place


SENSELESS = (-1, 10**7, True)


@pytest.mark.parametrize("value", SENSELESS)
@pytest.mark.parametrize("name", SHIPPED)
def test_no_number_of_a_document_is_senseless(name: str, value: Any) -> None:
    """Each of them with one of the values, in the longer runs with all."""
    whole = json.loads((DATA / name).read_text(encoding="utf-8"))
    passed, places = [], list(places_of_numbers(whole))
    for place in share(places, SENSELESS.index(value), ceil(len(places) / len(SENSELESS))):
        *way, last = place
        holder = reduce(getitem, way, whole)
        was, holder[last] = holder[last], value
        passed += [] if mistakes(check(json.dumps(whole))) else [place]
        holder[last] = was
    assert passed == []


def test_a_missing_number_says_what_it_needs() -> None:
    text = "\n".join(line for line in TEXT.splitlines() if not line.startswith('    "usual_days"'))
    line = line_of(text, '"numbers": {')
    assert (line, "The number usual_days is missing: give its value, unit, source and mark.") in said(text)


def test_a_missing_rule_is_one_that_is_always_asked() -> None:
    text = "\n".join(line for line in TEXT.splitlines() if '"rule": "11.floor"' not in line)
    assert (
        line_of(text, '"rules": ['),
        "Rule 11.floor is missing. It is asked in every course; give it a row.",
    ) in said(text)


def test_a_rule_that_stands_twice_and_one_without_a_way() -> None:
    twice = with_one(TEXT, '{"rule": "5", ', '{"rule": "4", ')
    assert (line_of(twice, '"Rechecks left"'), "4 is listed above already.") in said(twice)
    closed = with_one(TEXT, '"way": "Wait.", "source": "LOPEZ"', '"way": "", "source": "LOPEZ"')
    assert any(
        "it has to say how it opens" in says for line, says in said(closed) if line == line_of(closed, '"11.floor"')
    )


def test_an_unknown_kind_of_rule_names_the_kinds_there_are() -> None:
    text = with_one(MONITORED, '"kind": "pace"', '"kind": "speed"')
    line, says = said(text)[0]
    assert line == line_of(text, '"speed"')
    assert says.startswith("There is no such kind of rule. The kinds are vitals_at, check_at, resolved")


def test_parameters_of_a_kind_are_checked() -> None:
    window = with_one(MONITORED, '"until_minutes": 55', '"until_minutes": 15')
    assert (line_of(window, '"vitals_40", "rule"'), "It ends at 15, before it begins at 35.") in said(window)
    late = with_one(MONITORED, '"at_minutes": [40, 80, 115]', '"at_minutes": [40, 80, 130]')
    assert any("130 min after the dose, when the patient may have left after 120" in says for _, says in said(late))
    word = with_one(MONITORED, '"looks_at": ["sedation"', '"looks_at": ["sleepiness"')
    assert any(says.startswith("Write one of: sedation, dissociation") for _, says in said(word))
    lacking = with_one(MONITORED, '"doses_at_most": 2, ', "")
    assert any(says == "doses_at_most is missing." for _, says in said(lacking))
    nowhere = with_one(MONITORED, '"rule": "+pace", "from_week": 1', '"rule": "+speed", "from_week": 1')
    assert any(says == "There is no rule +speed in the rules table." for _, says in said(nowhere))


def test_words_the_software_does_not_know_get_the_nearest_one() -> None:
    text = with_one(TEXT, '"medicine_class": "stimulant"', '"medicine_class": "stimulants"')
    assert any(says == "Nothing is called stimulants. Do you mean stimulant?" for _, says in said(text))
    text = with_one(TEXT, '"instrument": "gad-7"', '"instrument": "gad-77"')
    assert any("Do you mean gad-7?" in says for _, says in said(text))
    text = with_one(TEXT, '"systolic_limit_mmhg": 160', '"systolic_limit": 160')
    assert {says for _, says in said(text)} >= {"There is no such limit.", "systolic_limit_mmhg is missing."}


def test_days_that_end_before_they_begin() -> None:
    text = with_one(TEXT, '"until_on": "2026-12-31"', '"until_on": "2019-12-31"')
    assert any(says == "It ends on 2019-12-31, before it begins on 2020-03-16." for _, says in said(text))


def test_alerts_say_by_when_and_name_kinds_and_instruments_there_are() -> None:
    text = with_one(TEXT, '"acknowledge_minutes": 5, ', "")
    assert any(says.startswith("Say by when it is acknowledged") for _, says in said(text))
    text = with_one(TEXT, '"kind": "emergency"', '"kind": "emergencies"')
    assert any(says == "Nothing is called emergencies. Do you mean emergency?" for _, says in said(text))
    text = with_one(TEXT, '"therapist_only": ["wai-sr"]', '"therapist_only": ["wai"]')
    assert any(says.startswith("Nothing is called wai.") for _, says in said(text))
    text = with_one(TEXT, '"risk_screen": {"instrument": "c-ssrs"', '"risk_screen": {"instrument": "c-srs"')
    assert any("Do you mean c-ssrs?" in says for _, says in said(text))


def test_what_is_left_out_is_a_note_and_no_mistake() -> None:
    text = json.dumps({k: v for k, v in document(*CURRENT).items() if k != "alerts"})
    found = check(text)
    assert mistakes(found) == ()
    assert "Absent: alerts; nobody is alerted." in [one.says for one in found if one.severity is Severity.NOTE]


def test_what_holds_instead_of_a_number_left_out_is_said() -> None:
    notes = [one.says for one in check(json.dumps(document("kap-core", "1"))) if one.severity is Severity.NOTE]
    assert "Absent: report_review_days; it is the next day." in notes
    assert "Absent: urinary_nocturia_rise; rule 26, worse at night is not in force." in notes
    assert "Absent: post_dose_from_hours; what rests on it is not in force." in notes


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "A value is expected here"),
        ("[1]", 1, "begins with an object"),
        ('{\n "a": 1\n "b": 2\n}', 2, "A comma is missing"),
        ('{\n "a": 1,\n}', 3, "does not belong there"),
        ('{\n "a" 1\n}', 2, 'A colon is missing after "a".'),
        ('{\n "a": "b\n}', 2, "does not end with a double quote"),
        ('{"a": 1}\n{', 2, "There is more after the end"),
        ("{" + '"a":{' * 20, 1, "nested too deeply"),
        ("{'a': 1}", 1, "A name in double quotes"),
        ('{"a": nothing}', 1, "A value is expected here"),
        ('{"a": "\\ud800"}', 1, "cannot be printed"),
        ('{"a": [' + "{}," * 1001 + "{}]}", 1, "more than 1000 entries"),
        ('{\n"a": ' + "9" * 5000 + "}", 2, "too long"),
        ("{" + ",".join(f'"a{place}": 1' for place in range(1001)) + "}", 1, "more than 1000 names"),
        ('{\n"a": [' + "1, " * 70_000 + "1]}", 1, "no protocol is longer than 200,000: nothing of it was read"),
    ],
)
def test_what_is_no_json_is_explained_by_its_line(text: str, line: int, says: str) -> None:
    (found,) = check(text)
    assert (found.line, says in found.says) == (line, True), found


def test_what_has_no_end_of_mistakes_says_how_many_follow() -> None:
    found = check(json.dumps(document(*CURRENT) | {"rules": [{}] * 500}))
    assert len(found) == 201
    assert "more things to say follow" in found[-1].says


def test_a_name_that_stands_twice_is_told() -> None:
    text = with_one(TEXT, '  "protocol_version": "2",', '  "protocol_version": "2",\n  "protocol_version": "3",')
    assert any(says == "This name stands twice here; only the last one counts." for _, says in said(text))


def test_the_reader_agrees_with_the_standard_one() -> None:
    odd = '{"a": [1, -2.5e3, true, false, null, "\\u00e9\\n\\"", {}], "b": {"c": []}}'
    for text in (TEXT, MONITORED, odd):
        assert read_with_lines(text).document == json.loads(text)
    with pytest.raises(NotJson):
        read_with_lines("{")


@pytest.mark.parametrize("part", ["numbers", "rules", "consents", "plan_seed", "sources", "title"])
def test_whatever_a_reader_refuses_the_check_explains(part: str) -> None:
    cut = {k: v for k, v in document(*CURRENT).items() if k != part}
    with pytest.raises(ProtocolDocumentIsIncomplete):
        read(cut)
    assert mistakes(check(json.dumps(cut)))
    assert mistakes(check(json.dumps(cut | {part: 5})))
    assert mistakes(check(json.dumps(cut | {part: [5]})))


def test_sources_are_told_apart_however_many_brackets_open() -> None:
    assert keys_in("HULL-BL (first dose, about 5), CC") == {"HULL-BL", "CC"}
    assert keys_in("(" * 1_000_000) == {"(" * 1_000_000}  # with a pattern that looks for its end anew: hours
