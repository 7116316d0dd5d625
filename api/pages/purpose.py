"""Asking compliance why they read an episode, before any of it is shown."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.edge import Edge
from api.purpose import PURPOSES, PurposeIsMissing, remember_purpose
from api.shell import page
from api.viewer import EdgeOf, Viewer, ViewerOf, opened
from store.errors import NotFound

router = APIRouter(prefix="/episodes/{episode_id}", include_in_schema=False)


@router.get("/purpose")
def ask_purpose(
    request: Request,
    edge: EdgeOf,
    viewer: ViewerOf,
    episode_id: UUID,
    then: Annotated[str, Query(max_length=400)] = "",
    missing: bool = False,
) -> HTMLResponse:
    """The question; nothing of the patient stands on it, not even the reference."""
    _require_reader(edge, viewer, episode_id)
    return page(
        request,
        "pages/purpose.html",
        viewer,
        here=f"/episodes/{episode_id}/purpose",
        then=_own(then, episode_id),
        purposes=list(PURPOSES.items()),
        chosen=viewer.purpose or "",
        missing=missing,
    )


@router.post("/purpose")
def give_purpose(
    edge: EdgeOf,
    viewer: ViewerOf,
    episode_id: UUID,
    purpose: Annotated[str, Form()] = "",
    then: Annotated[str, Form()] = "",
) -> Response:
    """Remembered for this episode; every reading is logged with it."""
    _require_reader(edge, viewer, episode_id)
    if purpose not in PURPOSES:
        return RedirectResponse(f"/episodes/{episode_id}/purpose?missing=true", 303)
    answer = RedirectResponse(_own(then, episode_id), 303)
    remember_purpose(answer, purpose, episode_id, viewer.secret, edge.secret)
    return answer


def _require_reader(edge: Edge, viewer: Viewer, episode_id: UUID) -> None:
    """Only whoever is asked; for everybody else there is no such page."""
    if viewer.purpose is None:
        try:
            opened(edge, viewer, episode_id)
        except PurposeIsMissing:
            return
        raise NotFound(NotFound.__doc__)
    opened(edge, viewer, episode_id)


def _own(then: str, episode_id: UUID) -> str:
    """A page of this episode; the replay where none was asked for."""
    own = f"/episodes/{episode_id}"
    path = then.partition("?")[0]
    return then if path == own or path.startswith(f"{own}/") else f"{own}/replay"
