"""Set the address that a subscriber's events are posted to; nothing is until its receiver proves that it agrees."""

from uuid import UUID

from pydantic import Field

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.stream import change
from domain.subscriber.refusals import must_be_there
from domain.subscriber.subscriber import Subscriber, SubscriberEvent, Way, evolve
from domain.subscriber.webhook.address import (
    LONGEST_ADDRESS,
    Address,
    local_address,
    public_address,
    require_public,
)
from domain.subscriber.webhook.endpoint import EndpointState, TakesNoWebhooks, WebhookEndpoint


class SetWebhook(Order):
    url: str = Field(min_length=1, max_length=LONGEST_ADDRESS)
    """No secret belongs in it: it stands in the history, as the address of whoever was told."""
    endpoint_id: NewId
    secret_id: NewId


class WebhookSet(SubscriberEvent, stored_as="WebhookSet"):
    """Where a subscriber's events are posted to, once its receiver has proved that it holds the secret."""

    endpoint_id: UUID
    url: str
    is_local: bool
    secret_id: UUID


@decides(Role.COORDINATOR, Role.COMPLIANCE, Role.SYSTEM)
def set_webhook(subscriber: Subscriber, order: SetWebhook, *, addresses: tuple[str, ...]) -> list[Event]:
    """Set a public address; `addresses` is what its name leads to now. The same one again keeps its secret."""
    address = public_address(order.url)
    require_public(addresses)
    return _set(subscriber, order, address, is_local=False)


@decides(Role.COORDINATOR, Role.COMPLIANCE, Role.SYSTEM)
def set_local_webhook(subscriber: Subscriber, order: SetWebhook) -> list[Event]:
    """Set an address on this very machine. Offered in development only, and posted to only there."""
    return _set(subscriber, order, local_address(order.url), is_local=True)


def _set(subscriber: Subscriber, order: SetWebhook, address: Address, *, is_local: bool) -> list[Event]:
    must_be_there(subscriber)
    if subscriber.way is not Way.WEBHOOK:
        raise TakesNoWebhooks
    known = subscriber.webhook
    if known is not None and known.url == address.url:
        if known.state is not EndpointState.DISABLED:
            return []
        secret_id = known.secret_id
    else:
        secret_id = order.secret_id
    return [WebhookSet(endpoint_id=order.endpoint_id, url=address.url, is_local=is_local, secret_id=secret_id)]


@evolve.register
def _(event: WebhookSet, subscriber: Subscriber, envelope: Envelope) -> Subscriber:
    known = subscriber.webhook
    is_same_secret = known is not None and known.secret_id == event.secret_id
    return change(
        subscriber,
        webhook=WebhookEndpoint(
            endpoint_id=event.endpoint_id,
            url=event.url,
            is_local=event.is_local,
            secret_id=event.secret_id,
            old_secrets_until=known.old_secrets_until if known and is_same_secret else (),
        ),
    )
