"""Mail to patients: only a link goes out, and only through a mail server; a file in a folder would keep its secret."""

from uuid import uuid4

import structlog

from api.edge import SendMail
from deploy.messages import channel_of
from deploy.wiring import Wiring
from workers.channels.channel import AddressWasRefused, Channel, CouldNotSend, Letter

log = structlog.get_logger(__name__)


def mail_of(wiring: Wiring) -> SendMail | None:
    """None where no mail server is set: then the care team gives links by hand."""
    channel = channel_of(wiring) if wiring.settings.smtp_url is not None else None
    return None if channel is None else mail_through(channel)


def mail_through(channel: Channel) -> SendMail:
    """Hands a mail over; what goes wrong is logged by its kind, since a server's own words may quote the address."""

    def send(to: str, subject: str, body: str) -> bool:
        try:
            channel.send(Letter(uuid4(), to, subject, body))
        except (CouldNotSend, AddressWasRefused) as failure:
            log.warning("check_in_not_sent", why=type(failure).__name__)
            return False
        return True

    return send
