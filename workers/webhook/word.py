"""What the worker itself decides about a webhook: that its receiver proved itself, or that it is no use to go on."""

from hashlib import sha256
from uuid import UUID

from domain.actor import Actor, Role
from domain.decision import Decision, decision_of
from domain.derived import derived_id
from domain.order import Order
from domain.subscriber.refusals import SubscriberHasEnded
from domain.subscriber.subscriber import SUBSCRIBER
from domain.subscriber.webhook.confirm_webhook import ConfirmWebhook, confirm_webhook
from domain.subscriber.webhook.disable_webhook import DisableWebhook, disable_webhook
from domain.subscriber.webhook.endpoint import DisabledBecause
from store.care import Care
from store.command import Command
from store.webhooks.endpoints import Endpoint


def confirm(care: Care, endpoint: Endpoint) -> None:
    """Its receiver proved that it holds the secret."""
    order = ConfirmWebhook(endpoint_id=endpoint.endpoint_id)
    _decide(care, endpoint, decision_of(confirm_webhook), order, derived_id("confirm webhook", endpoint.endpoint_id))


def disable(care: Care, endpoint: Endpoint, because: DisabledBecause) -> bool:
    """Nothing more is posted there; who looks after the subscriber sees why. False where it is not theirs any more."""
    order = DisableWebhook(endpoint_id=endpoint.endpoint_id, because=because)
    command_id = derived_id("disable webhook", endpoint.endpoint_id, because)
    return _decide(care, endpoint, decision_of(disable_webhook), order, command_id)


def _decide(care: Care, endpoint: Endpoint, decision: Decision, order: Order, command_id: UUID) -> bool:
    command = Command(
        command_id=command_id,
        by=Actor(derived_id("worker", "deliver"), endpoint.network_id, frozenset({Role.SYSTEM})),
        body_hash=sha256(command_id.bytes).digest(),
        correlation_id=command_id,
    )
    try:
        receipt = care.decide(SUBSCRIBER, endpoint.subscriber_id, decision, order, command=command)
    except SubscriberHasEnded:  # while its last post was under way: there is nothing to decide any more
        return False
    return bool(receipt.recorded)
