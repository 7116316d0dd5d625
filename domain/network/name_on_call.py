"""Name the prescriber on call."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.actor import Role
from domain.clinician.clinician import Clinicians
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.network import Network, NetworkEvent, OnCall, evolve
from domain.order import Order
from domain.refusal import Refused
from domain.stream import change


class OnCallMustBeAPrescriber(Refused):
    """Only an active prescriber of this network can be on call. Choose one."""


class OnCallEndsBeforeItBegins(Refused):
    """The duty would end before it begins. Mend one of the two times."""


class NameOnCall(Order):
    prescriber_id: UUID
    phone: str = Field(min_length=3, max_length=40)
    from_at: AwareDatetime | None = None
    """Now, where left out."""
    until_at: AwareDatetime | None = None


class OnCallNamed(NetworkEvent, stored_as="OnCallNamed"):
    prescriber_id: UUID
    phone: str
    from_at: datetime
    until_at: datetime | None = None


@decides(Role.PRESCRIBER, Role.COORDINATOR, Role.SYSTEM)
def name_on_call(network: Network, order: NameOnCall, *, clinicians: Clinicians, now: datetime) -> list[Event]:
    """Name who is on call, with a number, from and until."""
    prescriber = clinicians.get(order.prescriber_id)
    if prescriber is None or not prescriber.is_active_as(Role.PRESCRIBER):
        raise OnCallMustBeAPrescriber(field="prescriber_id")
    from_at = order.from_at or now
    if order.until_at is not None and order.until_at <= from_at:
        raise OnCallEndsBeforeItBegins(field="until_at")
    named = OnCall(order.prescriber_id, order.phone, from_at, order.until_at)
    if network.on_calls and _same_duty(network.on_calls[-1], named, order):
        return []
    return [OnCallNamed(**named.__dict__)]


def _same_duty(latest: OnCall, named: OnCall, order: NameOnCall) -> bool:
    """The duty named last, said again; without a start it is the same while it lasts."""
    began = latest.from_at == named.from_at or (order.from_at is None and latest.is_on_call_at(named.from_at))
    return began and (latest.prescriber_id, latest.phone, latest.until_at) == (
        named.prescriber_id,
        named.phone,
        named.until_at,
    )


@evolve.register
def _(event: OnCallNamed, network: Network, envelope: Envelope) -> Network:
    duty = OnCall(event.prescriber_id, event.phone, event.from_at, event.until_at)
    return change(network, on_calls=(*network.on_calls, duty))
