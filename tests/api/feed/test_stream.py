"""Streams of events: each under its own grant, from where it was cut, and ended with the rights to it."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import anyio
import httpx
import psycopg
import pytest

import api.pages.feed as feed_page
from api.noting import Noting
from api.sending import Sending
from api.tails import MOST_OF_ONE
from api.turns import Turns
from domain.subscriber.subscriber import Way
from store.disclosures import Outgoing, disclose_to_holders
from store.feed import Cursor
from store.reader import Reader
from store.row import Row
from store.subscriber_feed import SubscriberFeed
from tests.api.clinic import Clinic
from tests.api.course import Course, referred
from tests.api.feed.streamed import stream
from tests.api.subscribed import ClinicsSubscriber
from tests.postgres import Database
from tests.security.test_headers import carries_everything
from tests.waiting import PATIENCE_SECONDS, eventually


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
        noting = Noting(note, Turns())
        tail = OneBatch(rows, cursor.log_id, Sending(clinic.datastore, clinic.network_id, noting, in_thread))
        edge = SimpleNamespace(tails=SimpleNamespace(in_thread=in_thread))
        begin = feed_page.Begin(b"", first.cursor)
        return b"".join([some async for some in feed_page._batches(edge, feed, begin, tail)])  # type: ignore[arg-type]

    items = [json.loads(line[6:]) for line in anyio.run(sent).splitlines() if line.startswith(b"data: ")]
    assert [item["type"].split(".")[2] for item in items] == ["PatientReferred"]
