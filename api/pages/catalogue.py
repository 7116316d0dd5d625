"""The event catalogue to read: what every event means, what it carries and what is kept back. It is about nobody."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.contract.catalogue import listed
from api.contract.catalogue import shown as shown_type
from api.shell import page
from api.viewer import NobodyIsSignedIn, Viewer, viewer_of
from store.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/events/catalogue")
def catalogue(request: Request) -> HTMLResponse:
    """Every event type by stream, in the order of a course of care."""
    return page(request, "pages/catalogue.html", viewer_if_any(request), streams=listed())


@router.get("/events/catalogue/{stream}/{stored_as}")
def event_type(request: Request, stream: str, stored_as: str) -> HTMLResponse:
    """One event type: its fields with their units, what is sealed, examples and schemas."""
    found = shown_type(stream, stored_as)
    if found is None:
        raise NotFound(NotFound.__doc__)
    return page(request, "pages/event_type.html", viewer_if_any(request), shown=found)


def viewer_if_any(request: Request) -> Viewer | None:
    """For the bar alone: integrators read this before they have a key."""
    try:
        return viewer_of(request)
    except NobodyIsSignedIn:
        return None
