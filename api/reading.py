"""Opening sealed text for a page, and writing down beforehand who is about to read it."""

from collections.abc import Sequence
from typing import Any

from api.edge import Edge
from api.viewer import OpenedEpisode, Viewer
from domain.access import Relation
from domain.sealed import Sealed
from store.access_log import Read
from store.access_log import log_reading as write_down
from store.errors import KeyWasDestroyed

ERASED = "erased"
CALLED = "on_call"
"""The purpose beside every reading by somebody from outside the team; the reason itself is in the episode."""


def log_reading(edge: Edge, viewer: Viewer, screen: str, *opened: OpenedEpisode, purpose: str | None = None) -> None:
    """One row per screen and patient, durable before the page leaves; ReadingCouldNotBeLogged otherwise."""
    read = [Read(one.episode.patient_id, one.episode_id) for one in opened]
    purpose = (
        purpose
        or viewer.purpose
        or (CALLED if any(one.relation in (Relation.ON_CALL, Relation.ASKED) for one in opened) else None)
    )
    write_down(edge.datastore, viewer.actor, screen, read, correlation_id=viewer.correlation_id, purpose=purpose)


def open_text(edge: Edge, opened: OpenedEpisode, sealed: Sealed[Any] | None, field: str | None = None) -> str:
    """One sealed value of this patient, in a field of this name; empty where there is none."""
    return open_texts(edge, opened, [sealed], field)[0]


def open_texts(
    edge: Edge, opened: OpenedEpisode, sealed: Sequence[Sealed[Any] | None], field: str | None = None
) -> list[str]:
    """Several at once; after erasure each says so."""
    network_id, person = opened.episode.network_id, opened.episode.patient_id
    present = [one for one in sealed if one is not None]
    if not present or network_id is None:
        return ["" for _ in sealed]
    try:
        texts = iter(edge.keyring.open_all(present, network_id=network_id, person=person, field=field))
    except KeyWasDestroyed:
        return [ERASED if one is not None else "" for one in sealed]
    return ["" if one is None else next(texts) for one in sealed]
