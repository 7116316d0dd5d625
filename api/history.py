"""An episode's history for pages that need more than its state: remembered; only what came since is read after it."""

from api.edge import Edge
from api.viewer import OpenedEpisode, Viewer
from domain.episode.episode import EPISODE
from domain.event import Recorded


def history_of(edge: Edge, viewer: Viewer, opened: OpenedEpisode) -> tuple[Recorded, ...]:
    """Everything recorded up to the version that was opened, entries in error included."""
    key = (viewer.network_id, opened.episode_id)
    known = edge.histories.find(key) or ()
    if _last(known) < opened.version:
        later = edge.care.history(EPISODE, opened.episode_id, network_id=viewer.network_id, after=_last(known))
        known = (*known, *later)
        edge.histories.keep(key, known)
    if _last(known) == opened.version:
        return known
    return tuple(recorded for recorded in known if recorded.envelope.version <= opened.version)


def _last(history: tuple[Recorded, ...]) -> int:
    return history[-1].envelope.version if history else 0
