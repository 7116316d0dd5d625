"""Protocols and their versions: the list, a draft under work, the review, publishing, adopting and retiring."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.confirming import held, hold_and_ask, is_asked_at_provider, let_go
from api.edge import Edge
from api.formats import day_of
from api.forms.posted import Posted, PostedForm
from api.late import HOLD, TYPED, hold_and_sign_out, viewer_in_time
from api.notice import Notice, leave_notice
from api.orders import read_form
from api.pages.protocol import document_shown
from api.pages.reauthenticate import sign_anew
from api.problems import mistakes_in
from api.protocol_view.known import Known, known_versions, network_now, the_version
from api.protocol_view.shown import VersionShown, next_version, version_shown
from api.protocols import BY_PEOPLE, ProtocolName, Version, take_adoption, take_protocol
from api.shell import page
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.decision import Decision, decision_of
from domain.network.adopt_protocol import adopt_protocol
from domain.protocol.check import Finding, check
from domain.protocol.check.lines import NotJson, read_with_lines
from domain.protocol.draft_protocol import draft_protocol, name_in
from domain.protocol.written import LONGEST_CHARACTERS, written_out
from domain.refusal import Refused, SignInAgain
from projections import READ_MODELS
from store.command import Receipt
from store.errors import KeyWasUsedForAnother, NotFound

router = APIRouter(include_in_schema=False)
DRAFT = "/protocols/draft"
DECISION_OF = {decision.name: decision for decision in BY_PEOPLE}


@router.get("/protocols")
def protocols_page(request: Request, edge: EdgeOf, viewer: ViewerOf) -> HTMLResponse:
    """All versions of all protocols; it is about nobody."""
    known = known_versions(edge, viewer)
    by_name: dict[str, list[Known]] = {}
    for one in known.values():
        by_name.setdefault(one.protocol_id, []).insert(0, one)
    may_draft = viewer.actor.has(*decision_of(draft_protocol).by)
    return page(request, "pages/protocols.html", viewer, protocols=by_name, may_draft=may_draft)


@router.get(DRAFT)
def draft_page(
    request: Request,
    edge: EdgeOf,
    viewer: ViewerOf,
    of: Annotated[str, Query(max_length=50)] = "",
    version: Annotated[str, Query(max_length=6)] = "",
) -> HTMLResponse:
    """The editor: a draft as it stands, or a new version that starts from another, such as the one in force."""
    _require_author(viewer)
    if waits := held(request, edge, viewer, place=DRAFT, person_id=None):
        return _editor(request, viewer, text := waits.one("document"), check(text), came_back=TYPED)
    known = known_versions(edge, viewer)
    found = known.get((of, version)) if of else next((one for one in known.values() if one.is_in_force), None)
    if found is None:
        raise NotFound(NotFound.__doc__)
    is_draft = found.draft is not None
    document = dict(found.document) if is_draft else next_version(found, known)
    return _editor(request, viewer, written_out(document), check(written_out(document)) if is_draft else ())


@router.post(DRAFT, response_model=None)
def draft(request: Request, edge: EdgeOf, posted: PostedForm) -> Response:
    """Keep it as a draft, mistakes and all; only check it, where that was asked; or say why it is no document."""
    viewer = viewer_in_time(request, edge, posted, place=DRAFT)
    _require_author(viewer)
    if posted.one(HOLD):
        return hold_and_sign_out(request, edge, viewer, posted, place=DRAFT)
    text = posted.one("document")
    if len(text) > LONGEST_CHARACTERS:
        return _editor(request, viewer, text, check(text), "This is too long for a protocol.", status=413)
    try:
        document = read_with_lines(text).document
        protocol_id, version = name_in(document)
    except (NotJson, Refused) as wrong:
        sentence = wrong.message if isinstance(wrong, Refused) else ""
        return _editor(request, viewer, text, check(text), sentence, status=422)
    if posted.one("_check"):
        return _editor(request, viewer, text, check(text), is_checked=True)
    try:
        body = {"document": document}
        receipt = take_protocol(edge, viewer, protocol_id, DECISION_OF["draft_protocol"], body, posted.one("_key"))
    except (Refused, ValidationError, KeyWasUsedForAnother) as refused:
        return _editor(request, viewer, text, check(text), _sentence(refused), status=_status(refused))
    let_go(edge, viewer, DRAFT, posted)
    return _recorded(edge, receipt, f"/protocols/{protocol_id}/{version}", "draft")


@router.get("/protocols/{protocol_id}/{version}")
def version_page(
    request: Request, edge: EdgeOf, viewer: ViewerOf, protocol_id: ProtocolName, version: Version
) -> HTMLResponse:
    """How a version stands, what is wrong with it, what it changes, and what can be decided about it."""
    known = the_version(edge, viewer, protocol_id, version)
    waits = held(request, edge, viewer, place=known.href, person_id=None)
    is_back = waits is not None and viewer.actor.reauthenticated
    return _version(
        request, edge, viewer, known, waits, is_back=is_back, came_back="" if is_back or not waits else TYPED
    )


@router.get("/protocols/{protocol_id}/{version}/document")
def document_page(
    request: Request, edge: EdgeOf, viewer: ViewerOf, protocol_id: ProtocolName, version: Version
) -> HTMLResponse:
    """Every rule and number of a version to read, adopted or not; a draft with mistakes cannot be read as one."""
    found = the_version(edge, viewer, protocol_id, version)
    today = day_of(edge.clock(), viewer.zone)
    stands = ", ".join(found.stands)
    return document_shown(request, viewer, found.document, stands=stands, sha256=found.sha256, today=today)


Answer = Callable[[Edge, Viewer, Known, Posted], Receipt]


def _decided(name: str, *fields: str) -> Answer:
    """What a form on the page of a version says, as the order of a decision."""

    def decide(edge: Edge, viewer: Viewer, known: Known, posted: Posted) -> Receipt:
        body: dict[str, Any] = {"protocol_version": known.version}
        body |= {field: value for field in fields if (value := posted.one(field))}
        decision, key = DECISION_OF[name], posted.one("_key")
        return take_protocol(edge, viewer, known.protocol_id, decision, body, key, read=read_form)

    return decide


def _adopted(edge: Edge, viewer: Viewer, known: Known, posted: Posted) -> Receipt:
    beside = posted.one("beside") == "true"
    return take_adoption(edge, viewer, known.protocol_id, known.version, beside, posted.one("_key"))


ANSWERS: dict[str, tuple[Decision, Answer, str]] = {
    "review": (
        DECISION_OF["review_protocol"], _decided("review_protocol", "sha256", "approves", "remark"), "review",
    ),
    "publish": (DECISION_OF["publish_protocol"], _decided("publish_protocol", "sha256"), "publication"),
    "adopt": (decision_of(adopt_protocol), _adopted, "adoption"),
    "retire": (DECISION_OF["retire_protocol"], _decided("retire_protocol", "reason"), "retirement"),
}  # fmt: skip
"""The forms on the page of a version: the decision, how it is taken, and what the notice calls it."""


def _add(slug: str) -> None:
    decision, answer, recorded = ANSWERS[slug]

    def route(
        request: Request, edge: EdgeOf, protocol_id: ProtocolName, version: Version, posted: PostedForm
    ) -> Response:
        viewer = viewer_in_time(request, edge, posted, place=f"/protocols/{protocol_id}/{version}")
        known = the_version(edge, viewer, protocol_id, version)
        if not viewer.actor.has(*decision.by):
            raise NotFound(NotFound.__doc__)
        if posted.one(HOLD):
            return hold_and_sign_out(request, edge, viewer, posted, place=known.href)
        is_at_provider = is_asked_at_provider(edge, viewer)
        if posted.one("_sign") and not is_at_provider:
            viewer = sign_anew(request, edge, viewer)
        try:
            receipt = answer(edge, viewer, known, posted)
        except (Refused, ValidationError, KeyWasUsedForAnother) as refused:
            if isinstance(refused, SignInAgain) and is_at_provider:
                return hold_and_ask(request, edge, viewer, posted, place=known.href, person_id=None)
            trouble = (slug, _sentence(refused))
            return _version(request, edge, viewer, known, posted, trouble, _status(refused))
        let_go(edge, viewer, known.href, posted)
        return _recorded(edge, receipt, known.href, recorded)

    path = f"/protocols/{{protocol_id}}/{{version}}/{slug}"
    router.add_api_route(path, route, methods=["POST"], response_model=None, name=f"{slug}_version")


for _slug in ANSWERS:
    _add(_slug)


def _require_author(viewer: Viewer) -> None:
    if not viewer.actor.has(*decision_of(draft_protocol).by):
        raise NotFound(NotFound.__doc__)


def _editor(
    request: Request,
    viewer: Viewer,
    text: str,
    findings: tuple[Finding, ...],
    sentence: str = "",
    *,
    is_checked: bool = False,
    came_back: str = "",
    status: int = 200,
) -> HTMLResponse:
    more = {"text": text, "findings": findings, "sentence": sentence, "is_checked": is_checked, "key": uuid4().hex}
    more |= {"came_back": came_back}
    return page(request, "pages/protocol_draft.html", viewer, status, **more)


def _version(
    request: Request,
    edge: Edge,
    viewer: Viewer,
    known: Known,
    posted: Posted | None = None,
    trouble: tuple[str, str] = ("", ""),
    status: int = 200,
    *,
    is_back: bool = False,
    came_back: str = "",
) -> HTMLResponse:
    shown: VersionShown = version_shown(edge, viewer, known, network_now(edge, viewer))
    more = {"posted": posted or Posted(), "trouble": trouble, "keys": {slug: uuid4().hex for slug in ANSWERS}}
    more |= {"is_back": is_back, "came_back": came_back}
    return page(request, "pages/protocol_version.html", viewer, status, known=known, shown=shown, **more)


def _recorded(edge: Edge, receipt: Receipt, href: str, what: str) -> Response:
    edge.waiting.wait_until(receipt.position, READ_MODELS)
    answer = RedirectResponse(href, 303)
    text = f"Recorded: {what}." if receipt.recorded else "Nothing new was recorded: it stood there already."
    leave_notice(answer, Notice(text, []), edge.secret, edge.clock())
    return answer


def _sentence(error: Exception) -> str:
    match error:
        case Refused():
            return error.message
        case ValidationError():
            return " ".join(f"{one.field}: {one.says}" for one in mistakes_in(list(error.errors())))  # type: ignore[arg-type]
    return "This was recorded already, with other words. Open the page again."


def _status(error: Exception) -> int:
    return 409 if isinstance(error, Refused) else 422
