"""A real mail server that keeps what it is given, and refuses or breaks off when a test says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Delivered(NamedTuple):
    """A message as it lies in somebody's mailbox."""

    to: str
    message: EmailMessage

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return str(self.message.get_content()).replace("\r\n", "\n")


class Mailbox:
    """Everything that was delivered, in order. `answer` is what the server says to the next messages."""

    def __init__(self) -> None:
        self.delivered: list[Delivered] = []
        self.answer = "250 OK"
        self.answer_to_address = "250 OK"
        self.url = ""

    def to(self, address: str) -> list[Delivered]:
        return [one for one in self.delivered if one.to == address]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer_to_address.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_address

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer.startswith("250"):
            message: Any = message_from_bytes(envelope.original_content or b"", policy=policy.default)
            self.delivered += [Delivered(to, message) for to in envelope.rcpt_tos]
        return self.answer


class OnAFreePort(Controller):
    """Finds out which port the system gave, where the library connects to the one it asked for."""

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # the library is not annotated


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Listens on a free port of this machine."""
    mailbox = Mailbox()
    controller = OnAFreePort(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        mailbox.url = f"smtp://127.0.0.1:{controller.port}/?from=throughline@kap.example.org"
        yield mailbox
    finally:
        controller.stop()
