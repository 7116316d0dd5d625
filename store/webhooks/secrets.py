"""Secrets that sign webhooks: sealed under the key-encryption key, opened to sign a post and to be shown once."""

import secrets as random_secrets
from base64 import b64encode
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection

from store.key_file import KeyEncryptionKey

SECRET_BYTES = 32
"""256 bits; Standard Webhooks asks for 24 to 64 bytes."""
PREFIX = "whsec_"

FIND = """
    SELECT secret_id, network_id, subscriber_id, kek_id, wrapped
      FROM webhook_secret
     WHERE secret_id = ANY(%s)
"""


def sealed_secret(
    kek: KeyEncryptionKey, *, secret_id: UUID, network_id: UUID, subscriber_id: UUID
) -> tuple[str, bytes]:
    """A new secret: the id of the key that wraps it, and it wrapped. Nobody sees it in clear here."""
    return kek.wrap(random_secrets.token_bytes(SECRET_BYTES), bound_to(secret_id, network_id, subscriber_id))


def open_secrets(connection: Connection[Any], kek: KeyEncryptionKey, secret_ids: Sequence[UUID]) -> list[str]:
    """The secrets in clear, in the order of their ids; one that is not there is left out."""
    found = {row[0]: row for row in connection.execute(FIND, [list(secret_ids)]).fetchall()}
    rows = [found[secret_id] for secret_id in secret_ids if secret_id in found]
    return [_in_clear(kek.unwrap(kek_id, bytes(wrapped), bound_to(*ids))) for *ids, kek_id, wrapped in rows]


def bound_to(secret_id: UUID, network_id: UUID, subscriber_id: UUID) -> bytes:
    """What a wrapped secret is bound to."""
    return b"webhook secret" + secret_id.bytes + network_id.bytes + subscriber_id.bytes


def _in_clear(key: bytes) -> str:
    return PREFIX + b64encode(key).decode()
