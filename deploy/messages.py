"""How this installation sends messages, from its settings."""

from deploy.failures import CannotGoOn
from deploy.process.listening import served_at
from deploy.session_secret import secret_of
from deploy.settings import PREFIX
from deploy.wiring import Wiring
from workers.channels.channel import Channel
from workers.channels.email import Email, Server, SmtpAddressIsWrong
from workers.channels.spool import Spool


def channel_of(wiring: Wiring) -> Channel | None:
    """Mail where a server is set, else files in a folder, else none: then nobody is told, and pages say so."""
    settings = wiring.settings
    if settings.smtp_url is not None:
        try:
            return Email(Server.at(settings.smtp_url))
        except SmtpAddressIsWrong as wrong:
            raise CannotGoOn(f"{PREFIX}SMTP_URL: {wrong}.") from None
    if settings.spool is not None:
        return Spool(settings.spool, secret_of(wiring))
    return None


def address_of(wiring: Wiring) -> str:
    """Where people sign in; nothing where nobody said, except on this machine itself."""
    settings = wiring.settings
    if settings.address is not None:
        return settings.address
    if not settings.is_embedded:
        return ""
    return served_at(settings.data) or f"http://127.0.0.1:{settings.port}"


def schema_address_of(wiring: Wiring) -> str:
    """The same as what is sent to subscribers names its schemas by."""
    return address_of(wiring).rstrip("/")
