"""Subscribers as JSON: who follows the network's events, under which grant, and one route per decision about them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Header, Request
from fastapi.responses import JSONResponse, Response

from api.bodies import require_plain
from api.decision_routes import add_decision_route
from api.decisions import command_from, command_id_of
from api.edge import Edge
from api.forms.form import slug_of
from api.orders import ReadsOrder, read_order, without_ids
from api.recorded import Recorded, recorded_by
from api.viewer import EdgeOf, Viewer, ViewerOf, edge_of, viewer_of
from domain.access import READ_SUBSCRIBERS, permits_in_network
from domain.decision import Decision, require_role
from domain.derived import derived_id
from domain.subscriber import DECISIONS
from domain.subscriber.subscriber import SUBSCRIBER
from store.command import Receipt
from store.errors import NotFound
from store.subscribers import KeptKey, Subscriber, keys_of, show_key, subscriber, subscribers_of

router = APIRouter(prefix="/api/subscribers", tags=["subscribers"])
Key = Annotated[str, Header(min_length=8, max_length=200, alias="idempotency-key")]
REGISTER = "register_subscriber"


class SubscriberAnswer(Recorded):
    """What a decision about a subscriber recorded. `key` is shown to the request that issued it and never again."""

    subscriber_id: UUID
    key_id: UUID | None = None
    key: str | None = None


def take_about_subscriber(
    edge: Edge,
    viewer: Viewer,
    subscriber_id: UUID,
    decision: Decision,
    body: dict[str, Any],
    key: str,
    *,
    read: ReadsOrder = read_order,
) -> Receipt:
    """Take a decision with this body as its order; for the JSON routes and the forms of the pages alike.

    Ids always follow from the command: a caller who named one could have a key shown that another was promised.
    """
    require_plain(body)
    command = command_from(viewer, key, [decision.name, str(subscriber_id), body])
    order = read(decision.order, without_ids(decision.order, body), command.command_id)
    return edge.care.decide(SUBSCRIBER, subscriber_id, decision, order, command=command)


def registered_as(viewer: Viewer, key: str) -> UUID:
    """The id of a subscriber that is registered under this key; the same request sent twice is one."""
    return derived_id(command_id_of(viewer, key), "subscriber")


def issued_key(edge: Edge, viewer: Viewer, key: str) -> tuple[UUID, str | None]:
    """The id of the key that the command issued, and the key itself: None where it was shown before."""
    key_id = derived_id(command_id_of(viewer, key), "key_id")
    return key_id, show_key(edge.datastore, viewer.network_id, key_id)


@router.get("")
def subscribers(edge: EdgeOf, viewer: ViewerOf) -> Response:
    """All of this network that have not ended."""
    _require_reader(viewer)
    found = [_as_json(one) for one in subscribers_of(edge.datastore, viewer.network_id)]
    return JSONResponse({"subscribers": found})


@router.get("/{subscriber_id}")
def one_subscriber(edge: EdgeOf, viewer: ViewerOf, subscriber_id: UUID) -> Response:
    """How it stands, with its keys by id."""
    _require_reader(viewer)
    with edge.datastore.in_network(viewer.network_id) as connection:
        found = subscriber(connection, subscriber_id)
    if found is None:
        raise NotFound(NotFound.__doc__)
    keys = keys_of(edge.datastore, viewer.network_id, subscriber_id)
    return JSONResponse(_as_json(found) | {"keys": [_key_as_json(one) for one in keys]})


def _require_reader(viewer: Viewer) -> None:
    if not permits_in_network(viewer.actor, READ_SUBSCRIBERS):
        raise NotFound(NotFound.__doc__)


def _require_known(edge: Edge, viewer: Viewer, subscriber_id: UUID) -> None:
    """NotFound for another network's; one that has ended is known, so that a repetition is answered as the first."""
    state, _ = edge.care.state(SUBSCRIBER, subscriber_id, network_id=viewer.network_id)
    if state.subscriber_id is None:
        raise NotFound(NotFound.__doc__)


def _as_json(one: Subscriber) -> dict[str, Any]:
    grant = one.grant
    return {
        "subscriber_id": str(one.subscriber_id),
        "title": one.title,
        "way": one.way.value,
        "is_paused": one.is_paused,
        "since_position": one.since_position,
        "grant": grant
        and {
            "grant_id": str(grant.grant_id),
            "purpose": grant.purpose,
            "stored_names": None if grant.stored_names is None else sorted(grant.stored_names),
            "is_full": grant.full,
            "until_at": grant.until_at.isoformat() if grant.until_at else None,
        },
    }


def _key_as_json(key: KeptKey) -> dict[str, Any]:
    moments = (key.expires_at, key.shown_at, key.revoked_at, key.last_used_at)
    names = ("expires_at", "shown_at", "revoked_at", "last_used_at")
    said = {name: at.isoformat() if at else None for name, at in zip(names, moments, strict=True)}
    return {"key_id": str(key.key_id), "scopes": key.scopes, **said}


def _answered(
    edge: Edge, viewer: Viewer, subscriber_id: UUID, decision: Decision, body: dict[str, Any], key: str
) -> Response:
    receipt = take_about_subscriber(edge, viewer, subscriber_id, decision, body, key)
    key_id, text = issued_key(edge, viewer, key) if decision.name == "issue_key" else (None, None)
    recorded = SubscriberAnswer(subscriber_id=subscriber_id, key_id=key_id, key=text, **recorded_by(receipt))
    return Response(recorded.model_dump_json(), media_type="application/json")


def _add_route(decision: Decision) -> None:
    def register(request: Request, body: Annotated[dict[str, Any], Body()], idempotency_key: Key) -> Response:
        viewer = viewer_of(request)
        _require_reader(viewer)
        require_role(viewer.actor, decision.by)
        subscriber_id = registered_as(viewer, idempotency_key)
        return _answered(edge_of(request), viewer, subscriber_id, decision, body, idempotency_key)

    def decide(
        request: Request, subscriber_id: UUID, body: Annotated[dict[str, Any], Body()], idempotency_key: Key
    ) -> Response:
        edge, viewer = edge_of(request), viewer_of(request)
        _require_reader(viewer)
        _require_known(edge, viewer, subscriber_id)
        require_role(viewer.actor, decision.by)
        return _answered(edge, viewer, subscriber_id, decision, body, idempotency_key)

    slug, is_new = slug_of(decision.name), decision.name == REGISTER
    add_decision_route(
        router,
        f"/{slug}" if is_new else f"/{{subscriber_id}}/{slug}",
        decision,
        register if is_new else decide,
        SubscriberAnswer,
    )


for _decision in DECISIONS:
    _add_route(_decision)
