"""Names and birth dates for a list of patients, opened together, and the reading of the list written down."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from api.edge import Edge
from api.list_view.patient import Patient
from api.reading import ERASED
from api.viewer import Viewer
from domain.sealed import Sealed
from projections.patient import Patient as Listed
from store.access_log import Read
from store.access_log import log_reading as write_down
from store.errors import KeyWasDestroyed, SealIsBroken
from store.sealing import Token

Wanted = tuple[UUID | None, Sealed[str] | None]
"""Whose it is, and what is to be opened."""


def log_list(edge: Edge, viewer: Viewer, screen: str, shown: Iterable[Listed]) -> None:
    """One row per episode that the list is about to show."""
    episodes = dict.fromkeys((one.patient_id, one.episode_id) for one in shown)
    read = [Read(patient_id, episode_id) for patient_id, episode_id in episodes]
    write_down(edge.datastore, viewer.actor, screen, read, correlation_id=viewer.correlation_id)


def patients_of(
    edge: Edge, viewer: Viewer, shown: Iterable[Listed], *, with_birth_dates: bool = True
) -> dict[UUID, Patient]:
    """The patient of each episode; one query opens them all."""
    people = list({one.episode_id: one for one in shown}.values())
    names = _opened(edge, viewer, [(one.patient_id, one.name) for one in people], "name")
    births = [(one.patient_id, one.birth_date if with_birth_dates else None) for one in people]
    born = _opened(edge, viewer, births, "birth_date")
    return {
        one.episode_id: Patient(name or one.reference, _day(on))
        for one, name, on in zip(people, names, born, strict=True)
    }


def _opened(edge: Edge, viewer: Viewer, wanted: Sequence[Wanted], field: str) -> list[str]:
    """Each in its place, empty where there is none. A value that was sealed for somebody else is refused."""
    present = [sealed for _, sealed in wanted if sealed is not None]
    for patient_id, sealed in wanted:
        if sealed is not None and not Token.parse(sealed).is_about(patient_id, field):
            raise SealIsBroken(SealIsBroken.__doc__)
    texts = iter(_open_all(edge, viewer, present))
    return ["" if sealed is None else next(texts) for _, sealed in wanted]


def _open_all(edge: Edge, viewer: Viewer, sealed: Sequence[Sealed[str]]) -> list[str]:
    try:
        return edge.keyring.open_all(sealed, network_id=viewer.network_id)
    except KeyWasDestroyed:  # somebody in this list was erased: open one by one, so that only they are
        return [_open_one(edge, viewer, one) for one in sealed]


def _open_one(edge: Edge, viewer: Viewer, sealed: Sealed[str]) -> str:
    try:
        return edge.keyring.open(sealed, network_id=viewer.network_id)
    except KeyWasDestroyed:
        return ERASED


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text not in ("", ERASED) else None
