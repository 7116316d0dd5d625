"""The same companion under the same id: told by the telephone number, which is never stored in clear."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.episode.session.book_session import BookSession
from domain.order import Order
from store.blind_index import phone_id
from store.key_file import KeyEncryptionKey


def with_companion_id(
    order: type[Order], body: Mapping[str, Any], kek: KeyEncryptionKey, network_id: UUID
) -> dict[str, Any]:
    """The body of a booking with the id that belongs to its companion's number; any other body as it is."""
    given = dict(body)
    phone = given.get("companion_phone")
    if order is BookSession and isinstance(phone, str) and any(c.isdigit() for c in phone):
        given.setdefault("companion_id", str(phone_id(kek, network_id, phone)))
    return given
