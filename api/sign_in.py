"""The sign-in page: the way to the identity provider, and in a demonstration a list of invented people."""

import hmac
import re
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import structlog
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.edge import Edge
from api.identity.why_not_in import WhyNotIn, sentence
from api.session_cookie import give, secret_in, take_back
from api.shell import home_of, page
from api.unsafe_requests import TOKEN_HEADER, token_for
from api.viewer import EdgeOf, NobodyIsSignedIn, Viewer, ViewerOf, viewer_of
from api.workplaces import DemoPerson, Post, Workplace, demo_people
from store.errors import NotFound
from store.sign_in import WhyOut
from store.sign_in_records import Device, Happened, note

router = APIRouter(include_in_schema=False)
log = structlog.get_logger(__name__)
OWN_ADDRESS = re.compile(r"/(?!/)[^\x00-\x20\\]{0,1999}")
WHY_OUT = {
    WhyOut.IDLE: "You were signed out after 15 min without use. Nothing was lost on the server.",
    WhyOut.OVER: "You were signed out after 12 h. Sign in again.",
    WhyOut.SUSPENDED: "This person is suspended. Ask your practice.",
}
KEPT = "What you typed is not recorded. It is kept for an hour: once you are signed in again, the form shows it."
UNSENT = "What you sent just now was not recorded: write it again after signing in."
AS_ANOTHER = (WhyOut.SUSPENDED.value, WhyNotIn.NOT_KNOWN.value, WhyNotIn.NOT_PROVEN.value)
"""Why somebody may want to sign in with another account."""


@router.get("/", response_model=None)
def front_door(request: Request) -> Response:
    try:
        return RedirectResponse(home_of(viewer_of(request)), 303)
    except NobodyIsSignedIn:
        return RedirectResponse("/sign-in", 303)


@router.get("/sign-in")
def sign_in_page(
    request: Request, edge: EdgeOf, why: str = "", then: str = "", unsent: bool = False, kept: bool = False
) -> HTMLResponse:
    """`unsent`: a form came too late; whoever sent it has to know that it counts for nothing. `kept`: it waits."""
    people = demo_people(edge) if edge.is_demo else []
    as_another = why in AS_ANOTHER
    reason = " ".join(filter(None, [reason_in(edge, why), KEPT if kept else UNSENT if unsent else ""])) or None
    return shown(request, edge, people=people, reason=reason, then=local_address(then), again=as_another)


@router.post("/sign-in", response_model=None)
def sign_in(
    request: Request,
    edge: EdgeOf,
    person: Annotated[UUID, Form()],
    network: Annotated[UUID | None, Form()] = None,
    then: Annotated[str, Form()] = "",
) -> Response:
    """Sign a demo person in; with several networks, ask which one first."""
    if not edge.is_demo:
        raise NotFound(NotFound.__doc__)
    found = next((p for p in demo_people(edge) for post in p.posts if post.colleague.clinician_id == person), None)
    if found is None:
        raise NotFound(NotFound.__doc__)
    if network is None and len(found.posts) > 1:
        return shown(request, edge, then=local_address(then), choose=found.posts, person=str(person))
    post = next((post for post in found.posts if network in (None, post.network_id)), None)
    if post is None:
        raise NotFound(NotFound.__doc__)
    if post.colleague.is_suspended:
        note(edge.datastore, post.network_id, person, Happened.SUSPENDED, device_of(request))
        return RedirectResponse(f"/sign-in?why={WhyOut.SUSPENDED.value}", 303)
    roles, device = frozenset(post.colleague.roles), device_of(request)
    secret = edge.sign_in.begin(post.network_id, post.colleague.clinician_id, roles, device=device)
    return entered(request, edge, secret, local_address(then))


def device_of(request: Request) -> Device:
    """The kind of device a request came from."""
    return Device.named_by(request.headers.get("user-agent", ""))


def note_of(request: Request, edge: Edge, viewer: Viewer, what: Happened) -> None:
    """Write down what a person who is signed in did about it."""
    note(edge.datastore, viewer.network_id, viewer.actor.actor_id, what, device_of(request))


