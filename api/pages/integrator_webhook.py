"""The integrator's own webhook: signed in with its key it sees every attempt and asks for more; it sets no address."""

from collections.abc import Callable
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.edge import Edge
from api.forms.posted import Posted, PostedForm
from api.pages.integrator import HERE as UP
from api.pages.integrator import Integrator, integrator_of
from api.pages.webhook import LARGEST_POSITION, ask_again, ask_test
from api.session_cookie import secret_in
from api.unsafe_requests import token_for
from api.viewer import EdgeOf
from api.webhook_view.page import CameBack, Place, webhook_page
from api.webhook_view.taking import bring_forward
from api.webhook_view.which import Webhook, webhook_of_holder
from domain.derived import derived_id

router = APIRouter(prefix=f"{UP}/webhook", include_in_schema=False)
HERE = f"{UP}/webhook"
Ask = Callable[..., CameBack | None]
"""Puts a request where the worker finds it; what is to be mended, if something is."""


@router.get("", response_model=None)
def shown(
    request: Request, edge: EdgeOf, before: Annotated[int | None, Query(ge=1, le=LARGEST_POSITION)] = None
) -> Response:
    """How it stands, and its deliveries; the field for the key for everybody else."""
    found = integrator_of(request, edge)
    return _page(request, edge, found, before=before) if found else RedirectResponse(UP, 303)


@router.post("/try-now", response_model=None)
def try_now(request: Request, edge: EdgeOf) -> Response:
    """Try now whatever waits for its next try."""
    found = integrator_of(request, edge)
    if found is None:
        return RedirectResponse(UP, 303)
    bring_forward(edge, webhook_of_holder(edge, found.subscriber))
    return RedirectResponse(HERE, 303)


@router.post("/resend", response_model=None)
def send_again(request: Request, edge: EdgeOf, posted: PostedForm) -> Response:
    """Post a stretch of events once more."""
    return _asked(request, edge, posted, ask_again)


@router.post("/send-test", response_model=None)
def send_on_trial(request: Request, edge: EdgeOf, posted: PostedForm) -> Response:
    """Post an invented event."""
    return _asked(request, edge, posted, ask_test)


def _asked(request: Request, edge: Edge, posted: Posted, ask: Ask) -> Response:
    found = integrator_of(request, edge)
    if found is None:
        return RedirectResponse(UP, 303)
    mine = found.subscriber.subscriber_id
    request_id = derived_id("asked by subscriber", mine, posted.one("_key") or uuid4().hex)
    came_back = ask(edge, webhook_of_holder(edge, found.subscriber), posted, by=mine, request_id=request_id)
    return _page(request, edge, found, came_back=came_back) if came_back else RedirectResponse(HERE, 303)


def _page(
    request: Request, edge: Edge, found: Integrator, *, before: int | None = None, came_back: CameBack | None = None
) -> Response:
    webhook: Webhook = webhook_of_holder(edge, found.subscriber)
    cookie = secret_in(request, has_tls=edge.is_under_tls(request))
    token = token_for(cookie, edge.secret) if cookie else ""
    place = Place(HERE, UP, "What is yours", found.zone, None, token)
    return webhook_page(request, edge, webhook, place, before=before, came_back=came_back)
