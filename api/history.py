"""An episode's history for pages that need more than its state; remembered per version, since no version changes."""

from functools import lru_cache
from uuid import UUID

from api.edge import Edge
from api.viewer import OpenedEpisode, Viewer
from domain.episode.episode import EPISODE
from domain.event import Recorded
from store.care import Care


def history_of(edge: Edge, viewer: Viewer, opened: OpenedEpisode) -> tuple[Recorded, ...]:
    """Everything recorded up to the version that was opened, entries in error included."""
    return _history(edge.care, viewer.network_id, opened.episode_id, opened.version)


@lru_cache(maxsize=256)
def _history(care: Care, network_id: UUID, episode_id: UUID, version: int) -> tuple[Recorded, ...]:
    found = care.history(EPISODE, episode_id, network_id=network_id)
    return tuple(recorded for recorded in found if recorded.envelope.version <= version)
