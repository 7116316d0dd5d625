"""The event feed of a network: pages after a cursor, long polls and a stream, for subscribers and those who watch."""

from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import anyio
import orjson
import psycopg
from eventsourcing.persistence import PersistenceError
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

from api.contract.openapi import PAGE
from api.edge import Edge
from api.errors import problem_of
from api.following import Following, following_of
from api.problems import Problem
from api.rendered import as_sent
from api.tails import Tail, TooManyStreams
from api.viewer import EdgeOf, NobodyIsSignedIn
from domain.event import EVENTS
from domain.refusal import Refused
from domain.subscriber.grant_disclosure import NoSuchEventType
from store.errors import NotFound
from store.feed import (
    LARGEST_PAGE,
    Cursor,
    CursorIsAhead,
    CursorIsNotReadable,
    CursorIsOfAnotherLog,
    FeedPage,
    Narrowing,
)
from store.row import Row
from store.subscriber_feed import KeyOpensNothing, NothingIsGranted, SubscriberIsPaused

router = APIRouter(tags=["events"])


class ParameterIsNotKnown(Refused):
    """This address knows the parameters {known}, and was given another. Mend its name, or leave it out."""


STATUS: dict[type[Refused], int] = {
    CursorIsNotReadable: 400,
    ParameterIsNotKnown: 400,
    NoSuchEventType: 400,
    KeyOpensNothing: 401,
    NothingIsGranted: 403,
    SubscriberIsPaused: 403,
    CursorIsOfAnotherLog: 410,
    CursorIsAhead: 410,
    TooManyStreams: 429,
}
TITLE = {400: "Not understood", 410: "Cursor not accepted", 429: "Too many streams"}
PROBLEMS: dict[int | str, dict[str, Any]] = {status: {"model": Problem} for status in sorted(set(STATUS.values()))}
A_PAGE: dict[int | str, Any] = {200: {"content": {"application/json": {"schema": PAGE}}}}
A_STREAM: dict[int | str, Any] = {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}
LONGEST_WAIT_SECONDS = 30
PING_SECONDS = 15
SEND_SECONDS = 60
"""Whoever takes nothing in for so long gives the place free, and may come again with Last-Event-ID."""
FAREWELL_SECONDS = 2.0
"""When the process ends, for streams to come to their end; what is cut then was not being read."""
RECONNECT_MILLISECONDS = 2_000
STREAM_PAGE = 200
PACE_SECONDS = 0.25
"""What comes within it goes down a stream together: a burst costs each stream one batch."""
ENDED = (Refused, NobodyIsSignedIn, NotFound, PersistenceError, psycopg.Error)
Sent = bytes | ServerSentEvent
After = Annotated[str | None, Query(max_length=80, description="The cursor of the last answer, `logid:position`.")]
Types = Annotated[list[str] | None, Query(alias="type", max_length=400, description="Such as PlanIssued; or several.")]
STREAM_PARAMETERS = ("after", "type", "episode")
PARAMETERS = (*STREAM_PARAMETERS, "limit", "wait")
OfEpisode = Annotated[UUID | None, Query(alias="episode", description="Events of this episode only.")]


@router.get("/events", response_model=None, responses=PROBLEMS | A_PAGE)
async def events(
    request: Request,
    edge: EdgeOf,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 100,
    wait: Annotated[int, Query(ge=0, le=LONGEST_WAIT_SECONDS, description="Seconds to wait for a first event.")] = 0,
    types: Types = None,
    episode: OfEpisode = None,
) -> Response:
    """Events after a cursor, oldest first, as CloudEvents. Ask again with the cursor of the answer.

    For subscribers with `Authorization: Bearer <key>`, under their grant; for people who coordinate or see to
    compliance, ids and times only.
    """
    try:
        _require_known(request, PARAMETERS)
        following = await anyio.to_thread.run_sync(following_of, request, edge, _narrowing(types, episode))
        page = await anyio.to_thread.run_sync(following.page, after, limit)
        if wait and not page.events:
            page = await _waited(edge, following, page, limit, wait)
    except Refused as refused:
        return _refusal(refused)
    body = await anyio.to_thread.run_sync(_as_json, page) if page.events else _as_json(page)
    return Response(body, media_type="application/json")


@router.get("/events/stream", response_model=None, response_class=Response, responses=PROBLEMS | A_STREAM)
async def stream(
    request: Request,
    edge: EdgeOf,
    after: After = None,
    last_event_id: Annotated[str | None, Header(max_length=80)] = None,
    types: Types = None,
    episode: OfEpisode = None,
) -> Response:
    """The same as server-sent events, each with its cursor as id; goes on from Last-Event-ID, else from `after`.

    Without either it begins where the view begins. It ends with an event `end` when rights end.
    """
    with ExitStack() as held:
        try:
            _require_known(request, STREAM_PARAMETERS)
            following = await anyio.to_thread.run_sync(following_of, request, edge, _narrowing(types, episode))
            held.enter_context(edge.tails.counted(following.consumer_id))
            first = await edge.tails.in_thread(following.page, last_event_id or after, STREAM_PAGE)
        except Refused as refused:
            return _refusal(refused)
        begin = Begin(b"".join(map(as_sent, first.events)), first.cursor)
        return Stream(_sent(edge, following, begin), held.pop_all())


