"""Free text of a timeline, opened for those who may read it."""

from collections.abc import Sequence
from typing import Any

from api.edge import Edge
from api.episode_view.timeline_shown import Texts
from api.reading import open_texts
from api.viewer import OpenedEpisode, Viewer
from domain.access import READ, permits
from domain.sealed import Sealed
from domain.sensitivity import Sensitivity


def may_read_texts(viewer: Viewer, one: OpenedEpisode) -> bool:
    """Whether free text is opened for this person."""
    return permits(viewer.actor, READ, one.relation, Sensitivity.FREE_TEXT)


def texts_for(edge: Edge, viewer: Viewer, one: OpenedEpisode) -> Texts:
    """Opens the text of a line with the word that introduces it; everybody else gets none."""
    may_read = may_read_texts(viewer, one)

    def texts(sealed: Sequence[Any]) -> list[tuple[str, str]]:
        if not may_read or not sealed:
            return []
        opened_texts = open_texts(edge, one, [Sealed(token=token) for _, token in sealed])
        return [(label, text) for (label, _), text in zip(sealed, opened_texts, strict=True)]

    return texts
