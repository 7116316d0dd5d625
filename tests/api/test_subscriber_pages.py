"""The pages about subscribers: registered, granted and keyed on the clinic's side; seen by its owner on the other."""

import re
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from domain.subscriber.pause_subscriber import PauseSubscriber, pause_subscriber
from domain.subscriber.subscriber import KeyScope, Way
from store.departures import note_departure
from store.subscribers import KEY_PREFIX, Subscriber, subscriber_of_key, subscribers_of
from tests.api.clinic import Browser, Clinic
from tests.api.course import referred
from tests.api.subscribed import ClinicsSubscriber, keys_are_good_today
from workers.kafka.names import TopicNames

REGISTRATION = {"title": "Lakeside Registry", "purpose": "research", "way": "feed"}
GRANT = {"purpose": "research", "is_full": "false", "with_history": "true", "stored_names": "PatientReferred"}
KEY = {"scopes": ["events", "account"], "expires_at.day": "2027-01-31", "expires_at.time": "12:00"}


@pytest.fixture
def lakeside(clinic: Clinic) -> ClinicsSubscriber:
    return ClinicsSubscriber(clinic)


def the_one(clinic: Clinic) -> Subscriber:
    (found,) = subscribers_of(clinic.datastore, clinic.network_id)
    return found


def post(browser: Browser, path: str, data: dict[str, Any], key: str = "") -> httpx.Response:
    return browser.post(path, {**data, "_key": key or uuid4().hex})


def fetch(clinic: Clinic, key: str) -> httpx.Response:
    """A page of the feed under a key."""
    keys_are_good_today(clinic)
    http = TestClient(clinic.app)
    answer: httpx.Response = http.get("/events", headers={"authorization": f"Bearer {key}"})
    return answer


def test_from_registration_to_the_first_page_of_events(clinic: Clinic) -> None:
    referred(clinic)
    registered = post(clinic.coordinator, "/subscribers/register", REGISTRATION)
    assert registered.status_code == 303
    here = registered.headers["location"]
    assert "Nothing may be disclosed" in clinic.coordinator.get(here).text
    assert post(clinic.compliance, f"{here}/grant-disclosure", GRANT).status_code == 303
    shown = post(clinic.coordinator, f"{here}/issue-key", KEY)
    (key,) = re.findall(rf"{KEY_PREFIX}[\w-]+", shown.text)
    assert fetch(clinic, key).json()["events"][0]["type"] == "throughline.episode.PatientReferred.v1"
    page = clinic.compliance.get(here).text
    assert key not in page
    assert "PatientReferred" in page
    assert "has been sent everything" in page


def test_the_same_registration_sent_twice_is_one(clinic: Clinic) -> None:
    first, second = (post(clinic.coordinator, "/subscribers/register", REGISTRATION, "same-key") for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert the_one(clinic).title == "Lakeside Registry"


def test_a_key_is_shown_once(clinic: Clinic, lakeside: ClinicsSubscriber) -> None:
    here = f"/subscribers/{lakeside.subscriber_id}"
    first, second = (post(clinic.coordinator, f"{here}/issue-key", KEY, "same-key") for _ in range(2))
    assert KEY_PREFIX in first.text
    assert KEY_PREFIX not in second.text
    assert "shown before" in second.text


def test_only_compliance_grants_and_withdraws(clinic: Clinic, lakeside: ClinicsSubscriber) -> None:
    here = f"/subscribers/{lakeside.subscriber_id}"
    assert "Grant what may be disclosed" not in clinic.coordinator.get(here).text
    assert post(clinic.coordinator, f"{here}/grant-disclosure", GRANT).status_code == 404
    assert the_one(clinic).grant is None
    post(clinic.compliance, f"{here}/grant-disclosure", GRANT)
    assert post(clinic.coordinator, f"{here}/withdraw-grant", {}).status_code == 404
    assert the_one(clinic).grant is not None
    assert post(clinic.compliance, f"{here}/withdraw-grant", {}).status_code == 303
    assert the_one(clinic).grant is None


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"stored_names": "PatientReferred, PsychotherapyNoteWritten"}, "leave the house under no grant"),
        ({"stored_names": "PlanIsued"}, "There is no type of event PlanIsued"),
        ({"until_at.day": "2026-03-01", "until_at.time": "09:00"}, "end before it begins"),
        ({"until_at.day": "2026-03-01"}, "Write the time as well"),
        ({"purpose": ""}, "Purpose is missing"),
        ({"purpose": "curiosity"}, "Choose one of"),
    ],
)
def test_a_grant_that_cannot_be_meant_comes_back_with_what_was_typed(
    clinic: Clinic, lakeside: ClinicsSubscriber, changed: dict[str, str], says: str
) -> None:
    path = f"/subscribers/{lakeside.subscriber_id}/grant-disclosure"
    answer = post(clinic.compliance, path, GRANT | changed)
    assert answer.status_code in (409, 422)
    assert says in answer.text
    assert "PatientReferred" in answer.text or "PlanIsued" in answer.text
    assert the_one(clinic).grant is None


