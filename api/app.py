"""The web application, put together."""

from pathlib import Path
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from api import (
    decisions,
    metrics,
    patient_records,
    protocols,
    provider_sign_in,
    ready,
    referrals,
    sign_in,
    subscribers,
    webhooks,
)
from api.answers import Answers
from api.bounded_wait import BoundedWait
from api.contract.openapi import Described
from api.edge import Edge
from api.edge_headers import NEVER, EdgeHeaders, headers_of
from api.errors import NOT_RECORDED, RETRY_SOON, json_handler, problem_of
from api.head import HeadAsGet
from api.late import way_back_in
from api.pages import ROUTERS
from api.problems import NOT_FOUND, Problem
from api.purpose import PurposeIsMissing
from api.route_index import RouteIndex
from api.sent_by_script import SentByScript
from api.shell import page, templates
from api.unsafe_requests import UnsafeRequests
from api.viewer import NobodyIsSignedIn, ReasonIsMissing, Viewer, request_id_of, viewer_of

STATIC = Path(__file__).parent / "static"
WHILE_TYPING = "Not saved: you were signed out. What you typed is still here; copy it, then sign in again."
SPEAKS_JSON = ("/api/", "/events", "/ready", "/live", "/metrics", "/openapi.json", "/asyncapi.json", "/schemas")
SPEAKS_HTML = "/events/catalogue"


def create_app(edge: Edge) -> FastAPI:
    """The application over these doors; creating it touches nothing."""
    app = Described(title="Throughline", version=edge.version, docs_url=None, redoc_url=None)
    app.state.edge = edge
    app.add_middleware(BoundedWait)
    app.add_middleware(HeadAsGet)
    app.add_middleware(SentByScript)
    app.add_middleware(UnsafeRequests, secret=edge.secret, address=edge.address, refused=refused)
    app.add_middleware(EdgeHeaders, has_tls=edge.address.startswith("https:"))
    app.add_middleware(Answers, watch=edge.watch_answers)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    routers = (
        ready.router,
        metrics.router,
        sign_in.router,
        provider_sign_in.router,
        decisions.router,
        protocols.router,
        referrals.router,
        patient_records.router,
        subscribers.router,
        webhooks.router,
        webhooks.of_key,
        *ROUTERS,
    )
    every_route = [route for router in routers for route in router.routes]
    app.router.routes += [RouteIndex(every_route), *every_route]
    app.add_api_route("/docs", _docs, include_in_schema=False)
    app.add_exception_handler(Exception, failed)
    for kind in _expected():
        app.add_exception_handler(kind, answer)
    return app


def answer(request: Request, error: Exception) -> Response:
    """A problem document for programs, a page for people."""
    if request.url.path.startswith(SPEAKS_JSON) and not request.url.path.startswith(SPEAKS_HTML):
        return json_handler(request, error)
    if isinstance(error, NobodyIsSignedIn) and request.headers.get("hx-request"):
        return HTMLResponse(WHILE_TYPING)  # a part of a page: the page to sign in would be put in its place
    if isinstance(error, NobodyIsSignedIn):
        return _to_sign_in(request, error)
    if isinstance(error, PurposeIsMissing):
        asked_for = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/episodes/{error.episode_id}/purpose?then={quote(asked_for, safe='')}", 303)
    if isinstance(error, ReasonIsMissing):
        return RedirectResponse(f"/episodes/{error.episode_id}/take-access", 303)
    # people follow links: an address that cannot be read leads nowhere, and its parts have no names for them
    is_address = isinstance(error, RequestValidationError) and request.method == "GET"
    problem = NOT_FOUND.model_copy(update={"status": 422}) if is_address else problem_of(error)
    shown = problem_page(request, problem, _viewer_unless_down(request, problem))
    shown.headers.update(RETRY_SOON if problem.status == 503 else {})
    return shown


def _viewer_unless_down(request: Request, problem: Problem) -> Viewer | None:
    """The page about a failure must not need what has failed, nor wait for it a second time."""
    if problem.status == 503:
        return None
    try:
        return viewer_of(request)
    except Exception:
        return None


def problem_page(request: Request, problem: Problem, viewer: Viewer | None = None) -> HTMLResponse:
    """What went wrong and what to do: a page that could be had in a moment is one press away."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    again = here if problem.status >= 500 and request.method == "GET" else ""
    was_typed = problem.status >= 500 and request.method == "POST"
    number = str(request_id_of(request)) if problem.status == 500 else ""
    return page(
        request,
        "pages/problem.html",
        viewer,
        problem.status,
        problem=problem,
        again=again,
        number=number,
        was_typed=was_typed,
    )


def refused(request: Request, status: int, detail: str) -> Response:
    """An unsafe request that reaches no route, answered without asking the database who it is from."""
    problem = Problem(title=NOT_RECORDED, status=status, detail=detail)
    speaks_html = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(SPEAKS_JSON)
    return problem_page(request, problem) if speaks_html else problem.response()


def _to_sign_in(request: Request, error: NobodyIsSignedIn) -> Response:
    """Back afterwards to the page asked for, or to the one a form was sent from, which was not recorded."""
    asked_for = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method == "GET":
        return RedirectResponse(f"/sign-in?why={error.why.value}&then={quote(asked_for)}", 303)
    if error.waits_at:
        return RedirectResponse(way_back_in(error.why, error.waits_at), 303)
    page_of = urlsplit(request.headers.get("referer", ""))
    query = f"?{page_of.query}" if page_of.query else ""
    then = f"{page_of.path}{query}" if page_of.netloc == request.url.netloc else ""
    return RedirectResponse(f"/sign-in?why={error.why.value}&unsent=true&then={quote(then)}", 303)


def failed(request: Request, error: Exception) -> Response:
    """Our mistake. It is answered outside everything else, so it brings the headers of every answer itself."""
    found = answer(request, error)
    found.headers.update(headers_of(request.url.path) | {"cache-control": NEVER})
    return found


def _expected() -> tuple[type[Exception], ...]:
    """Errors that are answers, not failures: they are not logged as our mistake."""
    import psycopg
    from eventsourcing.persistence import PersistenceError
    from pydantic import ValidationError
    from starlette.exceptions import HTTPException

    from api.errors import ThingHasChanged
    from domain.refusal import Refused
    from projections.gone_through import NotYetGoneThrough
    from store.errors import Busy, KeyWasDestroyed, KeyWasUsedForAnother, NotFound, ReadingCouldNotBeLogged

    return (
        Refused,
        NotFound,
        NobodyIsSignedIn,
        PurposeIsMissing,
        ReasonIsMissing,
        KeyWasUsedForAnother,
        KeyWasDestroyed,
        Busy,
        ReadingCouldNotBeLogged,
        NotYetGoneThrough,
        ThingHasChanged,
        RequestValidationError,
        ValidationError,
        HTTPException,
        psycopg.Error,
        PersistenceError,
    )


def _docs(request: Request) -> HTMLResponse:
    """The API description, with its scripts served from here."""
    return HTMLResponse(templates().get_template("pages/api_description.html").render())
