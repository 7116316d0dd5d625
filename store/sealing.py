"""Sealed values as they are stored: tokens that name their place and open only as what they were sealed as."""

import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, NamedTuple, Protocol, Self, TypeVar, cast, get_args, get_origin
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel

from domain.sealed import PREFIX, Sealed
from store.errors import SealIsBroken

NONCE_BYTES = 12
HEADER = struct.Struct(">16s16s16sI")  # key id, person, stream, version; the field's path follows
PLAIN = frozenset({UUID, str, int, bool, Decimal, datetime, date, NoneType, Ellipsis})
"""Types that hold no sealed value."""
M = TypeVar("M", bound=BaseModel)


class SealingKey(Protocol):
    """An unwrapped key, and whose text it seals."""

    @property
    def key_id(self) -> UUID: ...
    @property
    def person_id(self) -> UUID: ...
    @property
    def cipher(self) -> AESGCM: ...


class Keys(Protocol):
    """Where decisions get the key for the text of a person, or of whatever a stream names in its `person`."""

    def key_of(self, network_id: UUID, person: Any, /) -> SealingKey: ...


class Token(NamedTuple):
    """`sealed.v1.<place>.<nonce and ciphertext>`: the place is authenticated with the text; neither fits elsewhere."""

    key_id: UUID
    person_id: UUID
    stream_id: UUID
    version: int
    field: str
    sealed: bytes = b""

    @classmethod
    def parse(cls, value: "Sealed[Any] | str") -> Self:
        """Take a token apart; SealIsBroken if it is none."""
        token = value.token if isinstance(value, Sealed) else value
        if token is None or not token.startswith(PREFIX):
            raise SealIsBroken(SealIsBroken.__doc__)
        try:
            place, sealed = (_from_text(part) for part in token.removeprefix(PREFIX).split("."))
            key_id, person_id, stream_id, version = HEADER.unpack_from(place)
            field = place[HEADER.size :].decode()
        except (ValueError, struct.error) as error:
            raise SealIsBroken(SealIsBroken.__doc__) from error
        return cls(UUID(bytes=key_id), UUID(bytes=person_id), UUID(bytes=stream_id), version, field, sealed)

    @property
    def place(self) -> bytes:
        """What the text is bound to."""
        header = HEADER.pack(self.key_id.bytes, self.person_id.bytes, self.stream_id.bytes, self.version)
        return header + self.field.encode()

    def is_about(self, person: UUID | None, field: str | None) -> bool:
        """Whether it was sealed for this person, in a field of this name (`name`, or `medicines.0.name` in full)."""
        return person in (None, self.person_id) and field in (None, self.field, self.field.split(".")[-1])

    def close(self, cipher: AESGCM, clear: str) -> str:
        """The token with the text in it."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        place = self.place
        return f"{PREFIX}{_to_text(place)}.{_to_text(nonce + cipher.encrypt(nonce, clear.encode(), place))}"

    def open(self, cipher: AESGCM) -> str:
        """The text; SealIsBroken if anything in the token was altered."""
        try:
            return cipher.decrypt(self.sealed[:NONCE_BYTES], self.sealed[NONCE_BYTES:], self.place).decode()
        except (InvalidTag, ValueError) as error:
            raise SealIsBroken(SealIsBroken.__doc__) from error


def holds_clear_text(value: Any) -> bool:
    """Whether anything in a model still has to be sealed."""
    match value:
        case Sealed():
            return not value.is_sealed
        case BaseModel():
            return may_hold_text(type(value)) and any(holds_clear_text(field) for field in value.__dict__.values())
        case tuple() | list():
            return any(holds_clear_text(item) for item in value)
        case Mapping():
            return any(holds_clear_text(item) for item in value.values())
    return False


@cache
def may_hold_text(kind: Any) -> bool:
    """Whether anything of this type can hold a sealed value; where the annotation does not tell, it may."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return any(may_hold_text(cast(Any, field.annotation)) for field in kind.model_fields.values())
    if parts := get_args(kind):
        return get_origin(kind) is Sealed or any(may_hold_text(part) for part in parts)
    return kind not in PLAIN and not (isinstance(kind, type) and issubclass(kind, Enum))


def seal_fields(model: M, cipher: AESGCM, place: Token, path: str = "") -> M:
    """A copy with every value in clear text replaced by its token; what is sealed already stays as it is."""
    sealed = {
        name: _sealed(value, cipher, place, f"{path}{name}")
        for name, value in model.__dict__.items()
        if holds_clear_text(value)
    }
    return model.model_copy(update=sealed)


def _sealed(value: Any, cipher: AESGCM, place: Token, path: str) -> Any:
    match value:
        case Sealed() if not value.is_sealed:
            return Sealed(token=place._replace(field=path).close(cipher, value.reveal_for_sealing()))
        case BaseModel():
            return seal_fields(value, cipher, place, f"{path}.")
        case tuple() | list():
            return type(value)(_sealed(item, cipher, place, f"{path}.{n}") for n, item in enumerate(value))
        case Mapping():
            return {key: _sealed(item, cipher, place, f"{path}.{key}") for key, item in value.items()}
    return value


def _to_text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _from_text(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