def test_buttons_revoke_pause_resume_and_end(clinic: Clinic, lakeside: ClinicsSubscriber) -> None:
    here = f"/subscribers/{lakeside.subscriber_id}"
    assert post(clinic.coordinator, f"{here}/pause-subscriber", {}).status_code == 303
    assert the_one(clinic).is_paused
    assert "Resume" in clinic.coordinator.get(here).text
    post(clinic.coordinator, f"{here}/resume-subscriber", {})
    assert not the_one(clinic).is_paused
    post(clinic.coordinator, f"{here}/revoke-key", {"key_id": str(lakeside.key_id)})
    assert subscriber_of_key(clinic.datastore, lakeside.key) is None
    assert post(clinic.coordinator, f"{here}/revoke-key", {"key_id": "nonsense"}).status_code == 422
    assert post(clinic.coordinator, f"{here}/end-subscriber", {}).headers["location"] == "/subscribers"
    assert clinic.coordinator.get(here).status_code == 404
    assert subscribers_of(clinic.datastore, clinic.network_id) == []


def test_clinicians_see_no_subscribers(clinic: Clinic, lakeside: ClinicsSubscriber) -> None:
    here = f"/subscribers/{lakeside.subscriber_id}"
    for browser in (clinic.therapist, clinic.prescriber):
        for path in ("/subscribers", here, "/disclosures"):
            assert browser.get(path).status_code == 404
        assert post(browser, f"{here}/pause-subscriber", {}).status_code == 404
    assert clinic.coordinator.get("/disclosures").status_code == 404
    assert not the_one(clinic).is_paused


def test_compliance_finds_what_was_disclosed_about_an_episode(clinic: Clinic, lakeside: ClinicsSubscriber) -> None:
    course, other = referred(clinic), uuid4()
    lakeside.grant(with_history=True, is_full=True)
    fetch(clinic, lakeside.key)
    whole = clinic.compliance.get("/disclosures").text
    assert "Lakeside Registry" in whole
    assert "in full" in whole
    assert "Lakeside" in clinic.compliance.get("/disclosures", params={"stream": str(course.episode_id)}).text
    for nothing in (
        {"stream": str(other)},
        {"purpose": "payment"},
        {"until": "2020-01-01"},
        {"subscriber": str(other)},
    ):
        assert "Lakeside" not in clinic.compliance.get("/disclosures", params=nothing).text, nothing
    for odd in ({"stream": "x"}, {"since": "yesterday"}, {"until": "9999-12-31"}, {"subscriber": "x"}):
        answer = clinic.compliance.get("/disclosures", params=odd)
        assert answer.status_code == 200
        assert "Lakeside" in answer.text


