"""A line of a replayed state, and what its words are made with."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.network.network import Network
from domain.protocol.protocol import Protocol


class StateLine(NamedTuple):
    """One thing somebody would ask about, and how it stood. People stand in `value` as `{id}`.

    `key` tells the same line at two moments. An earlier one is left out of the short list: it only shows in changes.
    """

    key: str
    what: str
    value: str
    is_earlier: bool = False


class Surroundings(NamedTuple):
    """The moment, and the network as it was then; no protocol where none had been adopted yet."""

    now: datetime
    network: Network

    @property
    def zone(self) -> str:
        return self.network.zone

    @property
    def protocol(self) -> Protocol | None:
        return self.network.protocol if self.network.current else None


PERSON = re.compile(r"\{([0-9a-f-]{36})\}")


def in_words(value: str, name_of: Callable[[UUID], str]) -> str:
    """A value with people by their names."""
    return PERSON.sub(lambda found: name_of(UUID(found[1])), value)


def person(clinician_id: UUID) -> str:
    """The place of a name."""
    return f"{{{clinician_id}}}"


def plain(code: str) -> str:
    """A code without its underscores."""
    return code.replace("_", " ")


def mg(amount: Decimal) -> str:
    """100 mg, 0.5 mg: no trailing zeros."""
    return f"{amount.normalize():f} mg"
