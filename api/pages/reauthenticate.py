"""Confirming who one is before a signature; in a demonstration by pressing a button."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.edge import Edge
from api.shell import page
from api.sign_in import local_address
from api.viewer import EdgeOf, Viewer, ViewerOf, viewer_of
from store.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/reauthenticate")
def ask(request: Request, viewer: ViewerOf, then: str = "") -> HTMLResponse:
    return page(request, "pages/reauthenticate.html", viewer, then=local_address(then))


@router.post("/reauthenticate", response_model=None)
def confirm(request: Request, edge: EdgeOf, viewer: ViewerOf, then: Annotated[str, Form()] = "") -> Response:
    """Signatures are open for five minutes from now."""
    sign_anew(request, edge, viewer)
    return RedirectResponse(local_address(then) or "/", 303)


def sign_anew(request: Request, edge: Edge, viewer: Viewer) -> Viewer:
    """The person, who has just confirmed who they are. Outside a demonstration no proof is taken yet."""
    if not edge.is_demo:
        raise NotFound(NotFound.__doc__)
    edge.sign_in.reauthenticate(viewer.secret)
    return viewer_of(request)
