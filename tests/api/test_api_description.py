"""The description of the JSON routes, as programs and the page of the API read it."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from api.contract.answers import ANSWERS
from tests.api.clinic import Clinic
from tests.api.course import ready_to_dose
from tests.api.subscribed import ClinicsSubscriber

PARTS = ("timeline", "documents", "outcomes", "replay")


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


def test_every_answer_says_what_it_holds(clinic: Clinic) -> None:
    paths = clinic.therapist.get("/openapi.json").json()["paths"]
    empty = [
        f"{method.upper()} {path} {status} {media}"
        for path, methods in paths.items()
        for method, operation in methods.items()
        for status, answer in operation["responses"].items()
        if status.startswith("2")
        for media, content in (answer.get("content") or {"": {}}).items()
        if not content.get("schema") and status != "204"
    ]
    assert not empty, "\n".join(empty)


def test_answers_hold_what_is_said_of_them(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    course.book()
    here = f"/api/episodes/{course.episode_id}"
    asked = [
        (clinic.therapist, "/api/caseload", "/api/caseload"),
        (clinic.prescriber, "/api/worklist", "/api/worklist"),
        (clinic.coordinator, "/api/coordination", "/api/coordination"),
        (clinic.coordinator, "/api/late-entries", "/api/late-entries"),
        (clinic.therapist, "/api/episodes/{episode_id}", here),
        (clinic.coordinator, "/api/episodes/{episode_id}", here),
        *((clinic.therapist, f"/api/episodes/{{episode_id}}/{part}", f"{here}/{part}") for part in PARTS),
        (clinic.prescriber, "/api/protocols", "/api/protocols"),
        (clinic.prescriber, "/api/protocols/{protocol_id}/{version}", "/api/protocols/kap-core/2"),
        (clinic.compliance, "/api/subscribers", "/api/subscribers"),
        (clinic.therapist, "/ready", "/ready"),
    ]
    paths = clinic.therapist.get("/openapi.json").json()["paths"]
    for browser, path, address in asked:
        answer = browser.get(address)
        assert answer.status_code in (200, 503), (address, answer.text)
        schema = paths[path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator(schema).validate(answer.json())


def test_what_is_described_is_there(clinic: Clinic) -> None:
    paths = clinic.therapist.get("/openapi.json").json()["paths"]
    there = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert ANSWERS.keys() - there == set()
