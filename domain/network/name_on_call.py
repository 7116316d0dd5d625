"""Name the prescriber on call, with a back-up: now or for days ahead."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.actor import Role
from domain.clinician.clinician import Clinicians
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.network import Network, NetworkEvent, OnCall, evolve
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import KeptBack
from domain.stream import change

DutyNumber = Annotated[str, Field(min_length=3, max_length=40)]


class OnCallMustBeAPrescriber(Refused):
    """Only an active prescriber of this network can be on call. Choose one."""


class OnCallEndsBeforeItBegins(Refused):
    """The duty would end before it begins. Mend one of the two times."""


class BackUpMustBeAnother(Refused):
    """The back-up has to be another active prescriber of this network, with a number. Choose one, or leave both out."""


class NameOnCall(Order):
    prescriber_id: UUID
    phone: DutyNumber
    from_at: AwareDatetime | None = None
    """Now, where left out."""
    until_at: AwareDatetime | None = None
    back_up_id: UUID | None = None
    back_up_phone: DutyNumber | None = None


class OnCallNamed(NetworkEvent, stored_as="OnCallNamed"):
    """A prescriber was put on call from one moment until another, with the number of the duty and of the back-up."""

    prescriber_id: UUID
    phone: KeptBack
    from_at: datetime
    until_at: datetime | None = None
    back_up_id: UUID | None = None
    back_up_phone: KeptBack | None = None


@decides(Role.PRESCRIBER, Role.COORDINATOR, Role.SYSTEM)
def name_on_call(network: Network, order: NameOnCall, *, clinicians: Clinicians, now: datetime) -> list[Event]:
    """Name who is on call and who is next, with their numbers, from and until."""
    if not _is_working(order.prescriber_id, clinicians):
        raise OnCallMustBeAPrescriber(field="prescriber_id")
    if (order.back_up_id or order.back_up_phone) and not _is_back_up(order, clinicians):
        raise BackUpMustBeAnother(field="back_up_id")
    from_at = order.from_at or now
    if order.until_at is not None and order.until_at <= from_at:
        raise OnCallEndsBeforeItBegins(field="until_at")
    named = OnCallNamed(**order.model_dump(exclude={"occurred_at", "late_reason", "from_at"}), from_at=from_at)
    if network.on_calls and _same_duty(network.on_calls[-1], named, order):
        return []
    return [named]


def _is_working(who: UUID, clinicians: Clinicians) -> bool:
    person = clinicians.get(who)
    return person is not None and person.is_active_as(Role.PRESCRIBER)


def _is_back_up(order: NameOnCall, clinicians: Clinicians) -> bool:
    if order.back_up_id is None or order.back_up_phone is None or order.back_up_id == order.prescriber_id:
        return False
    return _is_working(order.back_up_id, clinicians)


def _same_duty(latest: OnCall, named: OnCallNamed, order: NameOnCall) -> bool:
    """The duty named last, said again; without a start it is the same while it lasts."""
    began = latest.from_at == named.from_at or (order.from_at is None and latest.is_on_call_at(named.from_at))
    return began and _people_and_end(latest) == _people_and_end(named)


def _people_and_end(duty: OnCall | OnCallNamed) -> tuple[object, ...]:
    return duty.prescriber_id, duty.phone, duty.until_at, duty.back_up_id, duty.back_up_phone


@evolve.register
def _(event: OnCallNamed, network: Network, envelope: Envelope) -> Network:
    duty = OnCall(
        prescriber_id=event.prescriber_id,
        phone=event.phone,
        from_at=event.from_at,
        until_at=event.until_at,
        back_up_id=event.back_up_id,
        back_up_phone=event.back_up_phone,
        duty_id=envelope.event_id,
    )
    return change(network, on_calls=(*network.on_calls, duty))
