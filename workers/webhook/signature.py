"""Signatures of Standard Webhooks, one per secret in force, and the answer that a challenge expects."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from standardwebhooks import Webhook

PREFIX = "whsec_"


def signatures(secrets: Sequence[str], message_id: str, moment: datetime, body: bytes) -> str:
    """One signature per secret, newest first: while a secret is changed, receivers with either find theirs."""
    text = body.decode()
    return " ".join(Webhook(secret).sign(message_id, moment, text) for secret in secrets)


def answer_to(challenge: str, secret: str) -> str:
    """What a receiver that holds the secret answers: HMAC-SHA-256 of the challenge, in base64."""
    key = b64decode(secret.removeprefix(PREFIX))
    return b64encode(hmac.digest(key, challenge.encode(), sha256)).decode()
