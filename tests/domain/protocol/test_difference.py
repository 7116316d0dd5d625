"""What a version changes, in words."""

from copy import deepcopy
from typing import Any

from domain.protocol.difference import difference
from domain.protocol.shipped import CURRENT, document

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
        "Usual, source: JC-FREQ → SPR",
        "Usual, mark: S → K",
    ]


def test_numbers_come_and_go() -> None:
    now = changed()
    del now["numbers"]["usual_days"]
    now["numbers"]["pause_weeks"] = {"value": 3, "unit": "weeks"}
    assert says(now) == ["Pause weeks: new, 3 weeks", "Usual: no longer set, was 14 days"]


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
    assert "A new plan, usual days: 14 → 21" in found
    assert "Self guided allowed: no → yes" in found
    assert "A new plan, vital limits, systolic limit mmhg: 160 → 150" in found


def test_a_whole_list_may_be_new() -> None:
    monitored = document("spravato-style", "1")
    found = [one.says for one in difference(WAS, monitored) if one.part == "requirements"]
    assert "New: vitals 40" in found
    assert len(found) == len(monitored["requirements"])
