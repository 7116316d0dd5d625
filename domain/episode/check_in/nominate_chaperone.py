"""The patient names who will be with them during a dose, or collect them after it."""

from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.check_in.reports import ChaperoneNomination, Relationship
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import Sealed, ShortText
from domain.stream import change, put


class ChaperoneIsTooYoung(Refused):
    """A chaperone has to be {years} or older. Name an adult."""

    rule = "12"


class ChaperoneNominated(EpisodeEvent, stored_as="ChaperoneNominated"):
    """A chaperone was named. Named by the patient, verified by nobody yet."""

    nomination_id: UUID
    name: Sealed[str]
    phone: Sealed[str]
    relationship: Relationship
    is_adult: bool
    may_be_contacted: bool
    """The patient agrees that the care team calls this person about the session."""


class NominateChaperone(Order):
    nomination_id: NewId
    name: ShortText
    phone: ShortText
    relationship: Relationship
    is_adult: bool
    may_be_contacted: bool = False


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def nominate_chaperone(episode: Episode, order: NominateChaperone, *, protocol: Protocol) -> list[Event]:
    """Record whom the patient names; an adult, since the chaperone looks after them (S: JC-CHAP)."""
    require_open_episode(episode)
    if order.nomination_id in episode.chaperone_nominations:
        return []
    if not order.is_adult:
        raise ChaperoneIsTooYoung(field="is_adult", years=protocol.numbers.chaperone_adult_years.value)
    return [ChaperoneNominated(**{name: getattr(order, name) for name in ChaperoneNominated.model_fields})]


@evolve.register
def _(event: ChaperoneNominated, episode: Episode, envelope: Envelope) -> Episode:
    named = ChaperoneNomination(envelope.event_id, event.nomination_id, event.may_be_contacted)
    return change(episode, chaperone_nominations=put(episode.chaperone_nominations, event.nomination_id, named))
