"""What somebody typed before they left to confirm who they are: theirs alone, sealed, never an event, for an hour."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from domain.actor import Actor
from store.datastore import Datastore
from store.form_fields import Fields, close_fields, open_fields
from store.keyring import Keyring

HELD_FOR = timedelta(hours=1)
FIELD = "held form"

HOLD = """
    INSERT INTO held_form (network_id, author_id, held_id, place, sealed, held_at)
    VALUES (%(network_id)s, %(author_id)s, %(held_id)s, %(place)s, %(sealed)s, %(held_at)s)
        ON CONFLICT (network_id, author_id, held_id)
        DO UPDATE SET place = excluded.place, sealed = excluded.sealed, held_at = excluded.held_at
"""
OPEN = """
    SELECT sealed
      FROM held_form
     WHERE network_id = %s AND author_id = %s AND held_id = %s AND place = %s AND held_at > %s
"""
NEWEST = """
    SELECT held_id
      FROM held_form
     WHERE network_id = %s AND author_id = %s AND place = %s AND held_at > %s
     ORDER BY held_at DESC
     LIMIT 1
"""
DROP = "DELETE FROM held_form WHERE network_id = %s AND author_id = %s AND held_id = %s"


class HeldAt(NamedTuple):
    """Whose form at which address, and under whose key: the patient's whom it is about, else the author's own."""

    author: Actor
    place: str
    person_id: UUID
    held_id: UUID


class HeldForms:
    """Every question names the author and the address: text about one patient never comes up beside another."""

    def __init__(self, datastore: Datastore, keyring: Keyring) -> None:
        self._datastore, self._keyring = datastore, keyring

    def hold(self, at: HeldAt, fields: Fields, *, now: datetime) -> None:
        """Keep it, instead of what was held there before. KeyWasDestroyed where the patient was erased."""
        network_id = at.author.network_id
        sealed = close_fields(
            self._keyring, fields, network_id=network_id, person_id=at.person_id, row_id=at.held_id, name=FIELD
        )
        row: dict[str, Any] = {
            "network_id": network_id,
            "author_id": at.author.actor_id,
            "held_id": at.held_id,
            "place": at.place,
            "sealed": sealed,
            "held_at": now,
        }
        with self._datastore.in_network(network_id, read_only=False) as connection:
            connection.execute(HOLD, row)

    def open(self, at: HeldAt, *, now: datetime) -> Fields | None:
        """What is held; None where nothing is, or no longer. KeyWasDestroyed where the patient was erased."""
        network_id = at.author.network_id
        with self._datastore.in_network(network_id) as connection:
            row = connection.execute(
                OPEN, [network_id, at.author.actor_id, at.held_id, at.place, now - HELD_FOR]
            ).fetchone()
        if row is None:
            return None
        return open_fields(self._keyring, row[0], network_id=network_id, person_id=at.person_id, name=FIELD)

    def newest(self, author: Actor, place: str, *, now: datetime) -> UUID | None:
        """What they left at this address last, if anything waits there."""
        with self._datastore.in_network(author.network_id) as connection:
            row = connection.execute(NEWEST, [author.network_id, author.actor_id, place, now - HELD_FOR]).fetchone()
        return row[0] if row else None

    def drop(self, author: Actor, held_id: UUID) -> None:
        """It was signed."""
        with self._datastore.in_network(author.network_id, read_only=False) as connection:
            connection.execute(DROP, [author.network_id, author.actor_id, held_id])
