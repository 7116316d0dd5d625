"""Decisions about a webhook and what may be asked for, for the JSON routes and the pages alike."""

from typing import Any, NamedTuple
from uuid import UUID

from api.bodies import require_plain
from api.decisions import command_from, command_id_of
from api.edge import Edge
from api.orders import ReadsOrder, read_order, without_ids
from api.viewer import Viewer
from api.webhook_view.which import Webhook, webhook_of_viewer
from domain.decision import Decision, decision_of
from domain.order import Order
from domain.subscriber import WEBHOOK_DECISIONS
from domain.subscriber.subscriber import SUBSCRIBER
from domain.subscriber.webhook.set_webhook import set_local_webhook, set_webhook
from store.command import Receipt
from store.datastore import Datastore
from store.subscriber_requests import ask_for_test, ask_to_resend
from store.webhooks.queue import try_now
from store.webhooks.secrets import open_secrets

BY_PEOPLE = {
    decision.name: decision
    for decision in WEBHOOK_DECISIONS
    if decision.name in ("set_webhook", "rotate_secret", "disable_webhook")
}
LOCAL = "http://"


class Taken(NamedTuple):
    """What was recorded; `secret` where this made one: it is shown now and never again."""

    receipt: Receipt
    secret: str | None


def take_webhook(
    edge: Edge,
    viewer: Viewer,
    subscriber_id: UUID,
    decision: Decision,
    body: dict[str, Any],
    key: str,
    *,
    read: ReadsOrder = read_order,
) -> Taken:
    """Take a decision with this body as its order. A repetition of the same request shows the secret again.

    Ids always follow from the command: a caller who named one could have a secret shown that was shown before.
    """
    webhook = webhook_of_viewer(edge, viewer, subscriber_id)
    require_plain(body)
    command = command_from(viewer, key, [decision.name, str(subscriber_id), body])
    decision = _local_where_allowed(edge, decision, body)
    order = read(decision.order, without_ids(decision.order, body), command.command_id)
    receipt = edge.care.decide(SUBSCRIBER, subscriber_id, decision, order, command=command)
    return Taken(receipt, _secret(edge, webhook, order, receipt))


def resend(datastore: Datastore, webhook: Webhook, first: int, last: int, *, by: UUID, request_id: UUID) -> None:
    """Post a stretch of events once more."""
    ask_to_resend(datastore, webhook.subscriber, first, last, by=by, request_id=request_id)


def send_test(datastore: Datastore, webhook: Webhook, stored_name: str, *, by: UUID, request_id: UUID) -> None:
    """Post an invented event of a type."""
    ask_for_test(datastore, webhook.subscriber, stored_name, by=by, request_id=request_id)


def bring_forward(edge: Edge, webhook: Webhook) -> int:
    """Try now whatever waits for its next try; how much that was."""
    about = webhook.subscriber
    with edge.datastore.in_network(about.network_id, read_only=False) as connection:
        return try_now(connection, about.subscriber_id, edge.clock())


def request_id_of(viewer: Viewer, key: str) -> UUID:
    """The same request counts once."""
    return command_id_of(viewer, key)


def _local_where_allowed(edge: Edge, decision: Decision, body: dict[str, Any]) -> Decision:
    """In development an address on this machine is another decision."""
    is_local = edge.webhooks_may_be_local and str(body.get("url", "")).startswith(LOCAL)
    return decision_of(set_local_webhook) if is_local and decision.decide is set_webhook else decision


def _secret(edge: Edge, webhook: Webhook, order: Order, receipt: Receipt) -> str | None:
    """The one that this command made, if an event names it."""
    made = getattr(order, "secret_id", None)
    if made is None or made not in [getattr(event, "secret_id", None) for event, _ in receipt.recorded]:
        return None
    with edge.datastore.in_network(webhook.subscriber.network_id) as connection:
        return next(iter(open_secrets(connection, edge.kek, [made])), None)
