"""What every way of sending has in common."""

from typing import NamedTuple, Protocol
from uuid import UUID


class Letter(NamedTuple):
    """A message with the address in clear: it lives as long as the sending takes, and is never logged."""

    message_id: UUID
    to: str
    subject: str
    body: str

    def __repr__(self) -> str:
        return f"Letter({self.message_id})"


class CouldNotSend(Exception):
    """It did not go out, and may go out later: the server is gone, busy or wrongly set up."""


class AddressWasRefused(Exception):
    """It will never go out to this address."""


class Channel(Protocol):
    """`send` answers once the message is somebody else's to deliver; the same letter may come twice."""

    @property
    def name(self) -> str: ...
    def send(self, letter: Letter) -> None: ...
