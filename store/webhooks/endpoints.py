"""Endpoints as the worker and the pages see them: the row that the subscriber's events write."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

COLUMNS = """
    subscriber_id, network_id, endpoint_id, url, is_local, state, because, changed_at,
    secret_id, old_secret_id, old_secret_until, older_secrets
"""


class OldSecret(NamedTuple):
    """One that was changed, and until when it signs."""

    secret_id: UUID
    until: datetime


class Endpoint(NamedTuple):
    """Where a subscriber's events go. `state` is unconfirmed, confirmed or disabled; `because` says why disabled."""

    subscriber_id: UUID
    network_id: UUID
    endpoint_id: UUID
    url: str
    is_local: bool
    state: str
    because: str | None
    changed_at: datetime
    secret_id: UUID
    old_secret_id: UUID | None
    old_secret_until: datetime | None
    older_secrets: list[dict[str, str]]
    """Those before the old one, until when each signs; the time of each was said when it was changed."""

    @property
    def is_confirmed(self) -> bool:
        return self.state == "confirmed"

    @property
    def is_unconfirmed(self) -> bool:
        return self.state == "unconfirmed"

    @property
    def is_disabled(self) -> bool:
        return self.state == "disabled"

    def secrets_at(self, now: datetime) -> tuple[UUID, ...]:
        """The secrets that sign at a moment, newest first."""
        return (self.secret_id, *(one.secret_id for one in self.old_secrets_at(now)))

    def old_secrets_at(self, now: datetime) -> list[OldSecret]:
        """Those that sign beside the secret at a moment, newest first."""
        found = [OldSecret(UUID(one["secret_id"]), datetime.fromisoformat(one["until"])) for one in self.older_secrets]
        if self.old_secret_id and self.old_secret_until:
            found.append(OldSecret(self.old_secret_id, self.old_secret_until))
        return [one for one in reversed(found) if now < one.until]


def endpoint_of(connection: Connection[Any], subscriber_id: UUID) -> Endpoint | None:
    """A subscriber's endpoint, if one was set."""
    cursor = connection.cursor(row_factory=class_row(Endpoint))
    query = f"SELECT {COLUMNS} FROM webhook_endpoint WHERE subscriber_id = %s"  # noqa: S608 own columns
    return cursor.execute(query.encode(), [subscriber_id]).fetchone()


def living_endpoints(connection: Connection[Any]) -> list[Endpoint]:
    """All that are not disabled and whose subscriber has not ended, of every network; for the work role."""
    cursor = connection.cursor(row_factory=class_row(Endpoint))
    query = f"""
        SELECT {COLUMNS}
          FROM webhook_endpoint
         WHERE state <> 'disabled'
           AND subscriber_id IN (SELECT subscriber_id FROM subscriber WHERE ended_at IS NULL)
    """  # noqa: S608 own columns
    return cursor.execute(query.encode()).fetchall()


def stopped_endpoints(connection: Connection[Any], network_id: UUID) -> list[Endpoint]:
    """All of a network that were given up by themselves, the longest ago first; not those that somebody stopped."""
    cursor = connection.cursor(row_factory=class_row(Endpoint))
    query = f"""
        SELECT {COLUMNS}
          FROM webhook_endpoint
         WHERE network_id = %s
           AND state = 'disabled'
           AND because IS DISTINCT FROM 'by_hand'
           AND subscriber_id IN (SELECT subscriber_id FROM subscriber WHERE ended_at IS NULL)
         ORDER BY changed_at
    """  # noqa: S608 own columns
    return cursor.execute(query.encode(), [network_id]).fetchall()
