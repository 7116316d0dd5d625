"""What a copy would bring back to life though it may be over by now: nobody can know what was ended after the copy.

A one-time link may have been answered or taken back since, a key revoked, a grant withdrawn. So links are ended and
subscribers paused, before anybody can come in; that it happened is recorded afterwards (`deploy.operating.revived`).
"""

from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

END_LINKS = """
    UPDATE check_in_link
       SET ended_at = clock_timestamp(),
           draft = NULL
     WHERE ended_at IS NULL
       AND expires_at > clock_timestamp()
    RETURNING network_id, episode_id, link_id
"""
PAUSE_SUBSCRIBERS = """
    UPDATE subscriber
       SET is_paused = true
     WHERE ended_at IS NULL
       AND NOT is_paused
    RETURNING network_id, subscriber_id
"""


class OpenLink(NamedTuple):
    network_id: UUID
    episode_id: UUID
    link_id: UUID


class ServedSubscriber(NamedTuple):
    network_id: UUID
    subscriber_id: UUID


class Revived(NamedTuple):
    """What stood open in a copy, and stands open no more."""

    links: tuple[OpenLink, ...] = ()
    subscribers: tuple[ServedSubscriber, ...] = ()


def end_what_may_be_over(connection: Connection[Any]) -> Revived:
    """End links and pause subscribers in a database that was brought back. For whoever may pass the walls."""
    links = tuple(OpenLink(*row) for row in connection.execute(END_LINKS))
    return Revived(links, tuple(ServedSubscriber(*row) for row in connection.execute(PAUSE_SUBSCRIBERS)))
