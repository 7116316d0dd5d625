"""Fields of a form that wait in a row of their author: sealed whole under one person's key, under the row's id."""

from collections.abc import Mapping
from uuid import UUID

import orjson

from store.keyring import Keyring
from store.sealing import SealingKey, Token

NOT_IN_A_STREAM = 0
"""No event has this version, so what waits never passes for a value of one."""

Fields = Mapping[str, tuple[str, ...]]
"""The fields of a form as a browser sends them."""


def close_fields(
    keyring: Keyring, fields: Fields, *, network_id: UUID, person_id: UUID, row_id: UUID, name: str
) -> str:
    """The sealed text. KeyWasDestroyed where the person was erased."""
    return write_fields(keyring.key_of(network_id, person_id), fields, row_id=row_id, name=name)


def open_fields(keyring: Keyring, sealed: str, *, network_id: UUID, person_id: UUID, name: str) -> Fields:
    """What was closed. KeyWasDestroyed where the person was erased."""
    return read_fields(keyring.open(sealed, network_id=network_id, person=person_id, field=name))


def write_fields(key: SealingKey, fields: Fields, *, row_id: UUID, name: str) -> str:
    """The sealed text, under a key that is at hand."""
    token = Token(key.key_id, key.person_id, row_id, NOT_IN_A_STREAM, name)
    return token.close(key.cipher, orjson.dumps(fields).decode())


def read_fields(text: str) -> Fields:
    """The fields in a text that was opened."""
    return {field: tuple(values) for field, values in orjson.loads(text).items()}
