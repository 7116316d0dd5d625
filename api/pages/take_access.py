"""Asking whoever is on call why they open an episode: one step before the first look, recorded and told to the team."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.decisions import take
from api.edge import Edge
from api.forms.words import options_of
from api.shell import page
from api.viewer import EdgeOf, ReasonIsMissing, Viewer, ViewerOf, opened
from domain.access import Relation
from domain.decision import decision_of
from domain.episode.team.take_access import AccessBecause, hours_of, take_access
from store.errors import NotFound

router = APIRouter(prefix="/episodes/{episode_id}", include_in_schema=False)
LONGEST = 2000


@router.get("/take-access")
def ask_why(request: Request, edge: EdgeOf, viewer: ViewerOf, episode_id: UUID) -> HTMLResponse:
    """The question; nothing of the patient stands on it, not even the reference."""
    _require_called(edge, viewer, episode_id)
    return _asked(request, viewer, episode_id, uuid4().hex)


@router.post("/take-access", response_model=None)
def say_why(
    request: Request,
    edge: EdgeOf,
    viewer: ViewerOf,
    episode_id: UUID,
    because: Annotated[str, Form(max_length=60)] = "",
    reason: Annotated[str, Form(max_length=LONGEST)] = "",
    key: Annotated[str, Form(alias="_key", max_length=200)] = "",
) -> Response:
    """Recorded, and then the episode; it is closed to this person again when the day is over."""
    _require_called(edge, viewer, episode_id)
    if because not in set(AccessBecause) or not reason.strip():
        return _asked(request, viewer, episode_id, key or uuid4().hex, because, reason, status=422)
    body = {"because": because, "reason": reason.strip()}
    try:
        take(edge, viewer, episode_id, decision_of(take_access), body, key or uuid4().hex)
    except ValidationError:
        return _asked(request, viewer, episode_id, key or uuid4().hex, because, reason, status=422)
    return RedirectResponse(f"/episodes/{episode_id}", 303)


def _asked(
    request: Request,
    viewer: Viewer,
    episode_id: UUID,
    key: str,
    because: str = "",
    reason: str = "",
    status: int = 200,
) -> HTMLResponse:
    is_sent = status != 200
    return page(
        request,
        "pages/take_access.html",
        viewer,
        status,
        here=f"/episodes/{episode_id}/take-access",
        key=key,
        hours=hours_of(viewer.around.network.protocol),
        reasons=options_of(AccessBecause),
        because=because,
        reason=reason,
        because_error="Choose one." if is_sent and because not in set(AccessBecause) else "",
        reason_error="Say it in a few words." if is_sent and not reason.strip() else "",
    )


def _require_called(edge: Edge, viewer: Viewer, episode_id: UUID) -> None:
    """Only who is called and has not said why yet; for everybody else there is no such page."""
    try:
        one = opened(edge, viewer, episode_id)
    except ReasonIsMissing:
        return
    is_called = viewer.actor.actor_id in viewer.around.network.called_at(edge.clock())
    if one.relation is not Relation.POOL or not is_called:
        raise NotFound(NotFound.__doc__)
