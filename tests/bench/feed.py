"""The feed over HTTP: events per second beside the same pages read in the process, and what 200 streams cost a page."""

import random
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from http.client import HTTPConnection
from itertools import chain, cycle
from statistics import median, quantiles
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import orjson

from api.tails import MOST_OF_ONE
from deploy.demo.cast import LINDQVIST, NETWORK_ID
from deploy.operating.acting import act
from deploy.read_models import bring_to_head
from deploy.wiring import Wiring
from domain.actor import Actor, Role
from domain.subscriber.grant_disclosure import GrantDisclosure, grant_disclosure
from domain.subscriber.issue_key import IssueKey, issue_key
from domain.subscriber.register_subscriber import RegisterSubscriber, register_subscriber
from domain.subscriber.subscriber import SUBSCRIBER, Purpose
from store.feed import Feed
from store.subscribers import show_key
from tests.bench.followers import Followers, followers
from tests.bench.house import house, wiring_of
from tests.bench.http import body, command_path
from tests.bench.log import courses
from tests.bench.pairs import Row, at_most, compare
from tests.bench.programs import Program, serving, signed_in

EPISODES = 100
LENGTH = 50
PAGE = 500
STREAMS = 200
SECONDS = 4.0
ROUNDS = 12
EVENTS_PER_SECOND = 1.0
SHARE = 0.4  # of as many pages as one connection gets, so that a slow machine keeps the pace too


