"""What a version changes, in words."""

from copy import deepcopy
from typing import Any

from domain.protocol.difference import by_section, difference
from domain.protocol.shipped import CURRENT, document
from domain.protocol.words import SECTIONS

WAS = document(*CURRENT)


def changed() -> dict[str, Any]:
    return deepcopy(WAS) | {"protocol_version": "3"}


def says(now: dict[str, Any]) -> list[str]:
    return [one.says for one in difference(WAS, now)]


def test_two_versions_of_the_same_content_differ_in_nothing() -> None:
    assert says(changed()) == []


def test_a_number_is_told_with_its_unit() -> None:
    now = changed()
    now["numbers"]["vitals_valid_minutes"]["value"] = 20
    now["numbers"]["usual_days"].update(source="SPR", mark="K")
    assert says(now) == [
        "Vitals valid: 30 → 20 min",
        "Usual days between doses, source: JC-FREQ → SPR",
        "Usual days between doses, mark: S → K",
    ]


def test_numbers_come_and_go() -> None:
    now = changed()
    del now["numbers"]["usual_days"]
    now["numbers"]["pause_weeks"] = {"value": 3, "unit": "weeks"}
    assert says(now) == ["Pause weeks: new, 3 weeks", "Usual days between doses: no longer set, was 14 days"]


def test_entries_are_told_by_what_they_are_called() -> None:
    now = changed()
    now["rules"] = [rule for rule in now["rules"] if rule["rule"] != "28"]
    now["rules"][0]["gate_class"] = "override"
    now["contraindications"].append({"code": "gallstones", "name": "gallstones", "is_absolute": False})
    now["plan_seed"]["usual_days"] = 21
    now["plan_seed"]["vital_limits"]["systolic_limit_mmhg"] = 150
    now["self_guided_allowed"] = True
    found = says(now)
    assert "Rule 1 (Consent), gate class: absolute → override" in found
    assert "Taken out: rule 28 (Not improving)" in found
    assert "New: gallstones" in found
    assert "Usual days between doses: 14 → 21" in found
    assert "Self-guided sessions: no → yes" in found
    assert "Vital limits, systolic limit mmhg: 160 → 150" in found


def test_changes_stand_under_the_plain_name_of_their_part() -> None:
    now = changed()
    now["plan_seed"]["usual_days"] = 21
    now["measures"] = [one for one in now["measures"] if one["instrument"] != "ebi"]
    now["self_guided_allowed"] = True
    sections = {one.heading: one.entries for one in by_section(difference(WAS, now))}
    assert sections == {
        "The document": (("Self-guided sessions", ("no → yes",)),),
        "Questionnaires by occasion": (("Taken out", ("EBI at dose",)),),
        "What a new plan starts from": (("Usual days between doses", ("14 → 21",)),),
    }


def test_changes_of_one_thing_stand_under_its_name_apart_from_what_it_rests_on() -> None:
    now = changed()
    now["rules"][0].update(gate_class="override", source="SPR", mark="K", name="Consents")
    (section,) = by_section(difference(WAS, now))
    assert section.heading == "Rules"
    assert section.entries == (("Rule 1 (Consents)", ("name: Consent → Consents", "gate class: absolute → override")),)
    assert [one.of for one in section.foundations] == ["Rule 1 (Consents)"]
    assert section.changed_count == 2
    assert section.founded_count == 2


def test_one_questionnaire_at_two_occasions_is_told_apart() -> None:
    now = changed()
    mid_course = next(one for one in now["measures"] if one["occasion"] == "mid_course")
    mid_course["within_days"] = 5
    assert says(now) == ["WAI-SR at mid course, after 4 doses, within days: 7 → 5"]


def test_every_part_of_a_protocol_has_a_heading() -> None:
    parts = {name for name, value in WAS.items() if isinstance(value, dict | list)}
    assert parts <= SECTIONS.keys()


def test_a_whole_list_may_be_new() -> None:
    monitored = document("spravato-style", "1")
    found = [one.says for one in difference(WAS, monitored) if one.part == "requirements"]
    assert "New: vitals 40" in found
    assert len(found) == len(monitored["requirements"])