class Begin:
    """What a stream begins with, and where it goes on. Its bytes are handed over once: a thousand streams keep none."""

    def __init__(self, sent: bytes, cursor: str) -> None:
        self._sent, self.cursor = sent, cursor

    def take(self) -> bytes:
        sent, self._sent = self._sent, b""
        return sent


class Stream(EventSourceResponse):
    """A stream that gives its place back when it ends, however that is."""

    def __init__(self, sent: AsyncIterator[Sent], held: ExitStack) -> None:
        super().__init__(
            sent,
            ping=PING_SECONDS,
            send_timeout=SEND_SECONDS,
            shutdown_event=anyio.Event(),
            shutdown_grace_period=FAREWELL_SECONDS,
        )
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._held, suppress(SendTimeoutError):
            await super().__call__(scope, receive, send)


def _as_json(page: FeedPage) -> bytes:
    return orjson.dumps({"events": page.events, "cursor": page.cursor})


def _narrowing(types: list[str] | None, episode: UUID | None) -> Narrowing:
    """NoSuchEventType for a name that no event has: whoever mistyped one would wait for it without a sign."""
    for name in types or ():
        if name not in EVENTS:
            raise NoSuchEventType(name=repr(name[:60])[1:-1])
    return Narrowing(frozenset(types) if types else None, episode)


def _require_known(request: Request, known: Sequence[str]) -> None:
    """A filter whose name is mistyped would hand over more than was asked for, and nobody would notice."""
    if not set(request.query_params) <= set(known):
        raise ParameterIsNotKnown(known=", ".join(known))


def _refusal(refused: Refused) -> Response:
    status = STATUS.get(type(refused))
    if status is None:
        raise refused
    headers = {401: {"www-authenticate": "Bearer"}, 429: {"retry-after": "10"}}.get(status)
    title = TITLE.get(status, "Not disclosed")
    return Problem(title=title, status=status, detail=refused.message).response(headers)


async def _waited(edge: Edge, following: Following, page: FeedPage, limit: int, wait: int) -> FeedPage:
    """The first events to come in that time, or the empty page; nothing but the event loop waits."""
    with edge.tails.counted(following.consumer_id), anyio.move_on_after(wait):
        async with edge.tails.following(following.network_id) as tail:
            while not page.events and not edge.tails.is_ending:
                position = Cursor.parse(page.cursor).position
                await _concerned(tail, following, position)
                if edge.tails.is_ending:
                    break
                page = await edge.tails.in_thread(following.page, page.cursor, limit)
    return page


async def _concerned(tail: Tail, following: Following, position: int) -> None:
    """Wait until an event after the position may be one of theirs, or the tail does not know."""
    while not tail.is_over:
        rows = tail.after(position)
        if rows is None or any(following.may_concern(row) for row in rows):
            return
        position = max(position, tail.position)
        await tail.news(position)


async def _sent(edge: Edge, following: Following, begin: Begin) -> AsyncIterator[Sent]:
    """What goes down the stream."""
    yield ServerSentEvent(comment="open", retry=RECONNECT_MILLISECONDS)
    try:
        async with edge.tails.following(following.network_id) as tail:
            async for some in _batches(edge, following, begin, tail):
                yield some
    except ENDED as ended:
        yield ServerSentEvent(data=_ending(ended), event="end")


async def _batches(edge: Edge, following: Following, begin: Begin, tail: Tail) -> AsyncIterator[bytes]:
    """Pages until they reach the tail, then what comes; ends when another log stands in the database."""
    if some := begin.take():
        yield some
    position = Cursor.parse(begin.cursor).position
    while not tail.is_over:
        rows, settled = tail.after(position), tail.begins_after
        if rows is None:
            page = await edge.tails.in_thread(following.page, str(Cursor(tail.log_id, position)), STREAM_PAGE)
            some, position = b"".join(map(as_sent, page.events)), Cursor.parse(page.cursor).position
            position = position if page.events else max(position, settled)
            del page  # while somebody is slow to take it in
        else:
            rows = rows[:STREAM_PAGE]
            some = await _taken(edge, following, rows, tail)
            position = rows[-1].position if rows else position
        if some:
            yield some
        await tail.news(position, not_before=tail.now() + PACE_SECONDS if some else 0.0)


async def _taken(edge: Edge, following: Following, rows: Sequence[Row], tail: Tail) -> bytes:
    """What of these rows goes down the stream; noted by then, with that of other streams where it may be."""
    further = following.further(rows, tail.log_id)
    if further is None and not any(following.may_concern(row) for row in rows):
        return b""
    if further is not None and (some := await tail.sending.sent(further)) is not None:
        following.went_out(further)
        return some
    take = partial(following.take, rows, tail.log_id)  # all: beside a new grant lies what only it shows
    return b"".join(map(as_sent, await edge.tails.in_thread(take)))


def _ending(ended: Exception) -> str:
    """Why it ends, as the problem that the next request will be answered with."""
    if isinstance(ended, Refused):
        return orjson.dumps({"title": "Not disclosed", "detail": ended.message}).decode()
    problem = problem_of(ended)
    return orjson.dumps({"title": problem.title, "detail": problem.detail}).decode()