def run() -> Iterator[Row]:
    with house() as built, wiring_of(built.data) as wiring:
        episodes = courses(built.superuser_url, length=LENGTH, copies=EPISODES)
        bring_to_head(wiring)
        keys = [_key(wiring) for _ in range(STREAMS // MOST_OF_ONE)]
        with serving(built.data) as serve:
            feed = Feed(wiring.datastore, network_id=NETWORK_ID)
            over_http, in_process = _Pages(serve, keys[0]), _InProcess(feed)
            yield compare(
                f"events over HTTP in pages of {PAGE}, each noted as disclosed, against the same pages in the process",
                over_http.rate,
                in_process.rate,
                target=0.5,
            )
            with followers(serve.address) as others:
                for words, every in (("nothing new", 0.0), ("one event a second to each", 1 / EVENTS_PER_SECOND)):
                    yield _page_beside_streams(wiring, serve, others, keys, episodes, words, every)


class _Pages:
    """One subscriber that reads the log from its beginning, again and again."""

    def __init__(self, serve: Program, key: str) -> None:
        place = urlsplit(serve.address)
        self._connection = HTTPConnection(place.hostname or "", place.port)
        self._headers = {"authorization": f"Bearer {key}"}
        self._cursor = ""

    def rate(self) -> float:
        begun, seen = time.perf_counter(), 0
        while (taken := time.perf_counter() - begun) < 1:
            after = f"&after={self._cursor}" if self._cursor else ""
            self._connection.request("GET", f"/events?limit={PAGE}{after}", headers=self._headers)
            page = orjson.loads(self._connection.getresponse().read())
            seen += len(page["events"])
            self._cursor = page["cursor"] if len(page["events"]) == PAGE else ""
        return seen / taken


class _InProcess:
    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._cursor: str | None = None

    def rate(self) -> float:
        begun, seen = time.perf_counter(), 0
        while (taken := time.perf_counter() - begun) < 1:
            page = self._feed.page(self._cursor, PAGE)
            seen += len(orjson.loads(orjson.dumps(page.events)))
            self._cursor = page.cursor if len(page.events) == PAGE else None
        return seen / taken


def _page_beside_streams(
    wiring: Wiring,
    serve: Program,
    others: Followers,
    keys: list[str],
    episodes: list[UUID],
    words: str,
    every_seconds: float,
) -> Row:
    """Slices without and with streams in turn, in the other order each time.

    The figure is the p99 of all pages of the one kind over that of the other: of one slice it is its two worst pages,
    and says nothing. Those who follow are a process of their own behind everything else, since real ones are elsewhere.
    """
    headers = signed_in(wiring)
    paths = [f"/episodes/{one}" for one in random.sample(episodes, 40)]
    without: list[list[float]] = []
    beside: list[list[float]] = []
    bytes_came = 0
    per_second = SHARE * median(_capacity(serve, paths, headers) for _ in range(3))
    with _events(serve, headers, episodes, every_seconds):
        for number in range(ROUNDS):
            for has_streams in (True, False) if number % 2 else (False, True):
                with others.following(keys * MOST_OF_ONE, _end(serve, keys[0])) if has_streams else nullcontext():
                    (beside if has_streams else without).append(_page_times(serve, paths, headers, per_second))
                bytes_came += others.bytes_came if has_streams else 0
    alone, among = _p99(chain.from_iterable(without)), _p99(chain.from_iterable(beside))
    slices = [_p99(times) for times in without]
    return at_most(
        f"p99 of the episode page beside {STREAMS} open streams, {words}",
        among / alone,
        1.1,
        unit="times that without",
        worst=max(_p99(mine) / _p99(theirs) for mine, theirs in zip(beside, without, strict=True)),
        note=f"p99 {alone:.1f} ms without ({min(slices):.1f} to {max(slices):.1f} in {ROUNDS} slices), {among:.1f} ms "
        f"beside; p50 {median(chain.from_iterable(without)):.1f} and {median(chain.from_iterable(beside)):.1f} ms; "
        f"{per_second:.0f} pages a second; {bytes_came} bytes came",
    )


def _p99(times: Iterable[float]) -> float:
    return quantiles(times, n=100)[98]


def _capacity(serve: Program, paths: list[str], headers: Mapping[str, str]) -> float:
    """Pages per second of one connection that asks for each of them once."""
    begun = time.perf_counter()
    *_, ended = _pages(serve, headers, paths)
    return len(paths) / (ended - begun)


def _page_times(serve: Program, paths: list[str], headers: Mapping[str, str], per_second: float) -> list[float]:
    """Of pages asked for at a steady pace, from when each was to be asked for; in ms."""
    count, taken, begun = int(SECONDS * per_second), [], time.perf_counter()
    dues = [begun + number / per_second for number in range(count)]
    for due, answered_at in zip(dues, _pages(serve, headers, _on_time(paths, dues)), strict=True):
        taken.append((answered_at - due) * 1000)
    return taken


def _on_time(paths: list[str], dues: list[float]) -> Iterator[str]:
    for path, due in zip(cycle(paths), dues, strict=False):
        time.sleep(max(0.0, due - time.perf_counter()))
        yield path


def _pages(serve: Program, headers: Mapping[str, str], paths: Iterable[str]) -> Iterator[float]:
    """Asks for one after another, and says when each was read to its end."""
    place = urlsplit(serve.address)
    connection = HTTPConnection(place.hostname or "", place.port)
    try:
        for path in paths:
            connection.request("GET", path, headers=dict(headers))
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"the page answered {answer.status}")
            yield time.perf_counter()
    finally:
        connection.close()


def _end(serve: Program, key: str) -> str:
    """The cursor of the end of the log."""
    place, cursor = urlsplit(serve.address), ""
    connection = HTTPConnection(place.hostname or "", place.port)
    while True:
        after = f"&after={cursor}" if cursor else ""
        connection.request("GET", f"/events?limit=1000{after}", headers={"authorization": f"Bearer {key}"})
        page = orjson.loads(connection.getresponse().read())
        cursor = page["cursor"]
        if not page["events"]:
            return str(cursor)


@contextmanager
def _events(serve: Program, headers: Mapping[str, str], episodes: list[UUID], every_seconds: float) -> Iterator[None]:
    """A command now and then, so that something new comes; none where that is 0."""
    stopping, place = threading.Event(), urlsplit(serve.address)

    def decide() -> None:
        connection = HTTPConnection(place.hostname or "", place.port)
        for episode_id in cycle(episodes):
            if stopping.wait(every_seconds):
                return
            sent = {"Content-Type": "application/json", "Idempotency-Key": uuid4().hex, **headers}
            connection.request("POST", command_path(episode_id), body(), sent)
            connection.getresponse().read()

    thread = threading.Thread(target=decide, daemon=True)
    if every_seconds:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        if every_seconds:
            thread.join()


def _key(wiring: Wiring) -> str:
    """A key of a subscriber that sees everything, in ids and times."""
    subscriber_id, key_id = uuid4(), uuid4()
    compliance = Actor(LINDQVIST.clinician_id, NETWORK_ID, frozenset({Role.COMPLIANCE}))
    registration = RegisterSubscriber(title="Lakeside Registry", purpose=Purpose.RESEARCH)
    act(wiring, NETWORK_ID, SUBSCRIBER, subscriber_id, register_subscriber, registration)
    grant = GrantDisclosure(grant_id=uuid4(), with_history=True)
    act(wiring, NETWORK_ID, SUBSCRIBER, subscriber_id, grant_disclosure, grant, by=compliance)
    act(wiring, NETWORK_ID, SUBSCRIBER, subscriber_id, issue_key, IssueKey(key_id=key_id))
    key = show_key(wiring.datastore, NETWORK_ID, key_id)
    if key is None:
        raise RuntimeError("the key was not shown")
    return key
