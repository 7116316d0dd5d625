"""The feed of a subscriber over HTTP: under its grant only, written down first, waited for and streamed."""

import json
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import anyio
import httpx
import psycopg
import pytest

import api.pages.feed as feed_page
from api.noting import Noting
from api.sending import Sending
from api.tails import MOST_OF_ONE
from domain.subscriber.pause_subscriber import PauseSubscriber, pause_subscriber
from domain.subscriber.subscriber import KeyScope, Way
from store.disclosures import Outgoing, disclose_to_holders
from store.feed import Cursor
from store.reader import Reader
from store.row import Row
from store.subscriber_feed import SubscriberFeed
from tests.api.clinic import Clinic
from tests.api.course import Course, referred
from tests.api.subscribed import ClinicsSubscriber
from tests.browser.served import Server
from tests.postgres import Database
from tests.security.test_headers import carries_everything
from tests.waiting import PATIENCE_SECONDS, eventually


@pytest.fixture
def http(clinic: Clinic) -> Iterator[httpx.Client]:
    """The application over HTTP, as it is served."""
    server = Server(clinic.app)
    with httpx.Client(base_url=server.address, timeout=PATIENCE_SECONDS) as client:
        yield client
    server.stop()


@pytest.fixture
def lakeside(clinic: Clinic) -> ClinicsSubscriber:
    return ClinicsSubscriber(clinic)


class Streamed:
    """An open stream, read by a thread of its own."""

    answer: httpx.Response

    def __init__(self) -> None:
        self.events: list[dict[str, str]] = []
        self.status = 0
        self.has_ended = False
        self.socket: socket.socket | None = None

    def cut(self) -> None:
        """The connection breaks."""
        if self.socket is not None:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)

    def read(self, answer: httpx.Response) -> None:
        event: dict[str, str] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if line and name:
                event[name] = value
            elif event:
                self.events.append(event)
                event = {}
        self.has_ended = True

    @property
    def items(self) -> list[dict[str, Any]]:
        return [json.loads(event["data"]) for event in self.events if event.get("event", "end") != "end"]


@contextmanager
def stream(http: httpx.Client, headers: dict[str, str], **asked: Any) -> Iterator[Streamed]:
    """A stream that is open until the block is left."""
    found, opened = Streamed(), threading.Event()
    client = httpx.Client(base_url=http.base_url, timeout=PATIENCE_SECONDS)

    def follow() -> None:
        try:
            with client.stream("GET", "/events/stream", params=asked, headers=headers) as answer:
                found.status, found.answer = answer.status_code, answer
                found.socket = answer.extensions["network_stream"].get_extra_info("socket")
                opened.set()
                found.read(answer)
        except (httpx.HTTPError, ValueError, RuntimeError):
            found.has_ended = True  # closed from our side
        finally:
            opened.set()

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        assert opened.wait(PATIENCE_SECONDS)
        yield found
    finally:
        found.cut()
        thread.join(PATIENCE_SECONDS)
        client.close()


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


def test_a_stream_goes_on_from_where_it_was_cut(
    clinic: Clinic, lakeside: ClinicsSubscriber, http: httpx.Client
) -> None:
    referred(clinic)
    lakeside.grant(stored_names=("PatientReferred", "PatientRegistered"), with_history=True)
    with stream(http, lakeside.headers) as first:
        eventually(lambda: len(first.items) == 2)
        referred(clinic, "Ben Whitfield")
        eventually(lambda: len(first.items) == 4)
    referred(clinic, "Cai Whitfield")
    with stream(http, {**lakeside.headers, "last-event-id": first.events[-1]["id"]}) as second:
        eventually(lambda: len(second.items) == 2)
    items = first.items + second.items
    assert [one.get("previous") for one in items] == [None, *(one["position"] for one in items[:-1])]
    assert items == lakeside.get(http).json()["events"]
    assert first.events[-1]["event"] == items[3]["type"]
    assert sum(noted.event_count for noted in lakeside.disclosed()) == 12, "each time that something leaves"


