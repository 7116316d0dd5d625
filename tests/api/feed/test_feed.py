"""The feed of a subscriber over HTTP: under its grant only, written down first, and waited for."""

import threading
from typing import Any
from uuid import uuid4

import httpx

from domain.subscriber.pause_subscriber import PauseSubscriber, pause_subscriber
from domain.subscriber.subscriber import KeyScope
from tests.api.clinic import Clinic
from tests.api.course import referred
from tests.api.subscribed import ClinicsSubscriber
from tests.waiting import PATIENCE_SECONDS, eventually


def test_nothing_leaves_without_a_grant(lakeside: ClinicsSubscriber, http: httpx.Client) -> None:
    answer = lakeside.get(http)
    assert answer.status_code == 403
    assert "compliance" in answer.json()["detail"]
    assert lakeside.disclosed() == []


def test_a_key_opens_the_view_of_its_grant_and_leaves_a_row(
    clinic: Clinic, lakeside: ClinicsSubscriber, http: httpx.Client
) -> None:
    course = referred(clinic)
    lakeside.grant(stored_names=("PatientReferred", "PatientRegistered"), with_history=True)
    answer = lakeside.get(http).json()
    assert [one["type"].split(".")[2] for one in answer["events"]] == ["PatientRegistered", "PatientReferred"]
    assert [one.get("previous") for one in answer["events"]] == [None, answer["events"][0]["position"]]
    (noted,) = lakeside.disclosed()
    assert noted.event_count == 2
    assert course.episode_id in noted.stream_ids
    assert lakeside.get(http, after=answer["cursor"]).json()["events"] == []
    assert len(lakeside.disclosed()) == 1, "what is empty discloses nothing"


def test_a_key_that_opens_nothing_is_refused(clinic: Clinic, lakeside: ClinicsSubscriber, http: httpx.Client) -> None:
    lakeside.grant()
    _, account = lakeside.another_key(KeyScope.ACCOUNT)
    for given in ("Bearer nonsense", "Bearer", "Basic eDp5", f"Bearer {account}", "Bearer \xff"):
        answer = http.get("/events", headers=[(b"authorization", given.encode("latin-1"))])
        assert answer.status_code == 401, given
        assert answer.headers["www-authenticate"] == "Bearer"
    lakeside.revoke()
    assert lakeside.get(http).status_code == 401
    assert http.get("/events").status_code == 401


def test_a_cookie_does_not_help_a_wrong_key(clinic: Clinic) -> None:
    assert clinic.compliance.get("/events", headers={"authorization": "Bearer nonsense"}).status_code == 401


def test_a_paused_subscriber_gets_nothing(lakeside: ClinicsSubscriber, http: httpx.Client) -> None:
    lakeside.grant()
    lakeside.decide(pause_subscriber, PauseSubscriber())
    assert lakeside.get(http).status_code == 403


def test_asking_for_less_never_gives_more(clinic: Clinic, lakeside: ClinicsSubscriber, http: httpx.Client) -> None:
    first, second = referred(clinic), referred(clinic, "Ben Whitfield")
    lakeside.grant(stored_names=("PatientReferred", "CareTeamMemberAssigned"), with_history=True)
    of_type = lakeside.get(http, type=["PatientReferred", "PatientRegistered"]).json()["events"]
    assert [one["subject"] for one in of_type] == [f"episode/{one.episode_id}" for one in (first, second)]
    assert of_type[1]["previous"] == of_type[0]["position"]
    of_episode = lakeside.get(http, episode=str(second.episode_id)).json()["events"]
    assert {one["subject"] for one in of_episode} == {f"episode/{second.episode_id}"}
    assert "previous" not in of_episode[0]
    assert lakeside.get(http, episode=str(second.episode_id), after=_cursor(of_episode[-1])).json()["events"] == []
    for person in (clinic.compliance, clinic.coordinator):
        assert [one["id"] for one in person.get("/events", params={"type": "PatientReferred"}).json()["events"]] == [
            one["id"] for one in of_type
        ]


def test_a_hole_in_the_view_shows_in_previous(clinic: Clinic, lakeside: ClinicsSubscriber, http: httpx.Client) -> None:
    for name in ("Ana Whitfield", "Ben Whitfield", "Cai Whitfield"):
        referred(clinic, name)
    lakeside.grant(stored_names=("PatientReferred",), with_history=True)
    found = lakeside.get(http).json()["events"]
    assert found[2]["previous"] != found[0]["position"], "whoever lost the second notices at the third"
    again = lakeside.get(http, after=_cursor(found[0])).json()["events"]
    assert again == found[1:]


def test_a_restored_log_is_another_log(lakeside: ClinicsSubscriber, http: httpx.Client) -> None:
    lakeside.grant()
    cursor = f"{uuid4()}:5"
    assert lakeside.get(http, after=cursor).status_code == 410
    assert http.get("/events/stream", headers={**lakeside.headers, "last-event-id": cursor}).status_code == 410
    assert http.get("/events/stream", headers={**lakeside.headers, "last-event-id": "x"}).status_code == 400


def test_a_cursor_beyond_the_end_is_refused(clinic: Clinic, lakeside: ClinicsSubscriber, http: httpx.Client) -> None:
    lakeside.grant(stored_names=("PatientReferred",))
    log_id, _, end = lakeside.get(http).json()["cursor"].partition(":")
    ahead = f"{log_id}:{int(end) + 1}"
    assert lakeside.get(http, after=ahead).status_code == 410
    assert lakeside.get(http, after=ahead, wait=20).status_code == 410
    assert http.get("/events/stream", headers={**lakeside.headers, "last-event-id": ahead}).status_code == 410
    assert lakeside.disclosed() == []


def test_a_long_poll_is_answered_by_what_comes(clinic: Clinic, lakeside: ClinicsSubscriber, http: httpx.Client) -> None:
    lakeside.grant(stored_names=("PatientReferred",))
    cursor = lakeside.get(http).json()["cursor"]
    answers: list[httpx.Response] = []
    asking = threading.Thread(target=lambda: answers.append(lakeside.get(http, after=cursor, wait=20)), daemon=True)
    asking.start()
    eventually(lambda: clinic.edge.tails._tails)
    course = referred(clinic)
    asking.join(PATIENCE_SECONDS)
    (found,) = answers[0].json()["events"]
    assert found["subject"] == f"episode/{course.episode_id}"


def test_a_long_poll_that_nothing_comes_to_hands_back_the_cursor(
    lakeside: ClinicsSubscriber, http: httpx.Client
) -> None:
    lakeside.grant()
    cursor = lakeside.get(http).json()["cursor"]
    assert lakeside.get(http, after=cursor, wait=1).json() == {"events": [], "cursor": cursor}


def _cursor(item: dict[str, Any]) -> str:
    return f"{item['logid']}:{item['position']}"
