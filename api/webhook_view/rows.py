"""Deliveries as a page lists them: what was posted, how often, what came back, and when it is tried next."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from markupsafe import Markup

from api import formats
from store.webhooks.attempts import Attempt, Shown
from store.webhooks.endpoints import Endpoint

FAILURES = {
    "leads_inside": "its name leads into a private network",
    "not_reached": "nobody answered there",
    "not_in_time": "not answered within 10 s",
    "not_trusted": "its certificate does not fit",
    "broke_off": "the connection broke off",
    "not_in_words": "not sent: this release cannot put the event into words; ask whoever runs Throughline",
    "wrong_answer": "the answer does not prove that it holds the secret",
}
BECAUSE = {
    "gone": "The receiver answered 410: nobody is there any more.",
    "failing": "The last of eleven tries over three days failed.",
    "unanswered": "The receiver never proved that it holds the secret.",
    "by_hand": "Somebody of the network stopped it.",
}
RESULTS = {
    "delivered": ("open", "delivered"),
    "withheld": ("neutral", "withheld, no longer granted"),
    "replaced": ("neutral", "given up, another address was set"),
}


class DeliveryRow(NamedTuple):
    """One delivery; `tries` are sentences, the latest first."""

    what: str
    queued: Markup
    tag: tuple[str, str]
    last: str
    next_try: Markup | str
    tries: list[Markup]
    position: int | None
    can_be_sent_again: bool


class Standing(NamedTuple):
    """How a webhook stands: a tag, and what to do about it where something is to be done."""

    tag: tuple[str, str]
    kind: str
    words: str


def standing_of(endpoint: Endpoint | None) -> Standing:
    """In words."""
    if endpoint is None:
        return Standing(("neutral", "no address"), "info", "No address is set, so nothing is posted yet.")
    if endpoint.is_confirmed:
        return Standing(("open", "posting"), "", "")
    if endpoint.is_unconfirmed:
        words = "The receiver has not proved yet that it holds the secret. It is asked again by itself; events wait."
        return Standing(("waiting", "not confirmed"), "info", words)
    words = f"{BECAUSE.get(endpoint.because or '', 'It was disabled.')} What waits is kept: set the address again."
    return Standing(("blocked", "disabled"), "attention", words)


def rows_of(deliveries: Sequence[Shown], zone: ZoneInfo, now: datetime, *, is_posting: bool) -> list[DeliveryRow]:
    """In the order of the list; a next try only where anything is posted."""
    rows = [_row(one, zone, now) for one in deliveries]
    return rows if is_posting else [row._replace(next_try="") for row in rows]


def _row(one: Shown, zone: ZoneInfo, now: datetime) -> DeliveryRow:
    tries = [_try(attempt, zone, now) for attempt in reversed(one.attempts)]
    return DeliveryRow(
        what=_what(one),
        queued=_moment(one.queued_at, zone, now),
        tag=RESULTS.get(one.result or "", ("waiting", "waits")),
        last=f"{_came_back(one.attempts[-1])}" if one.attempts else "not tried yet",
        next_try="" if one.settled_at else _moment(one.next_try_at, zone, now),
        tries=tries,
        position=one.position,
        can_be_sent_again=one.kind == "event" and one.settled_at is not None,
    )


def _what(one: Shown) -> str:
    match one.kind:
        case "challenge":
            return "Question whether it holds the secret"
        case "test":
            return "Test event"
        case "again":
            return f"Event {one.position}, again"
    return f"Event {one.position}"


def _try(attempt: Attempt, zone: ZoneInfo, now: datetime) -> Markup:
    """`today 09:42: 500 after 120 ms`."""
    return Markup("{}: {}").format(_moment(attempt.tried_at, zone, now), _came_back(attempt))


def _came_back(attempt: Attempt) -> str:
    after = "" if attempt.duration_ms is None else f" after {attempt.duration_ms} ms"
    if attempt.failure is not None:
        return f"{FAILURES.get(attempt.failure, 'failed')}{after}"
    return "begun, its end is not known" if attempt.status is None else f"{attempt.status}{after}"


def _moment(at: datetime, zone: ZoneInfo, now: datetime) -> Markup:
    return formats.time_tag(at, zone, formats.list_moment(at, zone, now))
