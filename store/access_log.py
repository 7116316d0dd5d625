"""Who read what about whom: one row per screen and patient, durable before a byte of the page leaves."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from eventsourcing.persistence import PersistenceError

from domain.actor import Actor
from store.datastore import Datastore
from store.errors import ReadingCouldNotBeLogged
from store.wire import Statement

RECORD = "SELECT record_reading(%s, %s, %s::text[], %s, %s::uuid[], %s::uuid[], %s, %s)"
RECORD_ONE = Statement(
    "record_reading", "SELECT record_reading($1, $2, $3, $4, ARRAY[$5], ARRAY[$6], $7, $8)",
    ("uuid", "uuid", "text[]", "text", "uuid", "uuid", "text", "uuid"),
)  # fmt: skip

WAS_READ = """
    SELECT EXISTS (
        SELECT FROM access_log
         WHERE network_id = %s AND actor_id = %s AND at > clock_timestamp() - interval '12 hours'
           AND screen = %s AND episode_id = %s)
"""


class Read(NamedTuple):
    """A patient, or one of their episodes, whose data a screen shows."""

    patient_id: UUID | None
    episode_id: UUID | None = None


def log_reading(
    datastore: Datastore,
    actor: Actor,
    screen: str,
    read: Sequence[Read],
    *,
    correlation_id: UUID,
    purpose: str | None = None,
) -> None:
    """Write down what a screen is about to show; ReadingCouldNotBeLogged if that fails, and then it shows nothing.

    `purpose` is a code or the compliance reader's own words about their task, never about a patient.
    """
    if not read:
        return
    who = [actor.network_id, actor.actor_id, [role.value for role in sorted(actor.roles)], screen]
    patients, episodes = [each.patient_id for each in read], [each.episode_id for each in read]
    try:
        with datastore.get_connection() as connection:
            if len(read) == 1:
                RECORD_ONE.call(connection, [*who, *patients, *episodes, purpose, correlation_id])
            else:
                connection.execute(RECORD, [*who, patients, episodes, purpose, correlation_id], prepare=True)
    except PersistenceError as error:
        raise ReadingCouldNotBeLogged(ReadingCouldNotBeLogged.__doc__) from error


def was_read_today(datastore: Datastore, actor: Actor, screen: str, episode_id: UUID) -> bool:
    """Whether this person's reading of that screen was written down within twelve hours."""
    with datastore.in_network(actor.network_id) as connection:
        row = connection.execute(WAS_READ, [actor.network_id, actor.actor_id, screen, episode_id]).fetchone()
    return bool(row and row[0])
