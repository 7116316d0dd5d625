"""Sign-in: in a demonstration a list of invented people, otherwise nothing yet."""

import re
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.edge import Edge
from api.people import Colleague
from api.shell import home_of, page
from api.unsafe_requests import SESSION_COOKIE, token_for
from api.viewer import EdgeOf, NobodyIsSignedIn, ViewerOf, viewer_of
from domain.actor import Role
from store.errors import NotFound
from store.networks import networks
from store.sign_in import WhyOut

router = APIRouter(include_in_schema=False)
OWN_ADDRESS = re.compile(r"/(?!/)[^\x00-\x20\\]*")
WHY_OUT = {
    WhyOut.IDLE: "You were signed out after 15 min without use. Nothing was lost on the server.",
    WhyOut.OVER: "You were signed out after 12 h. Sign in again.",
    WhyOut.SUSPENDED: "This person is suspended. Ask your practice.",
}
OPENS = {
    Role.THERAPIST: "Caseload",
    Role.PRESCRIBER: "Worklist",
    Role.COORDINATOR: "Coordination",
    Role.COMPLIANCE: "Replay",
}


class Post(NamedTuple):
    """One person's place in one network."""

    network_id: UUID
    network_title: str
    colleague: Colleague

    @property
    def role_words(self) -> str:
        return " and ".join(role.value for role in OPENS if role in self.colleague.roles)


class DemoPerson(NamedTuple):
    """An invented person, with every place where they work."""

    name: str
    posts: tuple[Post, ...]

    @property
    def opens(self) -> str:
        return next((word for role, word in OPENS.items() if role in self.posts[0].colleague.roles), "Caseload")


def demo_people(edge: Edge) -> list[DemoPerson]:
    """Everybody who can be signed in, under one name where they work in several networks."""
    posts: dict[str, list[Post]] = {}
    for known in networks(edge.datastore):
        for colleague in edge.people.around(known.network_id).colleagues.values():
            posts.setdefault(colleague.name, []).append(Post(known.network_id, known.title, colleague))
    order = list(OPENS)
    people = [DemoPerson(name, tuple(found)) for name, found in posts.items()]
    return sorted(people, key=lambda p: (min(order.index(r) for r in p.posts[0].colleague.roles if r in OPENS), p.name))


@router.get("/", response_model=None)
def front_door(request: Request) -> Response:
    try:
        return RedirectResponse(home_of(viewer_of(request)), 303)
    except NobodyIsSignedIn:
        return RedirectResponse("/sign-in", 303)


@router.get("/sign-in")
def sign_in_page(request: Request, edge: EdgeOf, why: str = "", then: str = "") -> HTMLResponse:
    reason = next((text for out, text in WHY_OUT.items() if out.value == why), None)
    people = demo_people(edge) if edge.is_demo else []
    return _shown(request, edge, people=people, reason=reason, then=local_address(then), choose=None)


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
        return _shown(request, edge, people=[], reason=None, then=local_address(then), choose=found)
    post = next((post for post in found.posts if network in (None, post.network_id)), None)
    if post is None:
        raise NotFound(NotFound.__doc__)
    if post.colleague.is_suspended:
        return RedirectResponse(f"/sign-in?why={WhyOut.SUSPENDED.value}", 303)
    secret = edge.sign_in.begin(post.network_id, post.colleague.clinician_id, frozenset(post.colleague.roles))
    answer = RedirectResponse(local_address(then) or "/", 303)
    is_secure = edge.is_under_tls(request)
    answer.set_cookie(SESSION_COOKIE, secret, httponly=True, samesite="lax", secure=is_secure, path="/")
    return answer


def _shown(request: Request, edge: Edge, **shown: Any) -> HTMLResponse:
    """With the token of the cookie that is still there: of a session that has run out, or of somebody else's."""
    cookie = request.cookies.get(SESSION_COOKIE, "")
    token = token_for(cookie, edge.secret) if cookie else ""
    return page(request, "pages/sign_in.html", None, csrf_token=token, **shown)


@router.post("/sign-out", response_model=None)
def sign_out(request: Request, edge: EdgeOf, viewer: ViewerOf) -> Response:
    edge.sign_in.end(viewer.secret)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


@router.get("/stay", response_model=None)
def stay(viewer: ViewerOf) -> Response:
    """Keeps the sign-in session alive for somebody who is still there."""
    return Response(status_code=204)


def local_address(address: str) -> str:
    """The address if it is one of ours, so that signing in never leads to another site.

    A browser drops tabs and line ends from a link, and takes a backslash for a slash: `/<tab>/` leads away as well.
    """
    return address if OWN_ADDRESS.fullmatch(address) else ""
