"""The description of the JSON routes, as programs and the page of the API read it."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from tests.api.clinic import Clinic
from tests.api.subscribed import ClinicsSubscriber


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


def test_a_page_of_the_feed_is_what_is_said_of_it(clinic: Clinic) -> None:
    whole = clinic.therapist.get("/openapi.json").json()
    route = whole["paths"]["/events"]["get"]
    ((scheme, _),) = route["security"][0].items()
    assert whole["components"]["securitySchemes"][scheme]["scheme"] == "bearer"
    subscriber = ClinicsSubscriber(clinic)
    subscriber.grant(with_history=True)
    page = clinic.compliance.http.get("/events", headers=subscriber.headers).json()
    said = Draft202012Validator(route["responses"]["200"]["content"]["application/json"]["schema"])
    said.validate(page)
    page["events"][-1]["position"] = "first"
    with pytest.raises(ValidationError):
        said.validate(page)


def test_every_refusal_is_said_to_be_a_problem_document(clinic: Clinic) -> None:
    whole = clinic.therapist.get("/openapi.json").json()
    refused = clinic.compliance.http.get("/events?limit=0")
    kind, problem = refused.headers["content-type"], {"$ref": "#/components/schemas/Problem"}
    operations = [operation for path in whole["paths"].values() for operation in path.values()]
    for responses in (operation["responses"] for operation in operations):
        assert "default" in responses
        refusals = [said for status, said in responses.items() if not status.startswith("2")]
        assert all(said["content"] == {kind: {"schema": problem}} for said in refusals)
    Draft202012Validator({**problem, "components": whole["components"]}).validate(refused.json())


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
