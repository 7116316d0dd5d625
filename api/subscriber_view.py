"""Words and rows for the pages about subscribers, on both sides."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from api import formats
from api.edge import Edge
from api.forms.subscribers import PURPOSE_WORDS, SCOPE_WORDS, WAY_WORDS
from api.webhook_view.rows import standing_of as standing_of_webhook
from domain.subscriber.subscriber import Way
from store.disclosures import Disclosure, last_disclosed
from store.feed import log_id_of
from store.subscribers import Grant, KeptKey, Subscriber
from store.view import View
from store.webhooks.endpoints import Endpoint, endpoint_of

MOST_COUNTED = 1_000
TYPES_SHOWN = 3


class Clock(NamedTuple):
    """How times are written on a page."""

    zone: ZoneInfo
    now: datetime

    def moment(self, at: datetime | None) -> str:
        return "" if at is None else formats.full_moment(at, self.zone)


class KeyRow(NamedTuple):
    key_id: UUID
    scopes: str
    standing: str
    is_valid: bool
    expires: str
    used: str

    @property
    def short(self) -> str:
        """Enough of its id to tell it from the others."""
        return str(self.key_id)[:8]


class DisclosureRow(NamedTuple):
    """`at` is when it arrived, where that is known. One that is open was to leave and is not known to have arrived."""

    at: str
    is_open: bool
    recipient: str
    purpose: str
    way: str
    what: str
    types: str
    positions: str


class Standing(NamedTuple):
    """How a subscriber stands: in words, with the kind of tag, and how far behind it is."""

    words: str
    kind: str
    lag: str


def standing_of(edge: Edge, subscriber: Subscriber) -> Standing:
    """Whether anything reaches it now, and how many events of its view it has not been sent."""
    if subscriber.grant is None:
        return Standing("no grant in force", "neutral", "nothing is granted")
    with edge.datastore.in_network(subscriber.network_id) as connection:
        view = View(subscriber, log_id_of(connection))
        waiting = view.waiting_after(connection, last_disclosed(connection, subscriber.subscriber_id), MOST_COUNTED)
        endpoint = endpoint_of(connection, subscriber.subscriber_id)
    lag = "has been sent everything" if not waiting else f"{_counted(waiting)} not sent yet"
    if subscriber.is_paused:
        return Standing("paused", "attention", lag)
    if subscriber.way is Way.WEBHOOK and (endpoint is None or not endpoint.is_confirmed):
        kind, words = standing_of_webhook(endpoint).tag
        return Standing(f"webhook: {words}", kind, lag)
    return Standing("served", "open", lag)


def _counted(waiting: int) -> str:
    return f"{MOST_COUNTED} events or more" if waiting >= MOST_COUNTED else formats.counted(waiting, "event")


class StoppedRow(NamedTuple):
    """A webhook that was given up by itself: whose, since when, and what to do."""

    title: str
    href: str
    since: str
    words: str


def stopped_row(endpoint: Endpoint, title: str, clock: Clock) -> StoppedRow:
    """As the list of subscribers begins with it."""
    href = f"/subscribers/{endpoint.subscriber_id}/webhook"
    return StoppedRow(title, href, clock.moment(endpoint.changed_at), standing_of_webhook(endpoint).words)


def way_words(subscriber: Subscriber) -> str:
    return WAY_WORDS[subscriber.way.value]


def grant_facts(grant: Grant | None, clock: Clock) -> list[tuple[str, str]]:
    """The grant in force as names and values; empty where there is none."""
    if grant is None:
        return []
    types = (
        "every type that may leave the house" if grant.stored_names is None else ", ".join(sorted(grant.stored_names))
    )
    return [
        ("Purpose", PURPOSE_WORDS.get(grant.purpose, grant.purpose)),
        ("Of each event", "in full, without what is sealed" if grant.full else "ids and times only"),
        ("Types", types),
        ("Until", clock.moment(grant.until_at) or "compliance withdraws it"),
        ("Grant", str(grant.grant_id)[:8]),
    ]


def key_rows(keys: Sequence[KeptKey], clock: Clock, *, checked_at: datetime) -> list[KeyRow]:
    """Keys that are valid first. `checked_at`: the database's clock, by which keys expire."""
    rows = [_key_row(key, clock, checked_at) for key in keys]
    return sorted(rows, key=lambda row: not row.is_valid)


def _key_row(key: KeptKey, clock: Clock, checked_at: datetime) -> KeyRow:
    standing, is_valid = "valid", True
    if key.revoked_at is not None:
        standing, is_valid = f"revoked {clock.moment(key.revoked_at)}", False
    elif key.expires_at <= checked_at:
        standing, is_valid = "expired", False
    elif key.shown_at is None:
        standing = "issued, never shown"
    scopes = formats.and_list([SCOPE_WORDS.get(scope, scope) for scope in key.scopes])
    used = clock.moment(key.last_used_at) or "never"
    return KeyRow(key.key_id, scopes, standing, is_valid, clock.moment(key.expires_at), used)


def disclosure_row(one: Disclosure, recipient: str, clock: Clock) -> DisclosureRow:
    names = [name.split(".")[2] for name in one.event_types]
    more = len(names) - TYPES_SHOWN
    types = ", ".join(names[:TYPES_SHOWN]) + (f" and {more} more" if more > 0 else "")
    detail = "in full" if one.is_full else "ids only"
    return DisclosureRow(
        at=clock.moment(one.arrived_at or one.at),
        is_open=one.has_not_arrived,
        recipient=recipient,
        purpose=PURPOSE_WORDS.get(one.purpose, one.purpose),
        way=WAY_WORDS[one.way.value],
        what=f"{formats.counted(one.event_count, 'event')}, {detail}",
        types=types,
        positions=_stretch(one.first_position, one.last_position),
    )


def _stretch(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}{formats.EN_DASH}{last}"
