"""Look again at whether the patient is of age when their birth date was corrected: a policy does."""

from domain.actor import Role
from domain.decision import decides
from domain.episode.eligibility.eligibility import FoundMinor
from domain.episode.eligibility.of_age import is_adult
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.plan.suspend_plan import SuspendedBecause, suspensions
from domain.event import Envelope, Event
from domain.order import Order
from domain.patient.patient import Patient
from domain.stream import change


class AgeRechecked(EpisodeEvent, stored_as="AgeRechecked"):
    """The patient's birth date was corrected, and they are of age where they were not, or the reverse."""

    adult: bool


class RecheckAge(Order):
    pass


@decides(Role.SYSTEM)
def recheck_age(episode: Episode, order: RecheckAge, *, patient: Patient) -> list[Event]:
    """Say whether the patient is of age; a plan for somebody who is not is suspended in the same append."""
    adult = is_adult(episode, patient)
    if episode.closed_at is not None or adult == episode.is_adult:
        return []
    return [AgeRechecked(adult=adult), *([] if adult else suspensions(episode, SuspendedBecause.SAFETY))]


@evolve.register
def _(event: AgeRechecked, episode: Episode, envelope: Envelope) -> Episode:
    found = None if event.adult else FoundMinor(envelope.event_id, envelope.occurred_at)
    return change(episode, is_adult=event.adult, found_minor=found)
