"""A psychotherapy note that came too late to be kept: it waits for its author, under the key of the notes, for an hour.

Its rows are seen on connections that open psychotherapy notes, and on no other.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.psychotherapy_note.notes import AuthorAndPatient
from store.datastore import Datastore
from store.errors import SealIsBroken
from store.form_fields import Fields, read_fields, write_fields
from store.keyring import Keyring
from store.paired_keys import PairedKeys
from store.sealing import Token

HELD_FOR = timedelta(hours=1)
FIELD = "held psychotherapy note"

HOLD = """
    INSERT INTO held_psychotherapy_note (network_id, author_id, patient_id, held_id, sealed, held_at)
    VALUES (%(network_id)s, %(author_id)s, %(patient_id)s, %(held_id)s, %(sealed)s, %(held_at)s)
        ON CONFLICT (network_id, author_id, patient_id, held_id)
        DO UPDATE SET sealed = excluded.sealed, held_at = excluded.held_at
"""
OPEN = """
    SELECT sealed
      FROM held_psychotherapy_note
     WHERE network_id = %s AND author_id = %s AND patient_id = %s AND held_id = %s AND held_at > %s
"""
DROP = """
    DELETE FROM held_psychotherapy_note
     WHERE network_id = %s AND author_id = %s AND patient_id = %s AND held_id = %s
"""


class HeldNotes:
    """What waits in one network; the datastore's connections have to open psychotherapy notes."""

    def __init__(self, datastore: Datastore, keyring: Keyring, network_id: UUID) -> None:
        self._datastore, self._keys, self._network_id = datastore, PairedKeys(datastore, keyring), network_id

    def hold(self, pair: AuthorAndPatient, held_id: UUID, fields: Fields, *, now: datetime) -> None:
        """Keep what was typed. KeyWasDestroyed where either person was erased."""
        sealed = write_fields(self._keys.key_of(self._network_id, pair), fields, row_id=held_id, name=FIELD)
        row: dict[str, Any] = {
            "network_id": self._network_id,
            **pair._asdict(),
            "held_id": held_id,
            "sealed": sealed,
            "held_at": now,
        }
        with self._datastore.in_network(self._network_id, read_only=False) as connection:
            connection.execute(HOLD, row)

    def open(self, pair: AuthorAndPatient, held_id: UUID, *, now: datetime) -> Fields | None:
        """What waits; None where nothing does, or no longer. KeyWasDestroyed where either person was erased."""
        about = [self._network_id, *pair, held_id, now - HELD_FOR]
        with self._datastore.in_network(self._network_id) as connection:
            row = connection.execute(OPEN, about).fetchone()
        if row is None:
            return None
        if Token.parse(row[0]).field != FIELD:
            raise SealIsBroken(SealIsBroken.__doc__)
        (text,) = self._keys.open_all([row[0]], network_id=self._network_id, pair=pair)
        return read_fields(text)

    def drop(self, pair: AuthorAndPatient, held_id: UUID) -> None:
        """It was kept as a note."""
        with self._datastore.in_network(self._network_id, read_only=False) as connection:
            connection.execute(DROP, [self._network_id, *pair, held_id])
