"""Confirm an address: its receiver signed a text of ours with the secret, so it is whom the secret was given to."""

from dataclasses import replace
from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.stream import change
from domain.subscriber.refusals import must_be_there
from domain.subscriber.subscriber import Subscriber, SubscriberEvent, evolve
from domain.subscriber.webhook.endpoint import EndpointState


class ConfirmWebhook(Order):
    endpoint_id: UUID


class WebhookConfirmed(SubscriberEvent, stored_as="WebhookConfirmed"):
    """The receiver at a webhook's address proved that it holds the secret; from now on events are posted."""

    endpoint_id: UUID


@decides(Role.SYSTEM)
def confirm_webhook(subscriber: Subscriber, order: ConfirmWebhook) -> list[Event]:
    """Note the proof; nothing where another address was set meanwhile."""
    must_be_there(subscriber)
    known = subscriber.webhook
    if known is None or known.endpoint_id != order.endpoint_id or known.state is not EndpointState.UNCONFIRMED:
        return []
    return [WebhookConfirmed(endpoint_id=order.endpoint_id)]


@evolve.register
def _(event: WebhookConfirmed, subscriber: Subscriber, envelope: Envelope) -> Subscriber:
    known = subscriber.webhook
    if known is None or known.endpoint_id != event.endpoint_id:
        return subscriber
    return change(subscriber, webhook=replace(known, state=EndpointState.CONFIRMED))
