"""Webhooks as JSON: where they go, every attempt, and what may be asked for; for people and for whoever holds a key."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Header, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.decision_routes import add_decision_route
from api.edge import Edge
from api.forms.form import slug_of
from api.recorded import Recorded, recorded_by
from api.viewer import EdgeOf, Viewer, ViewerOf, edge_of, viewer_of
from api.webhook_view.shown import deliveries_as_json, deliveries_of, webhook_as_json
from api.webhook_view.taking import BY_PEOPLE, bring_forward, request_id_of, resend, send_test, take_webhook
from api.webhook_view.which import Webhook, webhook_of_key, webhook_of_viewer
from domain.decision import Decision
from domain.derived import derived_id

router = APIRouter(prefix="/api/subscribers/{subscriber_id}/webhook", tags=["webhooks"])
of_key = APIRouter(prefix="/api/subscriber/webhook", tags=["webhooks"])
Key = Annotated[str, Header(min_length=8, max_length=200, alias="idempotency-key")]
Before = Annotated[int | None, Query(ge=1, le=2**53, description="`before` of the last answer, for older ones.")]


class WebhookAnswer(Recorded):
    """What a decision on a webhook recorded. `secret` is shown here and never again."""

    subscriber_id: UUID
    secret: str | None = None


class Stretch(BaseModel):
    """From one position of the log to another, both included."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: int = Field(alias="from", ge=1, le=2**53)
    last: int = Field(alias="to", ge=1, le=2**53)


class OnTrial(BaseModel):
    """Which type of event to invent, by its stored name."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(min_length=1, max_length=100)


def _of_viewer(request: Request, subscriber_id: UUID) -> tuple[Viewer, Webhook]:
    viewer = viewer_of(request)
    return viewer, webhook_of_viewer(edge_of(request), viewer, subscriber_id)


def _of_key(request: Request) -> Webhook:
    return webhook_of_key(request, edge_of(request))


OfViewer = Annotated[tuple[Viewer, Webhook], Depends(_of_viewer)]
OfKey = Annotated[Webhook, Depends(_of_key)]


@router.get("")
def webhook(edge: EdgeOf, viewer: ViewerOf, subscriber_id: UUID) -> Response:
    """Where a subscriber's events are posted, and whether they are."""
    return JSONResponse(webhook_as_json(webhook_of_viewer(edge, viewer, subscriber_id), edge.clock()))


@router.get("/deliveries")
def deliveries(edge: EdgeOf, viewer: ViewerOf, subscriber_id: UUID, before: Before = None) -> Response:
    """Every delivery with every attempt, the newest first."""
    return _deliveries(edge, webhook_of_viewer(edge, viewer, subscriber_id), before)


@router.post("/try-now")
def try_what_waits(edge: EdgeOf, asked: OfViewer) -> Response:
    """Try now whatever waits for its next try."""
    return JSONResponse({"tried": bring_forward(edge, asked[1])})


@router.post("/resend", status_code=202)
def send_again(edge: EdgeOf, asked: OfViewer, body: Stretch, idempotency_key: Key) -> Response:
    """Post events once more, under the ids they had."""
    viewer, which = asked
    request_id = request_id_of(viewer, idempotency_key)
    resend(edge.datastore, which, body.first, body.last, by=viewer.actor.actor_id, request_id=request_id)
    return JSONResponse({"request_id": str(request_id)}, 202)


@router.post("/send-test", status_code=202)
def send_on_trial(edge: EdgeOf, asked: OfViewer, body: OnTrial, idempotency_key: Key) -> Response:
    """Post an invented event that says it is one."""
    viewer, which = asked
    request_id = request_id_of(viewer, idempotency_key)
    send_test(edge.datastore, which, body.type, by=viewer.actor.actor_id, request_id=request_id)
    return JSONResponse({"request_id": str(request_id)}, 202)


@of_key.get("")
def own_webhook(edge: EdgeOf, which: OfKey) -> Response:
    """Where the events of this key's subscriber are posted, and whether they are."""
    return JSONResponse(webhook_as_json(which, edge.clock()))


@of_key.get("/deliveries")
def own_deliveries(edge: EdgeOf, which: OfKey, before: Before = None) -> Response:
    """Every delivery with every attempt, the newest first."""
    return _deliveries(edge, which, before)


@of_key.post("/try-now")
def try_own(edge: EdgeOf, which: OfKey) -> Response:
    """Try now whatever waits for its next try."""
    return JSONResponse({"tried": bring_forward(edge, which)})


@of_key.post("/resend", status_code=202)
def send_own_again(edge: EdgeOf, which: OfKey, body: Stretch, idempotency_key: Key) -> Response:
    """Post events once more, under the ids they had."""
    by, request_id = _asked_by_holder(which, idempotency_key)
    resend(edge.datastore, which, body.first, body.last, by=by, request_id=request_id)
    return JSONResponse({"request_id": str(request_id)}, 202)


@of_key.post("/send-test", status_code=202)
def send_own_on_trial(edge: EdgeOf, which: OfKey, body: OnTrial, idempotency_key: Key) -> Response:
    """Post an invented event that says it is one."""
    by, request_id = _asked_by_holder(which, idempotency_key)
    send_test(edge.datastore, which, body.type, by=by, request_id=request_id)
    return JSONResponse({"request_id": str(request_id)}, 202)


def _asked_by_holder(which: Webhook, key: str) -> tuple[UUID, UUID]:
    """A subscriber asks in its own name; its keys of idempotency never meet those of another."""
    return which.subscriber.subscriber_id, derived_id("asked by subscriber", which.subscriber.subscriber_id, key)


def _deliveries(edge: Edge, which: Webhook, before: int | None) -> Response:
    return JSONResponse(deliveries_as_json(deliveries_of(edge, which, before)))


def _add_route(decision: Decision) -> None:
    def route(
        request: Request, subscriber_id: UUID, body: Annotated[dict[str, Any], Body()], idempotency_key: Key
    ) -> Response:
        edge, viewer = edge_of(request), viewer_of(request)
        taken = take_webhook(edge, viewer, subscriber_id, decision, body, idempotency_key)
        recorded = WebhookAnswer(subscriber_id=subscriber_id, secret=taken.secret, **recorded_by(taken.receipt))
        return Response(recorded.model_dump_json(), media_type="application/json")

    add_decision_route(router, f"/{slug_of(decision.name)}", decision, route, WebhookAnswer)


for _decision in BY_PEOPLE.values():
    _add_route(_decision)
