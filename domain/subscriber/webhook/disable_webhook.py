"""Disable an address: its receiver is gone, fails to the last try, never proved itself, or somebody says so."""

from dataclasses import replace
from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.stream import change
from domain.subscriber.refusals import must_be_there
from domain.subscriber.subscriber import Subscriber, SubscriberEvent, evolve
from domain.subscriber.webhook.endpoint import DisabledBecause, EndpointState, NoEndpointIsSet


class DisableWebhook(Order):
    endpoint_id: UUID | None = None
    """Only if this is still the one; whichever it is, where left out."""
    because: DisabledBecause = DisabledBecause.BY_HAND


class WebhookDisabled(SubscriberEvent, stored_as="WebhookDisabled"):
    """Nothing is posted to a webhook's address any more; what waits is kept until it is set again."""

    endpoint_id: UUID
    because: DisabledBecause


@decides(Role.COORDINATOR, Role.COMPLIANCE, Role.SYSTEM)
def disable_webhook(subscriber: Subscriber, order: DisableWebhook) -> list[Event]:
    """Stop posting; nothing that waits is lost."""
    must_be_there(subscriber)
    known = subscriber.webhook
    if known is None:
        raise NoEndpointIsSet
    if known.state is EndpointState.DISABLED or order.endpoint_id not in (None, known.endpoint_id):
        return []
    return [WebhookDisabled(endpoint_id=known.endpoint_id, because=order.because)]


@evolve.register
def _(event: WebhookDisabled, subscriber: Subscriber, envelope: Envelope) -> Subscriber:
    known = subscriber.webhook
    if known is None or known.endpoint_id != event.endpoint_id:
        return subscriber
    return change(subscriber, webhook=replace(known, state=EndpointState.DISABLED))
