"""Who was sent a message about an alert: read from what was sent, never from what should have been."""

from collections.abc import Iterable
from uuid import UUID

from api.alert_view.shown import ToldOf
from api.edge import Edge
from api.viewer import Viewer
from store.reminders import told_of

PREFIX = "alert:"


def told_in(edge: Edge, viewer: Viewer, episodes: Iterable[UUID]) -> list[ToldOf]:
    """The messages about alerts of these episodes that have left."""
    wanted = list(set(episodes))
    if not wanted:
        return []
    with edge.datastore.in_network(viewer.network_id) as connection:
        sent = [one for one in told_of(connection, wanted) if one.was_sent and one.key.startswith(PREFIX)]
    return [
        ToldOf(UUID(one.key.removeprefix(PREFIX)), one.recipient_id, one.channel, one.settled_at or one.planned_at)
        for one in sent
    ]
