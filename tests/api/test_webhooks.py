"""Webhooks through JSON: who may, the secret shown once, every attempt, and what may be asked for."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from domain.subscriber.subscriber import KeyScope
from tests.api.clinic import Clinic
from tests.api.subscribed import ClinicsSubscriber
from tests.api.webhooked import ClinicsWebhook, webhooked
from tests.postgres import Database
from tests.workers.webhook.receiver import Receiver, Reply, receiver
from workers.webhook.schedule import MOST_TRIES


@pytest.fixture
def lakeside(clinic: Clinic, database: Database) -> Iterator[ClinicsWebhook]:
    with webhooked(clinic, database) as made:
        yield made


@pytest.fixture
def there(lakeside: ClinicsWebhook) -> Iterator[Receiver]:
    with receiver(lakeside.agreeing()) as running:
        yield running


def test_it_is_set_and_confirmed_and_every_attempt_is_listed(
    clinic: Clinic, lakeside: ClinicsWebhook, there: Receiver
) -> None:
    assert clinic.compliance.get(lakeside.api).json()["state"] == "not_set"
    answer = lakeside.set(clinic.compliance, there.url)
    assert answer.json()["events"] == ["WebhookSet"]
    assert lakeside.secret.startswith("whsec_")
    assert clinic.compliance.get(lakeside.api).json()["state"] == "unconfirmed"
    lakeside.go()
    shown = clinic.coordinator.get(lakeside.api).json()
    assert (shown["state"], shown["url"]) == ("confirmed", there.url)
    listed = clinic.coordinator.get(f"{lakeside.api}/deliveries").json()["deliveries"]
    assert {one["result"] for one in listed} == {"delivered"}
    assert listed[-1]["kind"] == "challenge"
    assert all(attempt["status"] in (200, 204) for one in listed for attempt in one["attempts"])


def test_a_secret_is_shown_to_the_request_that_made_it_and_to_no_other(
    clinic: Clinic, lakeside: ClinicsWebhook, there: Receiver
) -> None:
    lakeside.set(clinic.compliance, there.url)
    key = uuid4().hex
    first = lakeside.send(clinic.compliance, "rotate-secret", key, overlap_hours=0).json()["secret"]
    assert lakeside.send(clinic.compliance, "rotate-secret", key, overlap_hours=0).json()["secret"] == first
    with lakeside.work.get_connection() as connection:
        ((known,),) = connection.execute("SELECT secret_id FROM webhook_endpoint").fetchall()
    other = lakeside.send(clinic.compliance, "rotate-secret", overlap_hours=0, secret_id=str(known)).json()["secret"]
    assert other not in (None, first, lakeside.secret)
    again = lakeside.set(clinic.compliance, there.url)
    assert again.json()["events"] == []
    assert again.json()["secret"] is None
    for page in (lakeside.api, f"{lakeside.api}/deliveries"):
        assert "whsec_" not in clinic.compliance.get(page).text


def test_every_old_secret_that_signs_is_shown_and_a_fourth_is_refused(
    clinic: Clinic, lakeside: ClinicsWebhook, there: Receiver
) -> None:
    clinic.now = datetime.now(UTC)  # until when a secret signs goes by the clock of the database, too
    lakeside.set(clinic.compliance, there.url)
    for hours in (48, 24, 36):
        lakeside.send(clinic.compliance, "rotate-secret", overlap_hours=hours)
    refused = lakeside.send(clinic.compliance, "rotate-secret", overlap_hours=24)
    assert (refused.status_code, refused.json()["mistakes"][0]["field"]) == (409, "overlap_hours")
    shown = clinic.compliance.get(lakeside.api).json()
    newest, shortest, longest = shown["old_secrets_until"]
    assert (shown["old_secret_until"], shortest < newest < longest) == (newest, True)
    page = clinic.compliance.get(lakeside.page).text
    assert page.count("Signed with the old secret, too, until") == 1
    assert page.count("With the one before that until") == 2
    lakeside.send(clinic.compliance, "rotate-secret", overlap_hours=0)
    assert clinic.compliance.get(lakeside.api).json()["old_secrets_until"] == []


def test_a_bad_address_is_refused_with_a_sentence_and_nothing_is_kept(clinic: Clinic, lakeside: ClinicsWebhook) -> None:
    for url in ("https://127.0.0.1/", "http://10.0.0.1/", "https://user@hooks.example.org/", "https://localhost/"):
        answer = lakeside.set(clinic.compliance, url)
        assert answer.status_code == 409, url
        assert answer.json()["mistakes"][0]["field"] == "url"
    assert clinic.compliance.get(lakeside.api).json()["state"] == "not_set"
    with lakeside.work.get_connection() as connection:
        assert connection.execute("SELECT count(*) FROM webhook_secret").fetchone() == (0,)


def test_only_those_who_look_after_subscribers_find_it(
    clinic: Clinic, lakeside: ClinicsWebhook, there: Receiver
) -> None:
    feed = ClinicsSubscriber(clinic, title="Feed Only")
    asked: list[tuple[str, dict[str, Any]]] = [
        ("set-webhook", {"url": there.url}),
        ("resend", {"from": 1, "to": 2}),
        ("send-test", {"type": "PlanIssued"}),
        *((what, {}) for what in ("rotate-secret", "disable-webhook", "try-now")),
    ]
    for person in (clinic.therapist, clinic.prescriber):
        assert person.get(lakeside.api).status_code == 404
        assert person.get(f"{lakeside.api}/deliveries").status_code == 404
        for what, body in asked:
            assert lakeside.send(person, what, **body).status_code == 404, what
    for address in (f"/api/subscribers/{feed.subscriber_id}/webhook", f"/api/subscribers/{uuid4()}/webhook"):
        assert clinic.compliance.get(address).status_code == 404
    assert clinic.compliance.get(lakeside.api).json()["state"] == "not_set"


def test_what_failed_is_shown_with_its_next_try_and_can_be_tried_now(
    clinic: Clinic, lakeside: ClinicsWebhook, there: Receiver
) -> None:
    there.answering = lakeside.agreeing(lambda _: Reply(429, (("retry-after", "3600"),)))
    lakeside.set(clinic.compliance, there.url)
    lakeside.go()
    listed = clinic.compliance.get(f"{lakeside.api}/deliveries").json()["deliveries"]
    tried = next(one for one in listed if one["kind"] == "event" and one["attempts"])
    assert tried["result"] == "waits"
    assert tried["attempts"][0]["status"] == 429
    assert tried["attempts"][0]["next_try_at"] == tried["next_try_at"]
    for _ in range(MOST_TRIES):
        assert lakeside.send(clinic.compliance, "try-now").json()["tried"] > 0
        lakeside.go()
    assert clinic.compliance.get(lakeside.api).json()["state"] == "confirmed", "what is asked for gives nobody up"
    there.answering = lakeside.agreeing()
    assert lakeside.send(clinic.compliance, "try-now").json()["tried"] > 0
    lakeside.go()
    listed = clinic.compliance.get(f"{lakeside.api}/deliveries").json()["deliveries"]
    assert {one["result"] for one in listed} == {"delivered"}


def test_the_list_of_subscribers_says_that_a_webhook_is_not_served(
    clinic: Clinic, lakeside: ClinicsWebhook, there: Receiver
) -> None:
    def listed() -> str:
        return clinic.coordinator.get("/subscribers").text

    assert "webhook: no address" in listed()
    lakeside.set(clinic.compliance, there.url)
    assert "webhook: not confirmed" in listed()
    lakeside.go()
    assert "served" in listed()
    there.answering = lakeside.agreeing(lambda _: Reply(410))
    lakeside.send(clinic.compliance, "send-test", type="PlanIssued")
    lakeside.go()
    assert "webhook: disabled" in listed()
    assert "served" not in listed()


def test_a_stretch_and_a_test_are_sent_when_asked_for(
    clinic: Clinic, lakeside: ClinicsWebhook, there: Receiver
) -> None:
    lakeside.set(clinic.compliance, there.url)
    lakeside.go()
    last = there.events()[-1]["position"]
    key, stretch = uuid4().hex, {"from": last, "to": last}
    for _ in range(2):
        assert lakeside.send(clinic.coordinator, "resend", key, **stretch).status_code == 202
    assert lakeside.send(clinic.coordinator, "send-test", type="PlanIssued").status_code == 202
    lakeside.go()
    assert [event["position"] for event in there.events() if event.get("position") == last] == [last, last]
    assert [event["type"] for event in there.events() if event.get("test")] == ["throughline.episode.PlanIssued.v1"]
    assert lakeside.send(clinic.coordinator, "resend", None, **{"from": 5, "to": 4}).status_code == 409
    assert lakeside.send(clinic.coordinator, "send-test", type="NoSuchThing").status_code == 409


def test_whoever_holds_a_key_sees_its_own_and_sets_nothing(
    clinic: Clinic, lakeside: ClinicsWebhook, there: Receiver
) -> None:
    lakeside.set(clinic.compliance, there.url)
    lakeside.go()
    http, own = TestClient(clinic.app, headers=lakeside.headers), "/api/subscriber/webhook"
    assert http.get(own).json()["subscriber_id"] == str(lakeside.subscriber_id)
    assert http.get(f"{own}/deliveries").json() == clinic.compliance.get(f"{lakeside.api}/deliveries").json()
    count = len(there.received)
    body, headers = {"type": "PlanIssued"}, {"idempotency-key": uuid4().hex}
    assert http.post(f"{own}/send-test", json=body, headers=headers).status_code == 202
    assert http.post(f"{own}/resend", json={"from": 1, "to": 9}, headers=headers).status_code == 202
    assert http.post(f"{own}/try-now").status_code == 200
    lakeside.go()
    assert len(there.received) > count
    for path in (lakeside.api, f"{lakeside.api}/deliveries"):
        assert http.get(path).status_code == 401  # a key is no signed-in person
    assert http.post(f"{own}/set-webhook", json={"url": there.url}, headers=headers).status_code in (404, 405)
    _, for_events = lakeside.another_key(KeyScope.EVENTS)
    bad = {"authorization": f"Bearer {for_events}"}, {"authorization": "Bearer x"}, {"authorization": "Basic x"}
    for refused in bad:
        assert TestClient(clinic.app, headers=refused).get(own).status_code == 401
    lakeside.revoke()
    assert http.get(own).status_code == 401
    assert TestClient(clinic.app).get(own).status_code == 401


def test_the_next_network_finds_nothing(clinic: Clinic, lakeside: ClinicsWebhook, there: Receiver) -> None:
    lakeside.set(clinic.compliance, there.url)
    lakeside.go()
    with clinic.datastore.in_network(uuid4()) as connection:
        for table in ("endpoint", "secret", "checkpoint", "delivery", "attempt"):
            assert connection.execute(f"SELECT count(*) FROM webhook_{table}".encode()).fetchone() == (0,)


def test_an_integrator_looks_at_its_page_with_its_key_alone(
    clinic: Clinic, lakeside: ClinicsWebhook, there: Receiver
) -> None:
    lakeside.set(clinic.compliance, there.url)
    lakeside.go()
    http, here = TestClient(clinic.app, follow_redirects=False), "/integrator/webhook"
    assert http.get(here).headers["location"] == "/integrator"
    assert http.post(f"{here}/send-test", data={"type": "PlanIssued"}).headers["location"] == "/integrator"
    http.post("/integrator/sign-in", data={"key": lakeside.key})
    assert "Webhook of Lakeside Registry" in http.get(here).text
    assert http.post(f"{here}/send-test", data={"type": "PlanIssued", "_key": "a" * 8}).status_code == 303
    refused = http.post(f"{here}/resend", data={"from": "0", "to": "x", "_key": "b" * 8})
    assert refused.status_code == 409
    assert "A position is a whole number" in refused.text
    foreign = {"origin": "https://elsewhere.example"}
    assert http.post(f"{here}/send-test", data={"type": "PlanIssued"}, headers=foreign).status_code == 403
    lakeside.go()
    assert [event["type"] for event in there.events() if event.get("test")] == ["throughline.episode.PlanIssued.v1"]
    lakeside.revoke()
    assert http.get(here).status_code == 303
