"""When something happened: never later than the clock allows for."""

from datetime import datetime, timedelta

from domain.event import Event
from domain.order import Order
from store.errors import TimeIsInTheFuture

CLOCK_SKEW_MINUTES = 5  # browsers' clocks differ from ours; `clock_skew_minutes` of the protocol document says the same
CLOCK_SKEW = timedelta(minutes=CLOCK_SKEW_MINUTES)


def not_in_the_future(field: str, moment: datetime | None, now: datetime) -> None:
    """Refuse a time that cannot have come yet."""
    if moment is not None and moment > now + CLOCK_SKEW:
        raise TimeIsInTheFuture(field=field, minutes=CLOCK_SKEW_MINUTES)


def happened_at(event: Event, order: Order, now: datetime) -> datetime:
    """The time in the event's own field, else the one the order names, else now."""
    moment = getattr(event, event.happened_in) if event.happened_in else None
    if not isinstance(moment, datetime):
        return order.happened_at(now)
    not_in_the_future(event.happened_in or "", moment, now)
    return moment
