"""Take back a duty: one that has not begun never was, one that has begun ends now."""

from datetime import datetime
from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.network import Network, NetworkEvent, OnCall, evolve
from domain.order import Order
from domain.refusal import Refused
from domain.stream import change


class DutyIsUnknown(Refused):
    """There is no such duty on the rota. Choose one of those shown."""


class DutyIsOver(Refused):
    """This duty is over and stays in the record. Name who is on call from now on."""


class TakeBackOnCall(Order):
    duty_id: UUID


class OnCallTakenBack(NetworkEvent, stored_as="OnCallTakenBack"):
    """A duty on the rota was taken back, from a moment on."""

    duty_id: UUID
    at: datetime


@decides(Role.PRESCRIBER, Role.COORDINATOR, Role.SYSTEM)
def take_back_on_call(network: Network, order: TakeBackOnCall, *, now: datetime) -> list[Event]:
    """Take a duty off the rota. Where nobody else is named for its hours, no dose is cleared in them."""
    duty = next((one for one in network.on_calls if one.duty_id == order.duty_id), None)
    if duty is None:
        if order.duty_id in network.duties_taken_back:
            return []
        raise DutyIsUnknown(field="duty_id")
    if duty.until_at is not None and duty.until_at <= now:
        if order.duty_id in network.duties_taken_back:
            return []
        raise DutyIsOver(field="duty_id")
    return [OnCallTakenBack(duty_id=order.duty_id, at=now)]


@evolve.register
def _(event: OnCallTakenBack, network: Network, envelope: Envelope) -> Network:
    remaining = tuple(kept for one in network.on_calls if (kept := _after(one, event)) is not None)
    return change(network, on_calls=remaining, duties_taken_back=network.duties_taken_back | {event.duty_id})


def _after(duty: OnCall, event: OnCallTakenBack) -> OnCall | None:
    if duty.duty_id != event.duty_id:
        return duty
    return change(duty, until_at=event.at) if duty.from_at < event.at else None
