"""Sealed values: names, contacts, birth dates and free text that decisions and folds carry but never read."""

import re
from collections.abc import Callable
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")
PREFIX = "sealed.v1."
SEALED = "x-sealed"
"""The mark of a sealed field in a JSON Schema; a description of the field's own does not cover it."""
KEPT_BACK = "x-kept-back"
KeptBack = Annotated[str, Field(json_schema_extra={KEPT_BACK: True})]
"""Text that is stored in clear, because staff need it at once, and yet leaves the house under no grant."""
KeptBackAnswer = Annotated[bool | None, Field(json_schema_extra={KEPT_BACK: True})]
"""The same for a question that is answered yes or no; None: not asked."""
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of characters: no text holds them, and no encoding takes the halves."""
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that nobody sees and that turn round what stands after them, a birth date or a dose beside a name included.

They come along with telephone numbers that are copied, so they are left out, not refused.
"""


def writable(text: str) -> str:
    """The text itself; ValueError where no file or column could hold it."""
    if UNWRITABLE.search(text):
        raise ValueError("leave out the characters that cannot be printed")
    return text


class Sealed(Generic[T]):
    """A value that is either still in clear text, on its way to the store, or a token that only the keyring opens.

    The clear text never shows in `repr`, never compares and never serialises: an unsealed value cannot be stored
    or logged by accident. Two tokens are equal when their bytes are.
    """

    __slots__ = ("_clear", "token")

    def __init__(self, *, token: str | None = None, clear: T | None = None) -> None:
        self.token = token
        self._clear = clear

    @classmethod
    def of(cls, clear: Any) -> "Sealed[Any]":
        """Take clear text at the edge. It is sealed by the store when the event gets its version."""
        if isinstance(clear, Sealed):
            return clear
        if not isinstance(clear, str) or not (text := TURNING.sub("", clear).strip()):
            raise ValueError("write some text")
        return cls(clear=writable(text))  # type: ignore[arg-type]

    def reveal_for_sealing(self) -> T:
        """The clear text; only the store's sealer asks for it."""
        if self._clear is None:
            raise ValueError("this value is sealed already")
        return self._clear

    @property
    def is_sealed(self) -> bool:
        return self.token is not None

    def __repr__(self) -> str:
        return "Sealed(token)" if self.is_sealed else "Sealed(not yet)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and self.token is not None and self.token == other.token

    def __hash__(self) -> int:
        return hash(self.token)

    @classmethod
    def _accept(cls, value: Any) -> Self:
        if isinstance(value, Sealed):
            return value  # type: ignore[return-value]
        if isinstance(value, str) and value.startswith(PREFIX):
            return cls(token=value)
        raise ValueError("a sealed value is expected")

    @staticmethod
    def _token(value: "Sealed[Any]") -> str:
        if value.token is None:
            raise ValueError("a value in clear text cannot be stored; seal it first")
        return value.token

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._accept, serialization=core_schema.plain_serializer_function_ser_schema(cls._token)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "description": "sealed on arrival", SEALED: True}


def _sealing(longest: int) -> Callable[[Any], Sealed[Any]]:
    def seal(given: Any) -> Sealed[Any]:
        text = Sealed.of(given)
        if not text.is_sealed and len(text.reveal_for_sealing()) > longest:
            raise ValueError(f"write at most {longest} characters")
        return text

    return seal


FreeText = Annotated[Sealed[str], BeforeValidator(_sealing(50_000))]
"""A field of an order in which somebody writes; it is sealed before it is stored."""
ShortText = Annotated[Sealed[str], BeforeValidator(_sealing(300))]
"""The same for a name, a telephone number or an address: longer ones would fill every list that shows them."""
