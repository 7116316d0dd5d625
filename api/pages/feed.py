"""The event feed of a network: thin CloudEvents after a cursor, for those who watch over the whole of it."""

from functools import lru_cache
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from api.edge import Edge
from api.problems import Problem
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.actor import Role
from domain.refusal import Refused
from store.access_log import Read
from store.access_log import log_reading as write_down
from store.datastore import Datastore
from store.errors import NotFound
from store.feed import LARGEST_PAGE, CursorIsNotReadable, CursorIsOfAnotherLog, Feed

router = APIRouter(tags=["events"])
STATUS: dict[type[Refused], int] = {CursorIsNotReadable: 400, CursorIsOfAnotherLog: 410}


@router.get("/events", response_model=None, responses={400: {"model": Problem}, 410: {"model": Problem}})
def events(
    edge: EdgeOf,
    viewer: ViewerOf,
    after: Annotated[str | None, Query(max_length=80, description="The cursor of the last answer.")] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 100,
) -> Response:
    """Events after a cursor, oldest first: ids and times only. Ask again with the cursor of the answer."""
    if not viewer.actor.has(Role.COMPLIANCE, Role.COORDINATOR):
        raise NotFound(NotFound.__doc__)
    _log(edge, viewer)
    try:
        page = _feed(edge.datastore, viewer.network_id).page(after, limit)
    except (CursorIsNotReadable, CursorIsOfAnotherLog) as refused:
        return Problem(title="Cursor not accepted", status=STATUS[type(refused)], detail=refused.message).response()
    body: dict[str, Any] = {"events": page.events, "cursor": page.cursor}
    return JSONResponse(body)


def _log(edge: Edge, viewer: Viewer) -> None:
    """The feed names no patient, but it is about all of them: one row for the network."""
    write_down(edge.datastore, viewer.actor, "feed", [Read(None)], correlation_id=viewer.correlation_id)


@lru_cache(maxsize=256)
def _feed(datastore: Datastore, network_id: UUID) -> Feed:
    """One per network: it remembers which positions have settled."""
    return Feed(datastore, network_id=network_id)
