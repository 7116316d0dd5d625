"""An episode's history for pages that need more than its state, as whoever opened it may read it."""

from api.edge import Edge
from api.stored_history import stored_history
from api.viewer import OpenedEpisode, Viewer
from domain.event import Recorded


def history_of(edge: Edge, viewer: Viewer, opened: OpenedEpisode) -> tuple[Recorded, ...]:
    """Everything recorded up to the version that was opened, entries in error included."""
    if opened.as_read is not None:
        return opened.as_read
    return stored_history(edge, viewer.network_id, opened.episode_id, opened.version)
