"""Open an episode for outcome history that comes from a file: no referral is invented, no care is decided in it."""

from uuid import UUID

from pydantic import Field

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.patient.register_patient import NewReference
from domain.refusal import Refused
from domain.sealed import FreeText, KeptBack, Sealed
from domain.stream import change


class EpisodeHoldsAnotherPatient(Refused):
    """This episode belongs to another patient. Import into an episode of its own."""


class ImportHistory(Order):
    patient_id: NewId
    reference: NewReference
    source: str = Field(min_length=1, max_length=120)
    """Name of the file."""
    file_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    name: FreeText
    adult: bool = True


class HistoryImported(EpisodeEvent, stored_as="HistoryImported"):
    """An episode was opened for imported history: no gates, no due dates."""

    patient_id: UUID
    reference: str
    source: KeptBack
    """Name of the file, which may be a patient's."""
    file_sha256: str
    name: Sealed[str]
    adult: bool


@decides(Role.SYSTEM)
def import_history(episode: Episode, order: ImportHistory) -> list[Event]:
    """Open an episode for imported history; one that is open for the same patient takes the rows as it is."""
    if episode.patient_id == order.patient_id:
        return []
    if episode.patient_id is not None:
        raise EpisodeHoldsAnotherPatient(field="patient_id")
    return [
        HistoryImported(
            patient_id=order.patient_id,
            reference=order.reference,
            source=order.source,
            file_sha256=order.file_sha256,
            name=order.name,
            adult=order.adult,
        )
    ]


@evolve.register
def _(event: HistoryImported, episode: Episode, envelope: Envelope) -> Episode:
    return change(
        episode,
        episode_id=envelope.stream_id,
        network_id=envelope.network_id,
        patient_id=event.patient_id,
        reference=event.reference,
        is_adult=event.adult,
        is_imported=True,
    )
