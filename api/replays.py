"""An episode at moments of its past, for pages and JSON alike."""

from collections.abc import Callable
from functools import cache
from uuid import UUID

from api.edge import Edge
from api.history import history_of
from api.viewer import OpenedEpisode, Viewer
from domain.clinician.clinician import CLINICIAN
from domain.event import Recorded
from domain.network.network import NETWORK
from projections.replay import AsOf, View, view_at


def replayed(edge: Edge, viewer: Viewer, one: OpenedEpisode) -> Callable[[AsOf], View]:
    """A function from a moment to the episode as it stood, in the network as it stood; histories are read once."""
    history = history_of(edge, viewer, one)
    network_history = edge.care.history(NETWORK, viewer.network_id, network_id=viewer.network_id)
    present = edge.clock()

    @cache
    def clinician_history(who: UUID) -> list[Recorded]:
        return edge.care.history(CLINICIAN, who, network_id=viewer.network_id)

    def at(moment: AsOf) -> View:
        return view_at(
            history, moment, network_history=network_history, clinician_history=clinician_history, present=present
        )

    return at
