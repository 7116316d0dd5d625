"""Sign-in sessions: a secret in the person's cookie, its hash in the database, and two limits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from secrets import token_urlsafe
from typing import NamedTuple
from uuid import UUID

from domain.actor import Actor, Role
from store.command import Clock
from store.datastore import Datastore

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
LONGEST = timedelta(hours=24)
"""Even in the middle of a dosing session: one that was never ended keeps nobody signed in for ever."""
REAUTHENTICATED_FOR = timedelta(minutes=5)
WRITTEN_EVERY = timedelta(minutes=1)


class WhyOut(Enum):
    """Why a cookie opens nothing."""

    UNKNOWN = "unknown"
    IDLE = "idle"
    OVER = "over"
    SUSPENDED = "suspended"


class Holder(NamedTuple):
    """The person behind a cookie, in the network they chose."""

    actor: Actor
    idle_until: datetime


IsKeptAwake = Callable[[UUID, UUID], bool]
"""Whether (network, person) has a dosing session open: nobody is signed out in the middle of one."""


class SignInSessions:
    """Begins, finds and ends sign-in sessions; only hashes of the secrets are stored."""

    def __init__(self, datastore: Datastore, clock: Clock, is_kept_awake: IsKeptAwake) -> None:
        self._datastore = datastore
        self._clock = clock
        self._is_kept_awake = is_kept_awake

    def begin(self, network_id: UUID, actor_id: UUID, roles: frozenset[Role]) -> str:
        """A fresh secret of 256 bits for the cookie; signing in never takes over an old one."""
        secret, now = token_urlsafe(32), self._clock()
        with self._datastore.in_network(network_id, read_only=False) as connection:
            connection.execute(
                "INSERT INTO sign_in_session (token_hash, network_id, actor_id, roles, created_at, last_seen_at,"
                " expires_at, reauthenticated_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                [_hash(secret), network_id, actor_id, sorted(roles), now, now, now + ABSOLUTE, now],
            )
        return secret

    def holder(self, secret: str) -> Holder | WhyOut:
        """Who holds this secret now, or why nobody does; a suspension bites on the next request."""
        now = self._clock()
        with self._datastore.get_connection() as connection:
            row = connection.execute("SELECT * FROM holder_of_session(%s, %s)", [_hash(secret), now]).fetchone()
            if row is None:
                return WhyOut.UNKNOWN
            network_id, actor_id, roles, created_at, last_seen_at, expires_at, reauthenticated_at, status = row
            if status != "active":
                return WhyOut.SUSPENDED
            if now >= created_at + LONGEST:
                return WhyOut.OVER
            if now >= expires_at and not self._is_kept_awake(network_id, actor_id):
                return WhyOut.OVER
            if now >= last_seen_at + IDLE and not self._is_kept_awake(network_id, actor_id):
                return WhyOut.IDLE
            if now >= last_seen_at + WRITTEN_EVERY:
                connection.execute("SELECT keep_session_alive(%s, %s, false)", [_hash(secret), now])
        is_fresh = reauthenticated_at is not None and now < reauthenticated_at + REAUTHENTICATED_FOR
        actor = Actor(actor_id, network_id, frozenset(Role(role) for role in roles), is_fresh)
        return Holder(actor, now + IDLE)

    def is_open(self, secret: str) -> bool:
        """Whether it still signs somebody in; asking keeps nobody signed in."""
        now = self._clock()
        with self._datastore.get_connection() as connection:
            row = connection.execute(
                "SELECT created_at, last_seen_at, expires_at, status FROM holder_of_session(%s, %s)",
                [_hash(secret), now],
            ).fetchone()
        if row is None or row[3] != "active":
            return False
        created_at, last_seen_at, expires_at, _ = row
        return bool(now < min(created_at + LONGEST, expires_at, last_seen_at + IDLE + WRITTEN_EVERY))

    def reauthenticate(self, secret: str) -> None:
        """The person has just proved again who they are: signatures are open for five minutes."""
        with self._datastore.get_connection() as connection:
            connection.execute("SELECT keep_session_alive(%s, %s, true)", [_hash(secret), self._clock()])

    def end(self, secret: str) -> None:
        with self._datastore.get_connection() as connection:
            connection.execute("SELECT end_session(%s)", [_hash(secret)])


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