@pytest.mark.parametrize("end", [ClinicsSubscriber.revoke, ClinicsSubscriber.withdraw])
def test_a_stream_ends_with_the_rights_to_it(
    clinic: Clinic, lakeside: ClinicsSubscriber, http: httpx.Client, end: Callable[[ClinicsSubscriber], None]
) -> None:
    lakeside.grant()
    with stream(http, lakeside.headers) as found:
        course = referred(clinic)
        eventually(lambda: found.items)
        end(lakeside)
        eventually(lambda: found.has_ended)
        assert found.events[-1]["event"] == "end"
        before = len(found.items)
        course.assign()
        assert len(found.items) == before
    assert sum(noted.event_count for noted in lakeside.disclosed()) == before


def test_an_event_goes_down_many_streams_to_each_as_its_own_grant_has_it(
    clinic: Clinic, lakeside: ClinicsSubscriber, http: httpx.Client
) -> None:
    hillside, full = ClinicsSubscriber(clinic, "Hillside"), ClinicsSubscriber(clinic, "Brookside")
    lakeside.grant(stored_names=("PatientReferred", "PatientRegistered"))
    hillside.grant(stored_names=("PatientReferred",))
    full.grant(stored_names=("PatientReferred", "PatientRegistered"), is_full=True)
    holders = [lakeside, lakeside, hillside, full]
    with ExitStack() as opened:
        streams = [opened.enter_context(stream(http, one.headers)) for one in holders]
        referred(clinic)
        eventually(lambda: [len(one.items) for one in streams] == [2, 2, 1, 2])
        full.revoke()
        referred(clinic, "Ben Whitfield")
        eventually(lambda: [len(one.items) for one in streams[:3]] == [4, 4, 2] and streams[3].has_ended)
    assert streams[0].items == streams[1].items == lakeside.get(http).json()["events"]
    assert streams[2].items == hillside.get(http).json()["events"]
    assert "actor_id" in streams[0].items[0]["data"], "ids alone"
    assert "actor_id" not in streams[3].items[0]["data"], "the event's own fields"
    assert [one["position"] for one in streams[3].items] == [one["position"] for one in streams[0].items[:2]]
    assert streams[3].events[-1]["event"] == "end"
    noted = Counter({one.subscriber_id: 0 for one in holders})
    for one in lakeside.disclosed():
        noted[one.subscriber_id] += one.event_count
    assert noted == {lakeside.subscriber_id: 12, hillside.subscriber_id: 4, full.subscriber_id: 2}


def test_nothing_goes_down_a_stream_that_cannot_be_written_down(
    clinic: Clinic, lakeside: ClinicsSubscriber, http: httpx.Client, database: Database
) -> None:
    lakeside.grant(stored_names=("PatientReferred",))
    with stream(http, lakeside.headers) as first, stream(http, lakeside.headers) as second:
        referred(clinic)
        eventually(lambda: len(first.items) == len(second.items) == 1)
        with psycopg.connect(database.superuser_url) as connection:
            connection.execute("REVOKE INSERT ON disclosure FROM throughline_app")
        referred(clinic, "Ben Whitfield")
        eventually(lambda: first.has_ended and second.has_ended)
        assert [len(one.items) for one in (first, second)] == [1, 1]
        assert [one.events[-1]["event"] for one in (first, second)] == ["end", "end"]


def test_one_subscriber_holds_a_few_streams_only(
    clinic: Clinic, lakeside: ClinicsSubscriber, http: httpx.Client
) -> None:
    lakeside.grant()
    other = ClinicsSubscriber(clinic, "Hillside")
    other.grant()
    opened = [stream(http, lakeside.headers) for _ in range(MOST_OF_ONE)]
    for one in opened:
        assert one.__enter__().status == 200
    refused = http.get("/events/stream", headers=lakeside.headers)
    assert refused.status_code == 429
    assert "retry-after" in refused.headers
    with stream(http, other.headers) as theirs:
        assert theirs.status == 200
    for one in opened:
        one.__exit__(None, None, None)
    eventually(lambda: not clinic.edge.tails._open)
    with stream(http, lakeside.headers) as again:
        assert again.status == 200


def test_only_who_watches_over_the_network_follows_it(clinic: Clinic, http: httpx.Client) -> None:
    assert http.get("/events/stream").status_code == 401
    for browser in (clinic.therapist, clinic.prescriber):
        assert browser.get("/events/stream").status_code == 404
        assert browser.get("/events", params={"wait": 1}).status_code == 404


def test_a_stream_carries_the_headers_of_every_answer(lakeside: ClinicsSubscriber, http: httpx.Client) -> None:
    lakeside.grant()
    with stream(http, lakeside.headers) as found:
        carries_everything(found.answer)
        assert found.answer.headers["content-type"].startswith("text/event-stream")


