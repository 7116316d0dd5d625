"""The description of the JSON routes, as programs and the page of the API read it."""

from collections.abc import Iterator
from typing import Any

from tests.api.clinic import Clinic


def test_the_description_names_nothing_that_it_does_not_hold(clinic: Clinic) -> None:
    whole = clinic.therapist.get("/openapi.json").json()
    held = {f"#/components/schemas/{name}" for name in whole["components"]["schemas"]}
    assert set(named(whole)) - held == set()


def test_each_body_is_described_with_the_choices_of_its_own_order(clinic: Clinic) -> None:
    paths = clinic.therapist.get("/openapi.json").json()["paths"]
    assert choices(paths["/api/episodes/{episode_id}/record-dose"], "part") == ["first", "second", "booster"]
    sent = choices(paths["/api/episodes/{episode_id}/send-check-in-link"], "channel")
    called = choices(paths["/api/episodes/{episode_id}/attempt-contact"], "channel")
    assert "by_hand" in sent
    assert "phone" in called


def named(part: Any) -> Iterator[str]:
    """Every reference anywhere in the description."""
    if isinstance(part, dict) and isinstance(part.get("$ref"), str):
        yield part["$ref"]
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from named(one)


def choices(path: dict[str, Any], field: str) -> list[str]:
    schema = path["post"]["requestBody"]["content"]["application/json"]["schema"]
    found: list[str] = schema["properties"][field]["enum"]
    return found
