"""A prescriber looks at the medicines."""

from pydantic import Field

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.intake.findings import MedicineEntry
from domain.episode.intake.intake import LookedAt, Medicine, told
from domain.episode.intake.update_intake import IntakeIsNotComplete
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.order import Order
from domain.sealed import FreeText, Sealed
from domain.stream import change


class ReviewMedicines(Order):
    medicines: tuple[MedicineEntry, ...] | None = Field(default=None, max_length=60)
    """The whole list with its instructions; None: it stays as it is."""
    note: FreeText | None = None


class MedicinesReviewed(EpisodeEvent, stored_as="MedicinesReviewed"):
    """A prescriber looked at the patient's medicines and said what to do with each on the day of a dose."""

    medicines: tuple[Medicine, ...] | None = None
    note: Sealed[str] | None = None


@decides(Role.PRESCRIBER)
def review_medicines(episode: Episode, order: ReviewMedicines) -> list[Event]:
    """Record that a prescriber looked at the medicines, and what the patient is to do with each."""
    require_open_episode(episode)
    if episode.intake is None:
        raise IntakeIsNotComplete
    if episode.medicines_changed is None and order.medicines is None:
        return []
    medicines = None if order.medicines is None else tuple(m.as_medicine() for m in order.medicines)
    return [MedicinesReviewed(medicines=medicines, note=order.note)]


@evolve.register
def _(event: MedicinesReviewed, episode: Episode, envelope: Envelope) -> Episode:
    intake = episode.intake
    if intake is not None and event.medicines is not None:
        intake = change(intake, medicines=event.medicines)
    changed = episode.medicines_changed  # what was told after a look that is entered late was not seen
    is_since = changed is not None and max(changed.at, changed.known_at) > envelope.occurred_at
    listed = episode.medicines_listed if event.medicines is None else told(envelope)
    looked_at = episode.medicines_looked_at
    if changed is not None and not is_since:
        looked_at = (*looked_at, LookedAt(changed, envelope.occurred_at))
    return change(
        episode,
        intake=intake,
        medicines_changed=changed if is_since else None,
        medicines_looked_at=looked_at,
        medicines_listed=listed,
    )