def test_a_person_follows_the_network_until_they_sign_out(clinic: Clinic, http: httpx.Client) -> None:
    clinic.compliance.get("/stay")
    cookie = {"cookie": "; ".join(f"{name}={value}" for name, value in clinic.compliance.http.cookies.items())}
    with stream(http, cookie, type="PatientReferred") as found:
        referred(clinic)
        eventually(lambda: found.items)
        clinic.edge.sign_in.end(clinic.compliance.http.cookies["throughline_session"])
        referred(clinic, "Ben Whitfield")
        eventually(lambda: found.has_ended)
    assert len(found.items) == 1
    assert http.get("/events/stream").status_code == 401


def test_a_stream_ends_when_another_log_stands_in_the_database(
    clinic: Clinic, lakeside: ClinicsSubscriber, http: httpx.Client, database: Database
) -> None:
    lakeside.grant()
    with stream(http, lakeside.headers) as found:
        course: Course = referred(clinic)
        eventually(lambda: found.items)
        with psycopg.connect(database.superuser_url) as connection:
            connection.execute("UPDATE log_identity SET log_id = gen_random_uuid()")
        course.assign()
        eventually(lambda: found.has_ended)
    assert (
        http.get("/events/stream", headers={**lakeside.headers, "last-event-id": found.events[-1]["id"]}).status_code
        == 410
    )


def test_whoever_waits_is_let_go_when_the_process_ends(
    clinic: Clinic, lakeside: ClinicsSubscriber, http: httpx.Client
) -> None:
    lakeside.grant()
    cursor, answers = lakeside.get(http).json()["cursor"], list[httpx.Response]()
    asking = threading.Thread(target=lambda: answers.append(lakeside.get(http, after=cursor, wait=30)), daemon=True)
    with stream(http, lakeside.headers) as found:
        asking.start()
        eventually(lambda: sum(clinic.edge.tails._open.values()) == 2)
        clinic.edge.tails.let_go()
        eventually(lambda: found.has_ended)
        asking.join(PATIENCE_SECONDS)
    assert answers[0].json() == {"events": [], "cursor": cursor}
    assert lakeside.get(http, after=cursor, wait=30).json()["events"] == [], "nobody begins to wait any more"
    eventually(lambda: not clinic.edge.tails._open)


def _cursor(item: dict[str, Any]) -> str:
    return f"{item['logid']}:{item['position']}"


class OneBatch:
    """A tail that brings some rows at once and is over."""

    begins_after = 0

    def __init__(self, rows: list[Row], log_id: UUID, sending: Sending) -> None:
        self._rows, self.log_id, self.sending, self.is_over = rows, log_id, sending, False

    def after(self, _: int) -> list[Row]:
        return self._rows

    async def news(self, *_: object, **__: object) -> None:
        self.is_over = True

    def now(self) -> float:
        return 0.0


def test_a_new_grant_and_what_only_it_shows_may_come_down_a_stream_together(
    clinic: Clinic, lakeside: ClinicsSubscriber
) -> None:
    reader = Reader(clinic.datastore, network_id=clinic.network_id)
    lakeside.grant(stored_names=("PlanIssued",))
    feed = SubscriberFeed(clinic.datastore, lambda _: reader, lakeside.key)
    first = feed.page(None, 100)
    lakeside.grant(stored_names=("PlanIssued", "PatientReferred"))
    referred(clinic)
    cursor = Cursor.parse(first.cursor)
    rows = list(reader.rows(cursor.position, 100))

    async def in_thread(ask: Callable[..., Any], *values: Any) -> Any:
        return ask(*values)

    async def note(batches: Sequence[Outgoing]) -> list[bool]:
        return disclose_to_holders(clinic.datastore, Way.FEED, batches)

    async def sent() -> bytes:
        tail = OneBatch(rows, cursor.log_id, Sending(clinic.datastore, clinic.network_id, Noting(note), in_thread))
        edge = SimpleNamespace(tails=SimpleNamespace(in_thread=in_thread))
        return b"".join([some async for some in feed_page._batches(edge, feed, first, tail)])  # type: ignore[arg-type]

    items = [json.loads(line[6:]) for line in anyio.run(sent).splitlines() if line.startswith(b"data: ")]
    assert [item["type"].split(".")[2] for item in items] == ["PatientReferred"]
