"""Erasures and legal holds, for compliance: the list, one patient's record, and the acts of both people."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.confirming import held, hold, hold_and_ask, is_asked_at_provider, let_go
from api.edge import Edge
from api.forms.posted import Posted, PostedForm
from api.lag import lag_of
from api.late import HOLD, TYPED, hold_and_sign_out, viewer_in_time
from api.list_view.more import ROWS_AT_FIRST, Rows, more_rows
from api.notice import Notice, leave_notice
from api.orders import read_form
from api.pages.reauthenticate import sign_anew
from api.patient_records import take_about_patient, the_patient
from api.problems import mistakes_in
from api.record_view import BASES, record_row, record_shown
from api.shell import page
from api.subscriber_view import Clock
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.access import READ_ERASURES, permits_in_network
from domain.patient import OF_COMPLIANCE
from domain.refusal import Refused, SignInAgain
from projections import READ_MODELS
from projections.erasures import ERASURES, record_of, records_listed
from store.access_log import Read, log_reading
from store.errors import KeyWasUsedForAnother, NotFound

router = APIRouter(include_in_schema=False)
HERE = "/erasures"
PURPOSE = "record_keeping"
"""Why compliance reads on these pages, as it stands in the access log."""
NO_SUCH_REFERENCE = "Nobody in this network goes by this reference."
DECISION_OF = {decision.name: decision for decision in OF_COMPLIANCE}
FIELDS = {
    "propose_erasure": ("reference", "legal_basis", "reason"),
    "call_off_erasure": ("erasure_id", "reason"),
    "confirm_erasure": ("erasure_id", "reference"),
    "place_legal_hold": ("reason",),
    "lift_legal_hold": ("hold_id", "reason"),
}
NOTICES = {
    "propose_erasure": "Recorded: an erasure is proposed.",
    "call_off_erasure": "Recorded: the erasure is called off.",
    "confirm_erasure": "The patient is erased.",
    "place_legal_hold": "Recorded: a legal hold is placed.",
    "lift_legal_hold": "Recorded: the legal hold is lifted.",
}
Trouble = tuple[str, str, dict[str, str]]
"""Of which form, what stands above it, and what stands beside its fields."""
NO_TROUBLE: Trouble = ("", "", {})


@router.get(HERE)
def erasures_page(request: Request, edge: EdgeOf, viewer: ViewerOf, rows: Rows = ROWS_AT_FIRST) -> HTMLResponse:
    """What waits, what is kept and what is erased, by reference."""
    return _list(request, edge, viewer, most=rows)


@router.post(f"{HERE}/find", response_model=None)
def find(request: Request, edge: EdgeOf, viewer: ViewerOf, posted: PostedForm) -> Response:
    """The record that goes by a reference; in a body, as every search is."""
    _require_reader(viewer)
    with edge.datastore.in_network(viewer.network_id) as connection:
        found = record_of(connection, viewer.network_id, posted.one("reference"))
    if found is None:
        return _list(request, edge, viewer, posted.one("reference"), NO_SUCH_REFERENCE)
    return RedirectResponse(f"{HERE}/{found.patient_id}", 303)


@router.get(f"{HERE}/{{patient_id}}")
def record_page(request: Request, edge: EdgeOf, viewer: ViewerOf, patient_id: UUID) -> HTMLResponse:
    """One patient's record: how it stands, what an erasure leaves, and what may be done next."""
    _require_reader(viewer)
    waits = held(request, edge, viewer, place=f"{HERE}/{patient_id}", person_id=patient_id)
    return _record(request, edge, viewer, patient_id, waits, is_back=waits is not None and viewer.actor.reauthenticated)


