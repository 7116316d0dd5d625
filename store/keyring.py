"""One data key per person and network: made at the first sealed word, destroyed to erase the person."""

import threading
import time
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.sealed import Sealed
from store.datastore import Datastore
from store.errors import KeyWasDestroyed, SealIsBroken
from store.key_file import KeyEncryptionKey
from store.sealing import Token

REMEMBERED_SECONDS = 60.0  # a key destroyed by another process opens nothing here after that
SELECT = "SELECT key_id, person_id, kek_id, wrapped FROM data_keys WHERE network_id = %s AND"


class DataKey(NamedTuple):
    """An unwrapped key in memory."""

    key_id: UUID
    network_id: UUID
    person_id: UUID
    cipher: AESGCM
    until: float

    def opens_in(self, network_id: UUID, now: float) -> bool:
        """Whether it may be used without asking the database again."""
        return self.network_id == network_id and now < self.until


class Keyring:
    """Hands out data keys and opens what they sealed. One per process; threads share it."""

    def __init__(self, datastore: Datastore, kek: KeyEncryptionKey, *, remembered_seconds: float = REMEMBERED_SECONDS):
        self._datastore = datastore
        self._kek = kek
        self._seconds = remembered_seconds
        self._by_id: dict[UUID, DataKey] = {}
        self._by_person: dict[tuple[UUID, UUID], DataKey] = {}
        self._lock = threading.Lock()

    def key_of(self, network_id: UUID, person_id: UUID) -> DataKey:
        """The person's key, made if there is none. KeyWasDestroyed after erasure."""
        known = self._by_person.get((network_id, person_id))
        if known is not None and known.until > time.monotonic():
            return known
        with self._datastore.in_network(network_id, read_only=False) as connection:
            found = _one(connection, network_id, person_id) or self._made(connection, network_id, person_id)
        return self._remember(network_id, *found)

    def open(
        self, sealed: Sealed[Any] | str, *, network_id: UUID, person: UUID | None = None, field: str | None = None
    ) -> str:
        """The clear text. Pass the person (and field) the page is about: a value of somebody else then fails.

        Raises KeyWasDestroyed after erasure, SealIsBroken for altered, swapped or foreign tokens.
        """
        return self.open_all([sealed], network_id=network_id, person=person, field=field)[0]

    def open_all(
        self,
        sealed: Iterable[Sealed[Any] | str],
        *,
        network_id: UUID,
        person: UUID | None = None,
        field: str | None = None,
    ) -> list[str]:
        """Several at once; keys not in memory come in one query."""
        tokens = [Token.parse(value) for value in sealed]
        for token in tokens:
            if not token.is_about(person, field):
                raise SealIsBroken(SealIsBroken.__doc__)
        keys = self._keys(network_id, {token.key_id for token in tokens})
        return [token.open(keys[token.key_id].cipher) for token in tokens]

    def destroy(self, network_id: UUID, person_id: UUID) -> None:
        """Erase the person: nothing sealed for them opens any more, nothing new is sealed, no search finds them."""
        with self._datastore.in_network(network_id, read_only=False) as connection:
            connection.execute(
                "INSERT INTO data_keys AS known (key_id, network_id, person_id, destroyed_at)"
                " VALUES (%s, %s, %s, clock_timestamp()) ON CONFLICT (network_id, person_id) DO UPDATE SET"
                " wrapped = NULL, kek_id = NULL, destroyed_at = coalesce(known.destroyed_at, excluded.destroyed_at)",
                [uuid4(), network_id, person_id],
            )
            connection.execute(
                "DELETE FROM patient_search WHERE network_id = %s AND patient_id = %s", [network_id, person_id]
            )
        self.forget(network_id, person_id)

    def forget(self, network_id: UUID, person_id: UUID) -> None:
        """Open nothing more of what was erased elsewhere, at once; other processes notice within a minute."""
        with self._lock:
            gone = self._by_person.pop((network_id, person_id), None)
            if gone:
                self._by_id.pop(gone.key_id, None)

    def _made(self, connection: psycopg.Connection[Any], network_id: UUID, person_id: UUID) -> tuple[Any, ...]:
        key_id, key = uuid4(), AESGCM.generate_key(256)
        kek_id, wrapped = self._kek.wrap(key, bound_to(key_id, network_id, person_id))
        connection.execute(
            "INSERT INTO data_keys (key_id, network_id, person_id, wrapped, kek_id) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (network_id, person_id) DO NOTHING",
            [key_id, network_id, person_id, wrapped, kek_id],
        )
        return _one(connection, network_id, person_id) or ()  # ours, or that of whoever was quicker

    def _keys(self, network_id: UUID, key_ids: set[UUID]) -> dict[UUID, DataKey]:
        now = time.monotonic()
        known = {key_id: self._by_id.get(key_id) for key_id in key_ids}
        keys = {key_id: key for key_id, key in known.items() if key and key.opens_in(network_id, now)}
        if missing := key_ids - keys.keys():
            with self._datastore.in_network(network_id) as connection:
                found = connection.execute(
                    f"{SELECT} key_id = ANY(%s)".encode(), [network_id, list(missing)]
                ).fetchall()
            keys |= {row[0]: self._remember(network_id, *row) for row in found}
        if key_ids - keys.keys():
            raise SealIsBroken(SealIsBroken.__doc__)  # a key of another network, or none
        return keys

    def _remember(
        self, network_id: UUID, key_id: UUID, person_id: UUID, kek_id: str | None, wrapped: bytes | None
    ) -> DataKey:
        if wrapped is None or kek_id is None:
            raise KeyWasDestroyed(KeyWasDestroyed.__doc__)
        cipher = AESGCM(self._kek.unwrap(kek_id, wrapped, bound_to(key_id, network_id, person_id)))
        key = DataKey(key_id, network_id, person_id, cipher, time.monotonic() + self._seconds)
        with self._lock:
            self._by_id[key_id] = self._by_person[network_id, person_id] = key
        return key


def _one(connection: psycopg.Connection[Any], network_id: UUID, person_id: UUID) -> tuple[Any, ...] | None:
    return connection.execute(f"{SELECT} person_id = %s".encode(), [network_id, person_id]).fetchone()


def bound_to(key_id: UUID, network_id: UUID, person_id: UUID) -> bytes:
    """What a wrapped data key is bound to."""
    return b"data key" + key_id.bytes + network_id.bytes + person_id.bytes
