"""Confirming who one is before a signature: at the identity provider, in a demonstration by pressing a button."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.confirming import is_asked_at_provider, way_to_confirm
from api.edge import Edge
from api.identity.why_not_in import sentence
from api.shell import page
from api.sign_in import local_address, note_of
from api.viewer import EdgeOf, Viewer, ViewerOf, viewer_of
from store.errors import NotFound
from store.sign_in_records import Happened

router = APIRouter(include_in_schema=False)


@router.get("/reauthenticate")
def ask(request: Request, edge: EdgeOf, viewer: ViewerOf, then: str = "", why: str = "") -> HTMLResponse:
    """The question. With the provider it is asked there; `why` says what came of it the last time."""
    then = local_address(then)
    provider = edge.provider.title if edge.provider and is_asked_at_provider(edge, viewer) else None
    reason = sentence(why, provider) if provider else None
    way_there = way_to_confirm(then)
    shown: dict[str, Any] = {"then": then, "provider": provider, "reason": reason, "way_there": way_there}
    return page(request, "pages/reauthenticate.html", viewer, **shown)


@router.post("/reauthenticate", response_model=None)
def confirm(request: Request, edge: EdgeOf, viewer: ViewerOf, then: Annotated[str, Form()] = "") -> Response:
    """Signatures are open for five minutes from now."""
    sign_anew(request, edge, viewer)
    return RedirectResponse(local_address(then) or "/", 303)


def sign_anew(request: Request, edge: Edge, viewer: Viewer) -> Viewer:
    """The person, who confirms by pressing a button: only in a demonstration, and nobody whom the provider let in."""
    if not edge.is_demo or is_asked_at_provider(edge, viewer):
        raise NotFound(NotFound.__doc__)
    note_of(request, edge, viewer, Happened.CONFIRMED)
    edge.sign_in.reauthenticate(viewer.secret)
    return viewer_of(request)
