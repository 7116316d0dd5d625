"""The one way to psychotherapy notes: their author's, on a connection that is opened for it and closed again.

Their stream's id comes from the key file, the author and the patient, so it is found without any list of notes, and
nobody who knows the two persons can tell whether there are any.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import orjson

from domain.actor import Actor
from domain.psychotherapy_note.notes import PSYCHOTHERAPY_NOTE, AuthorAndPatient
from domain.psychotherapy_note.write_psychotherapy_note import (
    PsychotherapyNoteWritten,
    WritePsychotherapyNote,
    write_psychotherapy_note,
)
from store.application import CareApplication
from store.care import Care
from store.command import Clock, Command, Receipt
from store.datastore import Datastore
from store.form_fields import Fields
from store.held_notes import HeldNotes
from store.key_file import KeyEncryptionKey
from store.keyring import Keyring
from store.paired_keys import PairedKeys

OPENS_NOTES = {"throughline.psychotherapy_notes": "open"}


class Note(NamedTuple):
    """A note as its author reads it."""

    note_id: UUID
    written_at: datetime
    text: str


class PsychotherapyNotes:
    """Every question is the author's own: there is no argument with which another's could be asked for."""

    def __init__(self, datastore: Datastore, keyring: Keyring, kek: KeyEncryptionKey, clock: Clock) -> None:
        self._conninfo, self._keyring, self._kek, self._clock = datastore.conninfo, keyring, kek, clock

    def write(self, author: Actor, order: WritePsychotherapyNote, *, command_id: UUID, correlation_id: UUID) -> Receipt:
        """Keep a note. What is kept to know the command again is a keyed hash: a plain one could be guessed at."""
        said = order.text.reveal_for_sealing()
        body_hash = self._kek.blind(orjson.dumps([str(order.patient_id), said]))
        command = Command(command_id, author, body_hash, correlation_id)
        with self._opened() as datastore:
            keys = PairedKeys(datastore, self._keyring)
            care = Care(CareApplication(datastore), keys, self._kek, clock=self._clock, remembered=1)
            stream_id = self._stream_id(author, order.patient_id)
            return care.decide(PSYCHOTHERAPY_NOTE, stream_id, write_psychotherapy_note, order, command=command)

    def read(self, author: Actor, patient_id: UUID) -> list[Note]:
        """This author's notes about a patient, the newest first. KeyWasDestroyed once either was erased."""
        with self._opened() as datastore:
            keys = PairedKeys(datastore, self._keyring)
            application = CareApplication(datastore)
            facts = application.facts(author.network_id, self._stream_id(author, patient_id))
            written = [(f.event, f.envelope) for f in facts if isinstance(f.event, PsychotherapyNoteWritten)]
            pair = AuthorAndPatient(author.actor_id, patient_id)
            texts = keys.open_all([event.text for event, _ in written], network_id=author.network_id, pair=pair)
        notes = [
            Note(event.note_id, envelope.occurred_at, text)
            for (event, envelope), text in zip(written, texts, strict=True)
        ]
        return notes[::-1]

    def hold(self, author: Actor, patient_id: UUID, held_id: UUID, fields: Fields) -> None:
        """Let what was typed wait for its author. KeyWasDestroyed once either was erased."""
        with self._held(author) as held:
            held.hold(AuthorAndPatient(author.actor_id, patient_id), held_id, fields, now=self._clock())

    def held(self, author: Actor, patient_id: UUID, held_id: UUID) -> Fields | None:
        """What waits for this author, if it still does. KeyWasDestroyed once either was erased."""
        with self._held(author) as held:
            return held.open(AuthorAndPatient(author.actor_id, patient_id), held_id, now=self._clock())

    def let_go(self, author: Actor, patient_id: UUID, held_id: UUID) -> None:
        """It is a note now: nothing waits any more."""
        with self._held(author) as held:
            held.drop(AuthorAndPatient(author.actor_id, patient_id), held_id)

    @contextmanager
    def _held(self, author: Actor) -> Iterator[HeldNotes]:
        with self._opened() as datastore:
            yield HeldNotes(datastore, self._keyring, author.network_id)

    def _stream_id(self, author: Actor, patient_id: UUID) -> UUID:
        parts = (b"psychotherapy notes", author.network_id.bytes, author.actor_id.bytes, patient_id.bytes)
        return UUID(bytes=self._kek.blind(b"\x00".join(parts))[:16])

    @contextmanager
    def _opened(self) -> Iterator[Datastore]:
        """Connections that see psychotherapy notes, for as long as one is read or written."""
        datastore = Datastore(self._conninfo, max_size=1, name="throughline notes", settings=OPENS_NOTES)
        try:
            yield datastore
        finally:
            datastore.close()
