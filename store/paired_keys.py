"""Keys that take two: a key per author and patient, wrapped by both their data keys. Destroying either erases."""

import secrets
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.psychotherapy_note.notes import AuthorAndPatient
from domain.sealed import Sealed
from store.datastore import Datastore
from store.errors import SealIsBroken
from store.keyring import DataKey, Keyring
from store.sealing import NONCE_BYTES, Token

FIND = """
    SELECT key_id, wrapped
      FROM psychotherapy_note_key
     WHERE network_id = %s AND author_id = %s AND patient_id = %s
"""
MAKE = """
    INSERT INTO psychotherapy_note_key (key_id, network_id, author_id, patient_id, wrapped)
    VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (network_id, author_id, patient_id) DO NOTHING
"""


class PairedKeys:
    """Hands out the keys of pairs. None is remembered: each use asks for the keys of both persons again.

    The datastore's connections have to open psychotherapy notes; on all others there are no such keys.
    """

    def __init__(self, datastore: Datastore, keyring: Keyring) -> None:
        self._datastore, self._keyring = datastore, keyring

    def key_of(self, network_id: UUID, pair: AuthorAndPatient) -> DataKey:
        """The pair's key, made if there is none. KeyWasDestroyed after either person was erased."""
        about = [network_id, *pair]
        with self._datastore.in_network(network_id, read_only=False) as connection:
            found = connection.execute(FIND, about).fetchone()
            if found is None:
                key_id = uuid4()
                wrapped = self._wrapped(AESGCM.generate_key(256), key_id, network_id, pair)
                connection.execute(MAKE, [key_id, *about, wrapped])
                found = connection.execute(FIND, about).fetchone()  # ours, or that of whoever was quicker
        key_id, wrapped = found or (uuid4(), b"")
        key = self._unwrapped(wrapped, key_id, network_id, pair)
        return DataKey(key_id, network_id, pair.patient_id, AESGCM(key), time.monotonic())

    def open_all(self, sealed: Sequence[Sealed[Any] | str], *, network_id: UUID, pair: AuthorAndPatient) -> list[str]:
        """The clear texts of this pair; SealIsBroken for a token of any other."""
        if not sealed:
            return []
        key = self.key_of(network_id, pair)
        tokens = [Token.parse(value) for value in sealed]
        if any(token.key_id != key.key_id or token.person_id != pair.patient_id for token in tokens):
            raise SealIsBroken(SealIsBroken.__doc__)
        return [token.open(key.cipher) for token in tokens]

    def _wrapped(self, key: bytes, key_id: UUID, network_id: UUID, pair: AuthorAndPatient) -> bytes:
        for person in pair:
            nonce = secrets.token_bytes(NONCE_BYTES)
            cipher = self._keyring.key_of(network_id, person).cipher
            key = nonce + cipher.encrypt(nonce, key, _about(key_id, pair, person))
        return key

    def _unwrapped(self, wrapped: bytes, key_id: UUID, network_id: UUID, pair: AuthorAndPatient) -> bytes:
        for person in reversed(pair):
            cipher = self._keyring.key_of(network_id, person).cipher
            about = _about(key_id, pair, person)
            wrapped = cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], about)
        return wrapped


def _about(key_id: UUID, pair: AuthorAndPatient, person: UUID) -> bytes:
    return b"psychotherapy note key" + key_id.bytes + pair.author_id.bytes + pair.patient_id.bytes + person.bytes
