"""Sign-in sessions: a secret in the person's cookie, its hash in the database, and two limits."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, NamedTuple
from uuid import UUID

from domain.actor import Actor, Role
from store import wire
from store.command import Clock
from store.datastore import Datastore
from store.sign_in_records import Device, Happened, note_in

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
LONGEST = timedelta(hours=24)
"""Even in the middle of a dosing session: one that was never ended keeps nobody signed in for ever."""
REAUTHENTICATED_FOR = timedelta(minutes=5)
WRITTEN_EVERY = timedelta(minutes=1)
BEGIN = """
    INSERT INTO sign_in_session (token_hash, network_id, actor_id, roles, created_at, last_seen_at, expires_at,
                                 reauthenticated_at, subject_token, provider_session)
    VALUES (%(token_hash)s, %(network_id)s, %(actor_id)s, %(roles)s, %(now)s, %(now)s, %(expires_at)s,
            %(reauthenticated_at)s, %(subject_token)s, %(provider_session)s)
"""


HOLDER = wire.Statement(
    "holder_of_session",
    """
    SELECT coalesce((SELECT ROW(network_id, actor_id, created_at, last_seen_at, expires_at, reauthenticated_at,
                                array_to_string(roles, ' '), status)
                       FROM holder_of_session($1, $2)), ROW())
    """,
    ("bytea", "timestamptz"),
)
"""Asked with every request, and so in the quickest way; a row without columns where nobody holds the secret."""


class WhyOut(Enum):
    """Why a cookie opens nothing."""

    UNKNOWN = "unknown"
    IDLE = "idle"
    OVER = "over"
    SUSPENDED = "suspended"


class Provenance(NamedTuple):
    """What an identity provider said about whoever signs in; who they are and their session there by keyed hash."""

    subject: bytes
    provider_session: bytes | None = None
    authenticated_at: datetime | None = None
    """When they last proved there who they are; None where it does not say."""


IsKeptAwake = Callable[[UUID, UUID], bool]
"""Whether (network, person) has a dosing session open: nobody is signed out in the middle of one."""


class SignInSessions:
    """Begins, finds and ends sign-in sessions; only hashes of the secrets are stored."""

    def __init__(self, datastore: Datastore, clock: Clock, is_kept_awake: IsKeptAwake) -> None:
        self._datastore = datastore
        self._clock = clock
        self._is_kept_awake = is_kept_awake

    def begin(
        self,
        network_id: UUID,
        actor_id: UUID,
        roles: frozenset[Role],
        provenance: Provenance | None = None,
        *,
        device: Device = Device.OTHER,
    ) -> str:
        """A fresh secret of 256 bits for the cookie; signing in never takes over an old one.

        Signatures are open at once only if the provider says when the person proved who they are: they may have been
        signed in there for hours.
        """
        secret, now = token_urlsafe(32), self._clock()
        subject, provider_session, proven_at = provenance or (None, None, now)
        row: dict[str, Any] = {
            "token_hash": hash_of(secret),
            "network_id": network_id,
            "actor_id": actor_id,
            "roles": sorted(roles),
            "now": now,
            "expires_at": now + ABSOLUTE,
            "reauthenticated_at": proven_at and min(proven_at, now),
            "subject_token": subject,
            "provider_session": provider_session,
        }
        with self._datastore.in_network(network_id, read_only=False) as connection:
            connection.execute(BEGIN, row)
            note_in(connection, network_id, actor_id, Happened.SIGNED_IN, device)
        return secret

    def holder(self, secret: str) -> Actor | WhyOut:
        """Who holds this secret now, or why nobody does; a suspension bites on the next request."""
        now = self._clock()
        with self._datastore.get_connection() as connection:
            found = HOLDER.call(connection, [hash_of(secret), now])
            if not found:
                return WhyOut.UNKNOWN
            network_id, actor_id, created_at, last_seen_at, expires_at, reauthenticated_at, roles, status = _read(found)
            if status != "active":
                return WhyOut.SUSPENDED
            if now >= created_at + LONGEST:
                return WhyOut.OVER
            if now >= expires_at and not self._is_kept_awake(network_id, actor_id):
                return WhyOut.OVER
            if abs(now - last_seen_at) >= IDLE and not self._is_kept_awake(network_id, actor_id):
                return WhyOut.IDLE  # or the clock was set back: nobody knows for how long they were away
            if abs(now - last_seen_at) >= WRITTEN_EVERY:
                connection.execute("SELECT keep_session_alive(%s, %s, false)", [hash_of(secret), now])
        is_fresh = reauthenticated_at is not None and abs(now - reauthenticated_at) < REAUTHENTICATED_FOR
        return Actor(actor_id, network_id, frozenset(Role(role) for role in roles.split()), is_fresh)

    def late_holder(self, secret: str) -> Actor | None:
        """Who held a secret that has run out; None where it was ended, or its holder is suspended.

        It signs nobody in: it only says whose what came too late is.
        """
        with self._datastore.get_connection() as connection:
            found = HOLDER.call(connection, [hash_of(secret), self._clock()])
        if not found:
            return None
        network_id, actor_id, *_, roles, status = _read(found)
        if status != "active":
            return None
        return Actor(actor_id, network_id, frozenset(Role(role) for role in roles.split()))

    def is_open(self, secret: str) -> bool:
        """Whether it still signs somebody in; asking keeps nobody signed in."""
        now = self._clock()
        with self._datastore.get_connection() as connection:
            row = connection.execute(
                "SELECT created_at, last_seen_at, expires_at, status FROM holder_of_session(%s, %s)",
                [hash_of(secret), now],
            ).fetchone()
        if row is None or row[3] != "active":
            return False
        created_at, last_seen_at, expires_at, _ = row
        is_seen = abs(now - last_seen_at) < IDLE + WRITTEN_EVERY
        return bool(is_seen and now < min(created_at + LONGEST, expires_at))

    def reauthenticate(self, secret: str) -> None:
        """The person has just proved again who they are: signatures are open for five minutes."""
        with self._datastore.get_connection() as connection:
            connection.execute("SELECT keep_session_alive(%s, %s, true)", [hash_of(secret), self._clock()])

    def subject_of(self, secret: str) -> bytes | None:
        """Who is to confirm a signature in this session; None where no provider was asked, as in a demonstration."""
        with self._datastore.get_connection() as connection:
            row = connection.execute("SELECT subject_of_session(%s)", [hash_of(secret)]).fetchone()
        return row[0] if row else None

    def end(self, secret: str) -> None:
        with self._datastore.get_connection() as connection:
            connection.execute("SELECT end_session(%s)", [hash_of(secret)])

    def end_everywhere(self, actor: Actor, subject: bytes | None) -> int:
        """Ends all sign-in sessions of a person in the network in force, and those begun as the same subject of a
        provider (None where none was asked) in any other; how many were.
        """
        with self._datastore.in_network(actor.network_id, read_only=False) as connection:
            ended = connection.execute(
                "DELETE FROM sign_in_session WHERE network_id = %s AND actor_id = %s",
                [actor.network_id, actor.actor_id],
            ).rowcount
        return ended + (self.end_all_of(subject, None) if subject is not None else 0)

    def end_all_of(self, subject: bytes | None, provider_session: bytes | None) -> int:
        """Ends what this subject, or this session at the provider, began, in whichever network; how many were."""
        with self._datastore.get_connection() as connection:
            row = connection.execute("SELECT end_sessions_of_provider(%s, %s)", [subject, provider_session]).fetchone()
        return int(row[0]) if row else 0


def _read(
    columns: Sequence[bytes | None],
) -> tuple[UUID, UUID, datetime, datetime, datetime, datetime | None, str, str]:
    network_id, actor_id, *moments, roles, status = (column or b"" for column in columns)
    created_at, last_seen_at, expires_at = (wire.moment(one) for one in moments[:3])
    reauthenticated_at = wire.moment(moments[3]) if moments[3] else None
    ids = UUID(bytes=network_id), UUID(bytes=actor_id)
    return *ids, created_at, last_seen_at, expires_at, reauthenticated_at, roles.decode(), status.decode()


def hash_of(secret: str) -> bytes:
    """What is kept of a secret."""
    return sha256(secret.encode()).digest()
