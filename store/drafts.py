"""What somebody is still writing about a patient: theirs alone, sealed under the patient's key, and never an event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from domain.actor import Actor
from store.datastore import Datastore
from store.form_fields import Fields, close_fields, open_fields
from store.keyring import Keyring

FIELD = "draft"

SAVE = """
    INSERT INTO document_draft AS known
           (network_id, author_id, draft_id, episode_id, patient_id, decision, about, sealed, saved_at)
    VALUES (%(network_id)s, %(author_id)s, %(draft_id)s, %(episode_id)s, %(patient_id)s, %(decision)s, %(about)s,
            %(sealed)s, %(saved_at)s)
        ON CONFLICT (network_id, author_id, draft_id)
        DO UPDATE SET sealed = excluded.sealed, about = excluded.about, saved_at = excluded.saved_at
     WHERE known.episode_id = excluded.episode_id
"""
OPEN = """
    SELECT sealed
      FROM document_draft
     WHERE network_id = %s AND author_id = %s AND draft_id = %s AND episode_id = %s
"""
OWN = """
    SELECT draft_id, decision, about, saved_at
      FROM document_draft
     WHERE network_id = %s AND author_id = %s AND episode_id = %s
     ORDER BY saved_at DESC
"""
DISCARD = "DELETE FROM document_draft WHERE network_id = %s AND author_id = %s AND draft_id = %s"


class Place(NamedTuple):
    """Whose draft of what: `draft_id` is the id that the document will have."""

    author: Actor
    episode_id: UUID
    patient_id: UUID
    draft_id: UUID


class Draft(NamedTuple):
    """A draft as its author finds it in a list; `about` are ids and codes, for the address of its form."""

    draft_id: UUID
    decision: str
    about: Mapping[str, str]
    saved_at: datetime


class Drafts:
    """The drafts of a process's users. Every question names the author; there is none that does not."""

    def __init__(self, datastore: Datastore, keyring: Keyring) -> None:
        self._datastore, self._keyring = datastore, keyring

    def save(self, place: Place, decision: str, about: Mapping[str, str], fields: Fields, *, at: datetime) -> None:
        """Keep what was typed so far. KeyWasDestroyed where the patient was erased."""
        network_id = place.author.network_id
        sealed = close_fields(
            self._keyring, fields, network_id=network_id, person_id=place.patient_id, row_id=place.draft_id, name=FIELD
        )
        parameters: dict[str, Any] = {
            "network_id": network_id,
            "author_id": place.author.actor_id,
            "draft_id": place.draft_id,
            "episode_id": place.episode_id,
            "patient_id": place.patient_id,
            "decision": decision,
            "about": Jsonb(dict(about)),
            "sealed": sealed,
            "saved_at": at,
        }
        with self._datastore.in_network(network_id, read_only=False) as connection:
            connection.execute(SAVE, parameters)

    def open(self, place: Place) -> Fields | None:
        """What was typed so far; None where there is no draft. KeyWasDestroyed where the patient was erased."""
        network_id = place.author.network_id
        with self._datastore.in_network(network_id) as connection:
            row = connection.execute(
                OPEN, [network_id, place.author.actor_id, place.draft_id, place.episode_id]
            ).fetchone()
        if row is None:
            return None
        return open_fields(self._keyring, row[0], network_id=network_id, person_id=place.patient_id, name=FIELD)

    def own(self, author: Actor, episode_id: UUID) -> list[Draft]:
        """This person's drafts in an episode, the newest first; nothing of them is opened."""
        with self._datastore.in_network(author.network_id) as connection:
            rows = connection.execute(OWN, [author.network_id, author.actor_id, episode_id]).fetchall()
        return [Draft(*row) for row in rows]

    def discard(self, author: Actor, draft_id: UUID) -> None:
        """It was signed, or is not wanted any more."""
        with self._datastore.in_network(author.network_id, read_only=False) as connection:
            connection.execute(DISCARD, [author.network_id, author.actor_id, draft_id])
