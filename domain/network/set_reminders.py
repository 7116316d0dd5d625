"""Set how the network reminds its staff: hours, days ahead, or not at all."""

from pydantic import Field

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.network import Network, NetworkEvent, evolve
from domain.network.reminder_settings import ReminderSettings
from domain.order import Order
from domain.refusal import Refused
from domain.stream import change


class DigestWouldNeverGoOut(Refused):
    """Every hour from {hour}:00 to midnight is quiet, so the message of the day would never go out. Change one hour."""


class SetReminders(Order):
    """What is left out stays as it is."""

    are_sent: bool | None = None
    soon_days: int | None = Field(default=None, ge=0, le=14)
    digest_hour: int | None = Field(default=None, ge=0, le=23)
    quiet_from_hour: int | None = Field(default=None, ge=0, le=23)
    quiet_until_hour: int | None = Field(default=None, ge=0, le=23)


class RemindersSet(NetworkEvent, stored_as="RemindersSet"):
    """The network said whether and when staff are reminded by mail; hours are of its own time zone."""

    are_sent: bool
    soon_days: int
    digest_hour: int
    quiet_from_hour: int
    quiet_until_hour: int


@decides(Role.COORDINATOR, Role.SYSTEM)
def set_reminders(network: Network, order: SetReminders) -> list[Event]:
    """Change how staff are reminded."""
    changed = order.model_dump(exclude={"occurred_at", "late_reason"}, exclude_none=True)
    settings = network.reminders.model_copy(update=changed)
    if settings == network.reminders:
        return []
    if not settings.has_time_for_digest:
        raise DigestWouldNeverGoOut(field="digest_hour", hour=settings.digest_hour)
    return [RemindersSet(**settings.model_dump())]


@evolve.register
def _(event: RemindersSet, network: Network, envelope: Envelope) -> Network:
    return change(network, reminders=ReminderSettings(**event.model_dump()))
