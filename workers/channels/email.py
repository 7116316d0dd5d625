"""Mail through an SMTP server, by an address such as smtp+starttls://user:secret@mail.example.org?from=kap@example.org."""

import smtplib
import ssl
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import formatdate, getaddresses
from typing import NamedTuple, Self
from urllib.parse import parse_qs, unquote, urlsplit

from workers.channels.channel import AddressWasRefused, CouldNotSend, Letter

SECONDS = 15.0
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
PERMANENT = 500


class SmtpAddressIsWrong(Exception):
    """The address of the mail server cannot be used; its message says what is missing, never what was given."""


class Server(NamedTuple):
    """Where mail is handed over, and whose it is."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None
    sender: str

    @classmethod
    def at(cls, url: str) -> Self:
        """Read from its address. Plain smtp is for a server on the same machine or network."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise SmtpAddressIsWrong("write it as smtp://, smtp+starttls:// or smtps://host?from=address")
        sender = parse_qs(parts.query).get("from", [f"throughline@{parts.hostname}"])[0]
        try:
            port = parts.port or PORTS[parts.scheme]
        except ValueError:
            raise SmtpAddressIsWrong("its port is no number up to 65535") from None
        user, password = (unquote(one) if one else None for one in (parts.username, parts.password))
        return cls(parts.scheme, parts.hostname, port, user, password, sender)


class Email:
    """One connection per message: reminders are few, and a connection kept open is one more thing that breaks."""

    name = "email"

    def __init__(self, server: Server) -> None:
        self._server = server

    def send(self, letter: Letter) -> None:
        """Hand it over; under the same Message-ID when it comes again, so that a mailbox may show it once."""
        to = _one_address(letter.to)
        try:
            with self._connected() as connection:
                connection.send_message(self._written(letter, to), self._server.sender, [to])
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            if codes and min(codes) >= PERMANENT:
                raise AddressWasRefused(AddressWasRefused.__doc__) from None  # its own words quote the address
            raise CouldNotSend(CouldNotSend.__doc__) from None
        except (OSError, smtplib.SMTPException) as error:
            raise CouldNotSend(type(error).__name__) from None

    def _written(self, letter: Letter, to: str) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._server.sender
        message["To"] = to
        message["Subject"] = letter.subject
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = f"<{letter.message_id}@throughline>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        message.set_content(letter.body)
        return message

    def _connected(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        connection: smtplib.SMTP
        if server.scheme == "smtps":
            connection = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        if server.scheme == "smtp+starttls":
            connection.starttls(context=context)
        if server.user and server.password:
            connection.login(server.user, server.password)
        return connection


def _one_address(text: str) -> str:
    """The address alone, without a name before it; refused where it is none or several.

    The library answers some addresses that are none with an error of its own making, such as an IndexError for `a@`.
    """
    try:
        ((_, found),) = getaddresses([text])
        header = EmailMessage()
        header["To"] = found
        (one,) = header["To"].addresses
    except (ValueError, IndexError, AttributeError, MessageError):
        raise AddressWasRefused(AddressWasRefused.__doc__) from None  # the cause would quote the address
    if not one.username or not one.domain or one.addr_spec != found:
        raise AddressWasRefused(AddressWasRefused.__doc__)
    return found
