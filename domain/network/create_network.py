"""Create a care network."""

from typing import Annotated

from pydantic import Field

from domain.actor import Role
from domain.days import is_zone
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.network import Network, NetworkEvent, evolve
from domain.order import Order
from domain.refusal import Refused
from domain.stream import change

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")]
StateCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class NetworkExistsAlready(Refused):
    """There is a network {slug} already. Choose another short name."""


class ZoneIsUnknown(Refused):
    """There is no time zone {zone}. Write it as in America/New_York."""


class CreateNetwork(Order):
    slug: Slug
    title: str = Field(min_length=1, max_length=120)
    zone: str
    crisis_text: str = Field(min_length=1, max_length=600)
    """Shown wherever a safety answer is; whom to call, in the words of the network."""
    practice_state: StateCode | None = None


class NetworkCreated(NetworkEvent, stored_as="NetworkCreated"):
    """A care network was founded, with its time zone and the words that tell patients whom to call in a crisis."""

    slug: str
    title: str
    zone: str
    crisis_text: str
    practice_state: str | None = None


@decides(Role.SYSTEM)
def create_network(network: Network, order: CreateNetwork) -> list[Event]:
    """Create a care network with its time zone and crisis text."""
    if not is_zone(order.zone):
        raise ZoneIsUnknown(field="zone", zone=order.zone[:40])
    created = NetworkCreated(**order.model_dump(exclude={"occurred_at", "late_reason"}))
    if network.network_id is None:
        return [created]
    if network.slug == order.slug and network.zone == order.zone:
        return []
    raise NetworkExistsAlready(field="slug", slug=network.slug)


@evolve.register
def _(event: NetworkCreated, network: Network, envelope: Envelope) -> Network:
    return change(network, network_id=envelope.stream_id, **event.model_dump())