def _add(name: str) -> None:
    decision, slug = DECISION_OF[name], name.replace("_", "-")

    def typed(request: Request, edge: EdgeOf, viewer: ViewerOf, patient_id: UUID) -> HTMLResponse:
        """The page with what was typed in this form, where it waits."""
        _require_reader(viewer)
        waits = held(request, edge, viewer, place=f"{HERE}/{patient_id}/{slug}", person_id=patient_id)
        came_back = f"{name}{waits.one('hold_id')}" if waits else ""
        return _record(request, edge, viewer, patient_id, waits, came_back=came_back)

    def decide(request: Request, edge: EdgeOf, patient_id: UUID, posted: PostedForm) -> Response:
        place, keep = f"{HERE}/{patient_id}/{slug}", partial(_keep, patient_id)
        viewer = viewer_in_time(request, edge, posted, place=place, keep=keep)
        _require_reader(viewer)
        the_patient(edge, viewer, patient_id)
        if posted.one(HOLD):
            return hold_and_sign_out(request, edge, viewer, posted, place=place, keep=keep)
        here, is_at_provider = f"{HERE}/{patient_id}", is_asked_at_provider(edge, viewer)
        if posted.one("_sign") and not is_at_provider:
            viewer = sign_anew(request, edge, viewer)
        body: dict[str, Any] = {field: value for field in FIELDS[name] if (value := posted.one(field))}
        try:
            key = posted.one("_key") or uuid4().hex
            receipt = take_about_patient(edge, viewer, patient_id, decision, body, key, read=read_form)
        except (Refused, ValidationError, KeyWasUsedForAnother) as refused:
            if isinstance(refused, SignInAgain) and is_at_provider:
                return hold_and_ask(request, edge, viewer, posted, place=here, person_id=patient_id)
            trouble = (f"{name}{posted.one('hold_id')}", *_words(refused))
            status = 422 if isinstance(refused, ValidationError) else 409
            return _record(request, edge, viewer, patient_id, posted, trouble, status)
        for held_at in (here, place):
            let_go(edge, viewer, held_at, posted)
        edge.waiting.wait_until(receipt.position, READ_MODELS)
        answer = RedirectResponse(here, 303)
        leave_notice(answer, Notice(NOTICES[name], []), edge.secret, edge.clock())
        return answer

    path = f"{HERE}/{{patient_id}}/{slug}"
    router.add_api_route(path, decide, methods=["POST"], response_model=None, name=f"{name}_form")
    router.add_api_route(path, typed, methods=["GET"], response_model=None, name=f"typed_{name}")


def _keep(patient_id: UUID, edge: Edge, viewer: Viewer, posted: Posted, *, place: str, person_id: UUID | None) -> str:
    """Under the patient's key: it is erased with them. `person_id` is nobody's, as these pages are of no episode."""
    _require_reader(viewer)
    the_patient(edge, viewer, patient_id)
    return hold(edge, viewer, posted, place=place, person_id=person_id or patient_id)


for _name in FIELDS:
    _add(_name)


def _require_reader(viewer: Viewer) -> None:
    if not permits_in_network(viewer.actor, READ_ERASURES):
        raise NotFound(NotFound.__doc__)


def _list(
    request: Request, edge: Edge, viewer: Viewer, typed: str = "", mistake: str = "", *, most: int = ROWS_AT_FIRST
) -> HTMLResponse:
    _require_reader(viewer)
    with edge.datastore.in_network(viewer.network_id) as connection:
        found = records_listed(connection, viewer.network_id, most=most)
    read = [Read(None), *(Read(one.patient_id) for one in found.rows)]
    log_reading(edge.datastore, viewer.actor, "erasures", read, correlation_id=viewer.correlation_id, purpose=PURPOSE)
    clock = Clock(viewer.zone, edge.clock())
    return page(
        request,
        "pages/erasures.html",
        viewer,
        422 if mistake else 200,
        rows=[record_row(one, viewer, clock) for one in found.rows],
        more=more_rows(HERE, {}, most, found.of),
        lag=lag_of(edge, viewer, ERASURES),
        waiting_days=viewer.around.network.erasure_terms.waiting_days,
        typed=typed,
        mistake=mistake,
    )


def _record(
    request: Request,
    edge: Edge,
    viewer: Viewer,
    patient_id: UUID,
    posted: Posted | None = None,
    trouble: Trouble = NO_TROUBLE,
    status: int = 200,
    *,
    is_back: bool = False,
    came_back: str = "",
) -> HTMLResponse:
    patient = the_patient(edge, viewer, patient_id)
    read = [Read(patient_id)]
    log_reading(edge.datastore, viewer.actor, "record", read, correlation_id=viewer.correlation_id, purpose=PURPOSE)
    new_key: Callable[[], str] = lambda: uuid4().hex  # noqa: E731 one for each form that is drawn
    return page(
        request,
        "pages/erasure.html",
        viewer,
        status,
        here=f"{HERE}/{patient_id}",
        record=record_shown(edge, viewer, patient, patient_id),
        bases=BASES,
        waiting_days=viewer.around.network.erasure_terms.waiting_days,
        posted=posted or Posted(),
        trouble=trouble,
        is_back=is_back,
        came_back=came_back,
        typed_words=TYPED if came_back else "",
        new_key=new_key,
    )


def _words(error: Exception) -> tuple[str, dict[str, str]]:
    match error:
        case Refused() if error.field:
            return "", {error.field: error.message}
        case Refused():
            return error.message, {}
        case ValidationError():
            return "", {one.field: one.says for one in mistakes_in(list(error.errors()))}  # type: ignore[arg-type]
    return "This was recorded already, with other words. Open the page again.", {}