def entered(request: Request, edge: Edge, secret: str, then: str) -> Response:
    """On to where the person wanted to go, with the cookie of a new sign-in session; the one before ends."""
    has_tls = edge.is_under_tls(request)
    if before := secret_in(request, has_tls=has_tls):
        edge.sign_in.end(before)
    answer = RedirectResponse(then or "/", 303)
    give(answer, secret, has_tls=has_tls)
    return answer


def reason_in(edge: Edge, why: str) -> str | None:
    """The sentence for a word that stands in the address."""
    out = next((text for reason, text in WHY_OUT.items() if reason.value == why), None)
    return out if out is not None or edge.provider is None else sentence(why, edge.provider.title)


def shown(
    request: Request,
    edge: Edge,
    *,
    then: str,
    people: Sequence[DemoPerson] = (),
    reason: str | None = None,
    choose: Sequence[Workplace | Post] = (),
    person: str = "",
    again: bool = False,
) -> HTMLResponse:
    """The page, or the question in which network to work; `person` is of a demonstration.

    `again`: the provider is to ask who it is, and not to send the same person back at once.

    With the token of the cookie that is still there: of a session that has run out, or of somebody else's.
    """
    cookie = secret_in(request, has_tls=edge.is_under_tls(request))
    more: dict[str, Any] = {
        "csrf_token": token_for(cookie, edge.secret) if cookie else "",
        "provider": edge.provider.title if edge.provider and not choose else None,
        "way_there": _way_there(then, again=again),
    }
    more |= {"people": people, "reason": reason, "then": then, "choose": choose, "person": person}
    return page(request, "pages/sign_in.html", None, **more)


def _way_there(then: str, *, again: bool) -> str:
    query = urlencode(({"then": then} if then else {}) | ({"as_another": "yes"} if again else {}))
    return f"/sign-in/provider?{query}" if query else "/sign-in/provider"


@router.post("/sign-out", response_model=None)
def sign_out(request: Request, edge: EdgeOf, viewer: ViewerOf) -> Response:
    """Here, and on to the provider where one was asked: else the next person at this screen is let in by it."""
    subject = edge.sign_in.subject_of(viewer.secret)
    edge.sign_in.end(viewer.secret)
    note_of(request, edge, viewer, Happened.SIGNED_OUT)
    return _signed_out(request, edge, subject)


@router.post("/sign-out/everywhere", response_model=None)
def sign_out_everywhere(request: Request, edge: EdgeOf, viewer: ViewerOf) -> Response:
    """On every device: somebody left a screen open, or lost a telephone."""
    subject = edge.sign_in.subject_of(viewer.secret)
    ended = edge.sign_in.end_everywhere(viewer.actor, subject)
    note_of(request, edge, viewer, Happened.SIGNED_OUT_EVERYWHERE)
    log.info("signed_out_everywhere", clinician_id=str(viewer.actor.actor_id), sessions=ended)
    return _signed_out(request, edge, subject)


def _signed_out(request: Request, edge: Edge, subject: bytes | None) -> Response:
    way_out = edge.provider.way_out() if edge.provider and subject else None
    answer = RedirectResponse("/sign-in", 303) if way_out is None else leading(request, way_out, "Signing out")
    take_back(answer, has_tls=edge.is_under_tls(request))
    return answer


def leading(request: Request, href: str, title: str) -> Response:
    """A page that leads on at once: no form of ours may be sent on to another site, by `form-action`."""
    return page(request, "pages/leading.html", None, href=href, heading=title)


@router.get("/stay", response_model=None)
def stay(request: Request, viewer: ViewerOf) -> Response:
    """Keeps the sign-in session alive for somebody who is still there; 409 where their form is of another session."""
    token = request.headers.get(TOKEN_HEADER, viewer.csrf_token)
    return Response(status_code=204 if hmac.compare_digest(token.encode(), viewer.csrf_token.encode()) else 409)


def local_address(address: str) -> str:
    """The address if it is one of ours, so that signing in never leads to another site.

    A browser drops tabs and line ends from a link, and takes a backslash for a slash: `/<tab>/` leads away as well.
    """
    return address if OWN_ADDRESS.fullmatch(address) else ""