def test_an_account_for_a_patient_holds_what_was_disclosed_of_their_episodes(
    clinic: Clinic, lakeside: ClinicsSubscriber
) -> None:
    """Who asks for it knows the patient, and the batch was of the episode's stream alone (45 CFR 164.528)."""
    course = referred(clinic)
    lakeside.grant(stored_names=("PatientReferred",), with_history=True)
    fetch(clinic, lakeside.key)
    (noted,) = lakeside.disclosed()
    assert noted.stream_ids == [course.episode_id]
    asked = {"stream": str(course.state.patient_id)}
    assert "Lakeside" in clinic.compliance.get("/disclosures", params=asked).text
    asked = {"stream": str(referred(clinic, "Ben Whitfield").state.patient_id)}
    assert "Lakeside" not in clinic.compliance.get("/disclosures", params=asked).text


def test_a_batch_that_did_not_arrive_says_so(clinic: Clinic, lakeside: ClinicsSubscriber) -> None:
    lakeside.grant()
    item = {"position": 7, "type": "throughline.episode.PlanIssued.v1", "subject": f"episode/{uuid4()}"}
    with clinic.datastore.in_network(clinic.network_id, read_only=False) as connection:
        for _ in range(3):
            note_departure(connection, subscriber=the_one(clinic), way=Way.KAFKA, items=[item])
    page = clinic.compliance.get("/disclosures").text
    assert page.count("not known to have arrived whole") == 1


def test_an_integrator_sees_its_own_and_nobody_elses(clinic: Clinic, lakeside: ClinicsSubscriber) -> None:
    referred(clinic)
    hillside = ClinicsSubscriber(clinic, "Hillside Analytics")
    for one in (lakeside, hillside):
        one.grant(stored_names=("PatientReferred",), with_history=True)
        fetch(clinic, one.key)
    browser = TestClient(clinic.app, follow_redirects=False)
    assert "Key" in browser.get("/integrator").text
    signed_in = browser.post("/integrator/sign-in", data={"key": lakeside.key})
    assert signed_in.status_code == 303
    cookie = signed_in.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/integrator" in cookie
    own = browser.get("/integrator").text
    assert "Lakeside Registry" in own
    assert "1 event, ids only" in own
    assert "Hillside" not in own
    assert lakeside.key not in own
    lakeside.revoke()
    assert "opens this page no longer" in browser.get("/integrator").text


def test_a_kafka_subscriber_is_told_its_topic(clinic: Clinic) -> None:
    valley = ClinicsSubscriber(clinic, "Valley Laboratory", Way.KAFKA)
    here = f"/subscribers/{valley.subscriber_id}"
    assert "Kafka is off" in clinic.compliance.get(here).text
    switched_on = replace(clinic.edge, topic_of=TopicNames("north").of_subscriber)
    integrator = TestClient(create_app(switched_on))
    integrator.post("/integrator/sign-in", data={"key": valley.key})
    assert f"north.subscriber.{valley.subscriber_id}.v1" in integrator.get("/integrator").text


def test_the_pages_for_integrators_lead_to_each_other(clinic: Clinic) -> None:
    assert 'href="/integrate"' in clinic.compliance.get("/subscribers").text
    guest = TestClient(clinic.app)
    assert 'href="/integrate"' in guest.get("/integrator").text
    assert 'href="/integrator"' in guest.get("/integrate").text


def test_an_integrator_signs_out(clinic: Clinic, lakeside: ClinicsSubscriber) -> None:
    browser = TestClient(clinic.app, follow_redirects=False)
    browser.post("/integrator/sign-in", data={"key": lakeside.key})
    lakeside.decide(pause_subscriber, PauseSubscriber())
    assert "paused" in browser.get("/integrator").text or "no grant" in browser.get("/integrator").text
    browser.post("/integrator/sign-out")
    assert "Lakeside" not in browser.get("/integrator").text


def test_a_key_for_the_feed_alone_opens_no_page(clinic: Clinic, lakeside: ClinicsSubscriber) -> None:
    _, key = lakeside.another_key(KeyScope.EVENTS)
    browser = TestClient(clinic.app, follow_redirects=False)
    for wrong in (key, "nonsense", "", "x" * 500):
        answer = browser.post("/integrator/sign-in", data={"key": wrong})
        assert answer.status_code == 422
        assert "set-cookie" not in answer.headers
        assert not wrong or wrong not in answer.text
