"""Subscribers through JSON: every decision has its route, and says once what is shown once."""

from typing import Any
from uuid import uuid4

import httpx
from fastapi.testclient import TestClient

from domain.subscriber import DECISIONS
from store.subscribers import KEY_PREFIX
from tests.api.clinic import Browser, Clinic
from tests.api.course import referred
from tests.api.subscribed import keys_are_good_today

HERE = "/api/subscribers"


def send(browser: Browser, path: str, key: str = "", **body: object) -> httpx.Response:
    return browser.post(f"{HERE}/{path}", json=body, headers={"idempotency-key": key or uuid4().hex})


def registered(clinic: Clinic, key: str = "") -> str:
    answer = send(clinic.coordinator, "register-subscriber", key, title="Lakeside", purpose="research", way="feed")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["subscriber_id"])


def feed(clinic: Clinic, key: str) -> httpx.Response:
    keys_are_good_today(clinic)
    answer: httpx.Response = TestClient(clinic.app).get("/events", headers={"authorization": f"Bearer {key}"})
    return answer


def test_from_registration_to_the_end(clinic: Clinic) -> None:
    referred(clinic)
    lakeside = registered(clinic)
    grant: dict[str, Any] = {"stored_names": ["PatientReferred"], "with_history": True}
    assert send(clinic.compliance, f"{lakeside}/grant-disclosure", **grant).json()["events"] == ["DisclosureGranted"]
    issued = send(clinic.coordinator, f"{lakeside}/issue-key").json()
    assert len(feed(clinic, issued["key"]).json()["events"]) == 1
    shown = clinic.compliance.get(f"{HERE}/{lakeside}").json()
    assert (shown["title"], shown["grant"]["stored_names"], shown["is_paused"]) == (
        "Lakeside",
        ["PatientReferred"],
        False,
    )
    assert [key["key_id"] for key in shown["keys"]] == [issued["key_id"]]
    statuses = []
    for decision in ("pause-subscriber", "resume-subscriber", "withdraw-grant"):
        assert len(send(clinic.compliance, f"{lakeside}/{decision}").json()["events"]) == 1
        statuses.append(feed(clinic, issued["key"]).status_code)
    assert statuses == [403, 200, 403]
    revoked = send(clinic.coordinator, f"{lakeside}/revoke-key", key_id=issued["key_id"])
    assert (revoked.json()["events"], feed(clinic, issued["key"]).status_code) == (["KeyRevoked"], 401)
    key = uuid4().hex
    ended = [send(clinic.coordinator, f"{lakeside}/end-subscriber", key).json() for _ in range(2)]
    assert [one["events"] for one in ended] == [["SubscriberEnded"]] * 2
    assert [one["repeated"] for one in ended] == [False, True]
    assert clinic.compliance.get(HERE).json() == {"subscribers": []}
    assert send(clinic.compliance, f"{lakeside}/pause-subscriber").status_code == 409
    assert len(DECISIONS) == 8, "one that is new wants its line here"


def test_a_key_is_shown_to_the_request_that_issued_it_and_never_again(clinic: Clinic) -> None:
    lakeside, key = registered(clinic), uuid4().hex
    first, again = (send(clinic.coordinator, f"{lakeside}/issue-key", key).json() for _ in range(2))
    assert first["key"].startswith(KEY_PREFIX)
    assert (again["key_id"], again["key"]) == (first["key_id"], None)
    other = send(clinic.coordinator, f"{lakeside}/issue-key", key_id=first["key_id"]).json()
    assert other["key_id"] != first["key_id"], "ids follow from the command, whatever a caller says"
    assert KEY_PREFIX not in clinic.compliance.get(f"{HERE}/{lakeside}").text


def test_the_same_registration_sent_twice_is_one(clinic: Clinic) -> None:
    key = uuid4().hex
    assert registered(clinic, key) == registered(clinic, key)
    assert len(clinic.compliance.get(HERE).json()["subscribers"]) == 1


def test_who_may_not_find_nothing_and_coordination_grants_nothing(clinic: Clinic) -> None:
    lakeside = registered(clinic)
    for browser in (clinic.therapist, clinic.prescriber):
        assert browser.get(HERE).status_code == 404
        assert send(browser, f"{lakeside}/pause-subscriber").status_code == 404
    assert send(clinic.coordinator, f"{lakeside}/grant-disclosure").status_code == 403
    assert send(clinic.compliance, f"{uuid4()}/pause-subscriber").status_code == 404
    assert send(clinic.compliance, f"{lakeside}/grant-disclosure", stored_names=["Nonsense"]).status_code == 409
    assert send(clinic.compliance, f"{lakeside}/pause-subscriber", nonsense=1).status_code == 422
