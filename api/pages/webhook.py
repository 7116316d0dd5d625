"""Where a subscriber's events are posted, on the clinic's side: every attempt, the address, what may be asked for."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.confirming import held, let_go
from api.edge import Edge
from api.forms.posted import Posted, PostedForm
from api.late import HOLD, hold_and_sign_out, viewer_in_time
from api.orders import read_form
from api.problems import mistakes_in
from api.viewer import EdgeOf, Viewer, ViewerOf
from api.webhook_view.page import CameBack, Place, webhook_page
from api.webhook_view.taking import BY_PEOPLE, bring_forward, request_id_of, resend, send_test, take_webhook
from api.webhook_view.which import Webhook, webhook_of_viewer
from domain.refusal import Refused

router = APIRouter(prefix="/subscribers/{subscriber_id}/webhook", include_in_schema=False)
FIELDS = {"set_webhook": ("url",), "rotate_secret": ("overlap_hours",), "disable_webhook": ()}
LARGEST_POSITION = 2**53


@router.get("")
def shown(
    request: Request,
    edge: EdgeOf,
    viewer: ViewerOf,
    subscriber_id: UUID,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_POSITION)] = None,
) -> HTMLResponse:
    """How it stands, and its deliveries."""
    webhook = webhook_of_viewer(edge, viewer, subscriber_id)
    return webhook_page(request, edge, webhook, _place(viewer, webhook), before=before)


@router.post("/try-now")
def try_now(edge: EdgeOf, viewer: ViewerOf, subscriber_id: UUID) -> Response:
    """Try now whatever waits for its next try."""
    webhook = webhook_of_viewer(edge, viewer, subscriber_id)
    bring_forward(edge, webhook)
    return _back(viewer, webhook)


@router.post("/resend", response_model=None)
def send_again(request: Request, edge: EdgeOf, viewer: ViewerOf, subscriber_id: UUID, posted: PostedForm) -> Response:
    """Post a stretch of events once more."""
    webhook = webhook_of_viewer(edge, viewer, subscriber_id)
    came_back = ask_again(edge, webhook, posted, by=viewer.actor.actor_id, request_id=_request_id(viewer, posted))
    if came_back is not None:
        return webhook_page(request, edge, webhook, _place(viewer, webhook), came_back=came_back)
    return _back(viewer, webhook)


@router.post("/send-test", response_model=None)
def send_on_trial(
    request: Request, edge: EdgeOf, viewer: ViewerOf, subscriber_id: UUID, posted: PostedForm
) -> Response:
    """Post an invented event."""
    webhook = webhook_of_viewer(edge, viewer, subscriber_id)
    came_back = ask_test(edge, webhook, posted, by=viewer.actor.actor_id, request_id=_request_id(viewer, posted))
    if came_back is not None:
        return webhook_page(request, edge, webhook, _place(viewer, webhook), came_back=came_back)
    return _back(viewer, webhook)


def _add(name: str) -> None:
    slug = name.replace("_", "-")

    def typed(request: Request, edge: EdgeOf, viewer: ViewerOf, subscriber_id: UUID) -> HTMLResponse:
        """The page with what was typed in this form, where it waits."""
        webhook = webhook_of_viewer(edge, viewer, subscriber_id)
        place = _place(viewer, webhook)
        waits = held(request, edge, viewer, place=f"{place.here}/{slug}", person_id=None)
        return webhook_page(request, edge, webhook, place, came_back=_waiting(slug, waits) if waits else None)

    def decide(request: Request, edge: EdgeOf, subscriber_id: UUID, posted: PostedForm) -> Response:
        place = f"/subscribers/{subscriber_id}/webhook/{slug}"
        viewer = viewer_in_time(request, edge, posted, place=place)
        webhook = webhook_of_viewer(edge, viewer, subscriber_id)
        if posted.one(HOLD):
            return hold_and_sign_out(request, edge, viewer, posted, place=place)
        body: dict[str, Any] = {field: posted.one(field) for field in FIELDS[name] if posted.one(field)}
        key = posted.one("_key") or uuid4().hex
        try:
            taken = take_webhook(edge, viewer, subscriber_id, BY_PEOPLE[name], body, key, read=read_form)
        except (Refused, ValidationError) as error:
            came_back = _came_back(slug, posted, error)
            return webhook_page(request, edge, webhook, _place(viewer, webhook), came_back=came_back)
        let_go(edge, viewer, place, posted)
        if taken.secret is None:
            return _back(viewer, webhook)
        now = webhook_of_viewer(edge, viewer, subscriber_id)
        return webhook_page(request, edge, now, _place(viewer, now), secret=taken.secret)

    router.add_api_route(f"/{slug}", decide, methods=["POST"], response_model=None, name=f"{name}_by_form")
    router.add_api_route(f"/{slug}", typed, methods=["GET"], response_model=None, name=f"typed_{name}")


for _name in FIELDS:
    _add(_name)


def ask_again(edge: Edge, webhook: Webhook, posted: Posted, *, by: UUID, request_id: UUID) -> CameBack | None:
    """Ask for a stretch; what is to be mended, if something is."""
    try:
        first, last = (_position(posted, name) for name in ("from", "to"))
        resend(edge.datastore, webhook, first, last, by=by, request_id=request_id)
    except Refused as error:
        return _came_back("resend", posted, error)
    return None


def ask_test(edge: Edge, webhook: Webhook, posted: Posted, *, by: UUID, request_id: UUID) -> CameBack | None:
    """Ask for an invented event; what is to be mended, if something is."""
    try:
        send_test(edge.datastore, webhook, posted.one("type"), by=by, request_id=request_id)
    except Refused as error:
        return _came_back("send-test", posted, error)
    return None


class NoPosition(Refused):
    """A position is a whole number from 1 on, as it stands beside each event."""


def _position(posted: Posted, name: str) -> int:
    text = posted.one(name)
    if not (text.isascii() and text.isdigit() and len(text) < 16 and int(text)):
        raise NoPosition(field=name)
    return int(text)


def _waiting(form: str, posted: Posted) -> CameBack:
    return CameBack(form, "", "", _typed(posted), 200, is_waiting=True, key=posted.one("_key"))


def _typed(posted: Posted) -> dict[str, str]:
    return {name: posted.one(name) for name in ("url", "overlap_hours", "from", "to", "type")}


def _came_back(form: str, posted: Posted, error: Refused | ValidationError) -> CameBack:
    typed = _typed(posted)
    if isinstance(error, Refused):
        return CameBack(form, error.field or "", error.message, typed)
    mistake = mistakes_in(list(error.errors()))[0]  # type: ignore[arg-type]
    return CameBack(form, mistake.field, mistake.says, typed, 422)


def _place(viewer: Viewer, webhook: Webhook) -> Place:
    up = f"/subscribers/{webhook.subscriber.subscriber_id}"
    return Place(f"{up}/webhook", up, "The subscriber", viewer.zone, viewer, viewer.csrf_token)


def _back(viewer: Viewer, webhook: Webhook) -> Response:
    return RedirectResponse(_place(viewer, webhook).here, 303)


def _request_id(viewer: Viewer, posted: Posted) -> UUID:
    return request_id_of(viewer, posted.one("_key") or uuid4().hex)
