"""What a body may hold before anything is read from it, and that each mistake is named by its place."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from api.bodies import DEEPEST, FIRST_YEAR, LARGEST, LAST_YEAR, in_known_years, require_known_years, require_plain


class Visit(BaseModel):
    on: date
    earlier: tuple["Visit", ...] = ()


def places(refused: pytest.ExceptionInfo[ValidationError]) -> list[tuple[str | int, ...]]:
    return [one["loc"] for one in refused.value.errors()]


def nested(depth: int) -> Any:
    return {"in": nested(depth - 1)} if depth else 1


def test_an_ordinary_body_passes() -> None:
    require_plain(
        {"dose_mg": "100", "answers": [0, 1, None], "note": "Slept\nwell", "largest": LARGEST, "is_full": True}
    )
    require_plain(nested(DEEPEST))


@pytest.mark.parametrize(
    ("unfit", "says"),
    [
        (LARGEST + 1, "too large"),
        (float("nan"), "Write a number"),
        (float("inf"), "Write a number"),
        ("a\x00b", "cannot be printed"),
        ("half \ud83d", "cannot be printed"),
    ],
)
def test_what_fits_nowhere_is_refused_with_its_place(unfit: Any, says: str) -> None:
    with pytest.raises(ValidationError, match=says) as refused:
        require_plain({"fine": 1, "list": [0, {"here": unfit}]})
    assert places(refused) == [("list", 1, "here")]


def test_a_body_that_is_too_deep_is_refused_before_it_is_walked_to_its_end() -> None:
    with pytest.raises(ValidationError, match="too deeply") as refused:
        require_plain(nested(DEEPEST + 1))
    assert [len(place) for place in places(refused)] == [DEEPEST]


def test_a_name_that_cannot_be_printed_is_no_field() -> None:
    with pytest.raises(ValidationError, match="no such field"):
        require_plain({"no\x07te": "x"})


def test_every_mistake_of_a_body_is_named_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        require_plain({"a": "\x00", "b": [float("nan")], "c": "fine"})
    assert places(refused) == [("a",), ("b", 0)]


@pytest.mark.parametrize("year", [FIRST_YEAR - 1, LAST_YEAR + 1])
def test_a_year_that_nobody_can_mean_is_refused_however_deep_it_stands(year: int) -> None:
    known = Visit(on=date(2026, 3, 12))
    require_known_years(known)
    with pytest.raises(ValidationError) as refused:
        require_known_years(Visit(on=date(2026, 3, 12), earlier=(known, Visit(on=date(year, 1, 1)))))
    assert places(refused) == [("earlier", 1, "on")]
    with pytest.raises(ValueError, match=str(FIRST_YEAR)):
        in_known_years(datetime(year, 1, 1, tzinfo=UTC))


def test_the_first_and_the_last_year_are_known() -> None:
    for year in (FIRST_YEAR, LAST_YEAR):
        assert in_known_years(datetime(year, 6, 1, tzinfo=UTC)).year == year
