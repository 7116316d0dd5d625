"""The networks of this installation, as they are known before anybody is signed in."""

from typing import NamedTuple
from uuid import UUID

from store.datastore import Datastore


class KnownNetwork(NamedTuple):
    network_id: UUID
    slug: str
    title: str


def networks(datastore: Datastore) -> list[KnownNetwork]:
    """All networks, by title."""
    with datastore.get_connection() as connection:
        rows = connection.execute("SELECT network_id, slug, title FROM network_directory ORDER BY title, slug")
        return [KnownNetwork(*row) for row in rows]
