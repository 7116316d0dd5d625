"""The proof that somebody has just given the right birth date: signed, short-lived, good for one link and no other.

It travels in the form and not in a cookie, so that nothing stays on a telephone that others use.
"""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

GOOD_FOR = timedelta(hours=2)


def proof_for(link_id: UUID, now: datetime, secret: bytes) -> str:
    """`<until>.<signature>`."""
    until = int((now + GOOD_FOR).timestamp())
    return f"{until}.{_signature(link_id, until, secret)}"


def is_proved(proof: str, link_id: UUID, now: datetime, secret: bytes) -> bool:
    """Whether it is ours, of this link, and not over."""
    until, _, signature = proof.partition(".")
    if not until.isascii() or not until.isdigit() or len(until) > 12:
        return False
    if not hmac.compare_digest(signature.encode(), _signature(link_id, int(until), secret).encode()):
        return False
    return now < datetime.fromtimestamp(int(until), UTC)


def _signature(link_id: UUID, until: int, secret: bytes) -> str:
    return hmac.new(secret, b"check-in:" + link_id.bytes + str(until).encode(), sha256).hexdigest()
