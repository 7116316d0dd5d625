"""An episode's history as it is stored: remembered; only what came since is read after it."""

from uuid import UUID

from api.edge import Edge
from domain.episode.episode import EPISODE
from domain.event import Recorded


def stored_history(edge: Edge, network_id: UUID, episode_id: UUID, version: int) -> tuple[Recorded, ...]:
    """Everything recorded up to that version, entries in error included. For who reads it, see `opened`."""
    key = (network_id, episode_id)
    known = edge.histories.find(key) or ()
    if _last(known) < version:
        later = edge.care.history(EPISODE, episode_id, network_id=network_id, after=_last(known))
        known = (*known, *later)
        edge.histories.keep(key, known)
    if _last(known) == version:
        return known
    return tuple(recorded for recorded in known if recorded.envelope.version <= version)


def _last(history: tuple[Recorded, ...]) -> int:
    return history[-1].envelope.version if history else 0
