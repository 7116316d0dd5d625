"""What a published schema may become: one with optional fields more. Everything else would break a consumer."""

from typing import Any

import pytest

from api.contract.additions import breaks

Schema = dict[str, Any]

BEFORE: Schema = {
    "type": "object",
    "properties": {
        "dose_mg": {"type": "string"},
        "part": {"type": "string", "enum": ["first", "second"]},
        "tablets": {"type": "array", "items": {"type": "object", "properties": {"count": {"type": "string"}}}},
        "lot": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "required": ["dose_mg"],
}


def changed(**fields: Any) -> Schema:
    """BEFORE with some of its fields changed; None takes one away."""
    properties = {name: of for name, of in (BEFORE["properties"] | fields).items() if of is not None}
    return {**BEFORE, "properties": properties}


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (changed(dose_mg=None), "data.dose_mg is gone"),
        (changed(dose_mg={"type": "number"}), "data.dose_mg: type was string, is number"),
        (changed(dose_mg={"type": "string", "format": "decimal"}), "data.dose_mg: format was None, is decimal"),
        ({**BEFORE, "required": ["dose_mg", "part"]}, "data.part was optional, and is not any more"),
        ({**BEFORE, "required": []}, "data.dose_mg was always there, and is not any more"),
        (
            changed(part={"type": "string", "enum": ["first", "second", "booster"]}),
            "data.part: the value booster is new",
        ),
        (changed(part={"type": "string", "enum": ["first"]}), "data.part: the value second is gone"),
        (changed(part={"type": "string"}), "data.part: was a closed set, and is not any more"),
        (changed(lot={"anyOf": [{"type": "string"}]}), "data.lot: had 2 possible shapes, has 1"),
        (changed(lot={"anyOf": [{"type": "integer"}, {"type": "null"}]}), "data.lot: type was string, is integer"),
        (
            changed(tablets={"type": "array", "items": {"type": "object", "properties": {}}}),
            "data.tablets[].count is gone",
        ),
        (
            {**changed(session_id={"type": "string"}), "required": ["dose_mg", "session_id"]},
            "data.session_id is new and not optional",
        ),
    ],
)
def test_anything_but_an_optional_field_more_breaks_a_consumer(after: Schema, says: str) -> None:
    assert says in list(breaks(BEFORE, after))


def test_an_optional_field_more_and_better_words_break_nobody() -> None:
    more = changed(site={"type": "string", "description": "where"}, dose_mg={"type": "string", "description": "mg"})
    assert list(breaks(BEFORE, more)) == []
