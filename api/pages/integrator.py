"""The integrator's own page: signed in with its key it sees its grant, its keys and what it was sent; nobody else's."""

from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.edge import Edge
from api.session_cookie import secret_in
from api.shell import page
from api.subscriber_view import Clock, disclosure_row, grant_facts, key_rows, standing_of, way_words
from api.unsafe_requests import token_for
from api.viewer import EdgeOf
from domain.network.network import NETWORK
from domain.subscriber.subscriber import KeyScope
from store.disclosures import Asked, disclosures
from store.subscribers import Subscriber, database_clock, keys_of, subscriber_of_key

router = APIRouter(include_in_schema=False)
HERE = "/integrator"
COOKIE = "throughline_integrator"
SIGNED_IN_SECONDS = 8 * 3600
SHOWN = 100
WRONG = (
    "This key opens nothing here: it was revoked, has expired, or is not for this page. Ask the network for another."
)


class Integrator(NamedTuple):
    """The subscriber behind the request's cookie."""

    subscriber: Subscriber
    zone: ZoneInfo


def integrator_of(request: Request, edge: Edge) -> Integrator | None:
    """Whose key the cookie holds, asked anew for every request; None where it opens nothing."""
    key = request.cookies.get(COOKIE, "")
    found = subscriber_of_key(edge.datastore, key, KeyScope.ACCOUNT) if key else None
    if found is None:
        return None
    network, _ = edge.care.state(NETWORK, found.network_id, network_id=found.network_id)
    return Integrator(found, ZoneInfo(network.zone))


@router.get(HERE)
def integrator_page(request: Request, edge: EdgeOf) -> HTMLResponse:
    """What is theirs, or the field for the key."""
    found = integrator_of(request, edge)
    if found is None:
        reason = "Your key opens this page no longer." if request.cookies.get(COOKIE) else ""
        return _sign_in_page(request, edge, reason=reason)
    return _own_page(request, edge, found)


@router.post(f"{HERE}/sign-in", response_model=None)
def sign_in(request: Request, edge: EdgeOf, key: Annotated[str, Form(max_length=200)] = "") -> Response:
    """The key itself is the session: whoever revokes it signs out everybody who has it."""
    if subscriber_of_key(edge.datastore, key.strip(), KeyScope.ACCOUNT) is None:
        return _sign_in_page(request, edge, 422, error=WRONG)
    answer = RedirectResponse(HERE, 303)
    is_secure = edge.is_under_tls(request)
    answer.set_cookie(
        COOKIE, key.strip(), SIGNED_IN_SECONDS, path=HERE, httponly=True, samesite="strict", secure=is_secure
    )
    return answer


@router.post(f"{HERE}/sign-out", response_model=None)
def sign_out() -> Response:
    """Forget the key in this browser."""
    answer = RedirectResponse(HERE, 303)
    answer.delete_cookie(COOKIE, path=HERE)
    return answer


def _own_page(request: Request, edge: Edge, found: Integrator) -> HTMLResponse:
    mine, clock = found.subscriber, Clock(found.zone, edge.clock())
    noted = disclosures(edge.datastore, mine.network_id, Asked(subscriber_id=mine.subscriber_id), limit=SHOWN)
    keys = keys_of(edge.datastore, mine.network_id, mine.subscriber_id)
    return _page(
        request,
        edge,
        subscriber=mine,
        way=way_words(mine),
        topic=edge.topic_of(mine.subscriber_id),
        standing=standing_of(edge, mine),
        grant=grant_facts(mine.grant, clock),
        keys=key_rows(keys, clock, checked_at=database_clock(edge.datastore)),
        disclosed=[disclosure_row(one, mine.title, clock) for one in noted],
        zone=str(found.zone),
    )


def _sign_in_page(
    request: Request, edge: Edge, status: int = 200, *, error: str = "", reason: str = ""
) -> HTMLResponse:
    return _page(request, edge, status, subscriber=None, zone="", error=error, reason=reason)


def _page(request: Request, edge: Edge, status: int = 200, **shown: object) -> HTMLResponse:
    """With the token of whoever of the clinic is signed in in the same browser."""
    cookie = secret_in(request, has_tls=edge.is_under_tls(request))
    token = token_for(cookie, edge.secret) if cookie else ""
    return page(request, "pages/integrator.html", None, status, csrf_token=token, **shown)
