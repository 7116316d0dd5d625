"""Who follows events from outside, under which grant, and who holds a key: read from rows written with the events."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import namedtuple_row

from domain.subscriber.subscriber import KeyScope, Way
from store.datastore import Datastore

KEY_PREFIX = "throughline_key_"
"""So that people and scanners of source code know what they have found."""
KEY_BYTES = 32
OF_WAY = """
    SELECT *, clock_timestamp() AS now
      FROM subscriber
     WHERE way = %s
       AND ended_at IS NULL
     ORDER BY subscriber_id
"""
OF_NETWORK = """
    SELECT *, clock_timestamp() AS now
      FROM subscriber
     WHERE ended_at IS NULL
     ORDER BY title, subscriber_id
"""
OF_ID = """
    SELECT *, clock_timestamp() AS now
      FROM subscriber
     WHERE subscriber_id = %s
       AND ended_at IS NULL
"""
OF_KEY = "SELECT *, clock_timestamp() AS now FROM subscriber_of_key(%s, %s)"
SHOW_KEY = """
    UPDATE subscriber_key
       SET key_hash = %(hash)s,
           shown_at = clock_timestamp()
     WHERE network_id = %(network)s
       AND key_id = %(key)s
       AND key_hash IS NULL
       AND revoked_at IS NULL
    RETURNING key_id
"""
KEYS = """
    SELECT key_id, scopes, expires_at, shown_at, revoked_at, last_used_at
      FROM subscriber_key
     WHERE network_id = %s
       AND subscriber_id = %s
     ORDER BY expires_at DESC, key_id
"""


class Grant(NamedTuple):
    """What may be disclosed now."""

    grant_id: UUID
    purpose: str
    stored_names: frozenset[str] | None
    """Types of events by stored name; None is all that may leave the house."""
    full: bool
    until_at: datetime | None


class Subscriber(NamedTuple):
    """A subscriber as it stands now. `grant` is None where none is in force: nothing leaves."""

    subscriber_id: UUID
    network_id: UUID
    title: str
    way: Way
    grant: Grant | None
    is_paused: bool
    since_position: int
    """It sees events after this position only."""


class KeptKey(NamedTuple):
    """A key as lists show it; what opens anything is kept nowhere."""

    key_id: UUID
    scopes: list[str]
    expires_at: datetime
    shown_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


def subscribers(datastore: Datastore, way: Way) -> list[Subscriber]:
    """All that have not ended and are served in one way, paused ones and those without a grant included.

    For the workers' role, which sees every network.
    """
    with datastore.get_connection() as connection:
        return _asked(connection, OF_WAY, [way])


def subscribers_of(datastore: Datastore, network_id: UUID) -> list[Subscriber]:
    """All of one network that have not ended, by title."""
    with datastore.in_network(network_id) as connection:
        return _asked(connection, OF_NETWORK, [])


def subscriber(connection: Connection[Any], subscriber_id: UUID) -> Subscriber | None:
    """One of them as it stands now; None where it has ended or is not of the network in force."""
    return next(iter(_asked(connection, OF_ID, [subscriber_id])), None)


def subscriber_of_key(datastore: Datastore, key: str, scope: KeyScope = KeyScope.EVENTS) -> Subscriber | None:
    """Who holds this key; None where it opens nothing, or not this. A revocation bites on the next request."""
    with datastore.get_connection() as connection:
        return holder_of_key(connection, key, scope)


def holder_of_key(connection: Connection[Any], key: str, scope: KeyScope) -> Subscriber | None:
    """The same on a connection: what follows in its transaction stands on the same answer."""
    return next(iter(_asked(connection, OF_KEY, [hash_of_key(key), scope])), None)


def show_key(datastore: Datastore, network_id: UUID, key_id: UUID) -> str | None:
    """A fresh key of 256 bits for one that was issued; shown here once and nowhere else.

    None where it was shown before or revoked meanwhile: whoever missed it issues another.
    """
    key = KEY_PREFIX + token_urlsafe(KEY_BYTES)
    with datastore.in_network(network_id, read_only=False) as connection:
        named = {"hash": hash_of_key(key), "network": network_id, "key": key_id}
        row = connection.execute(SHOW_KEY, named).fetchone()
    return key if row else None


def keys_of(datastore: Datastore, network_id: UUID, subscriber_id: UUID) -> list[KeptKey]:
    """All keys of a subscriber, those that are over included."""
    with datastore.in_network(network_id) as connection:
        return [KeptKey._make(row) for row in connection.execute(KEYS, [network_id, subscriber_id])]


def database_clock(datastore: Datastore) -> datetime:
    """The clock by which keys and grants run out."""
    with datastore.get_connection() as connection:
        ((now,),) = connection.execute("SELECT clock_timestamp()").fetchall()
    return now  # type: ignore[no-any-return]


def hash_of_key(key: str) -> bytes:
    """What is kept of a key: it is random and long, so a plain hash cannot be turned round."""
    return sha256(key.encode("utf-8", "replace")).digest()


def _asked(connection: Connection[Any], query: LiteralString, values: Sequence[object]) -> list[Subscriber]:
    cursor = connection.cursor(row_factory=namedtuple_row)
    return [_subscriber(row) for row in cursor.execute(query, values, prepare=True)]


def _subscriber(row: Any) -> Subscriber:
    grant = None
    if row.grant_id is not None and (row.until_at is None or row.now < row.until_at):
        names = None if row.stored_names is None else frozenset(row.stored_names)
        grant = Grant(row.grant_id, row.purpose, names, row.is_full, row.until_at)
    return Subscriber(
        row.subscriber_id, row.network_id, row.title, Way(row.way), grant, row.is_paused, row.since_position
    )  # fmt: skip
