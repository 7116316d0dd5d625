"""Find a contraindication during the course; an absolute one suspends the plan at once."""

from domain.actor import Role
from domain.decision import decides
from domain.episode.eligibility.eligibility import Contraindication, guarded_as
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.plan.suspend_plan import SuspendedBecause, suspensions
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class ContraindicationIsUnknown(Refused):
    """The protocol lists no contraindication {code}. Choose one of its list."""

    rule = "22"


class FindContraindication(Order):
    code: str
    note: FreeText | None = None


class ContraindicationFound(EpisodeEvent, stored_as="ContraindicationFound"):
    """A contraindication was found."""

    code: str
    note: Sealed[str] | None = None

    @property
    def guarded_as(self) -> str:
        return guarded_as(self.code)


@decides(Role.THERAPIST, Role.PRESCRIBER)
def find_contraindication(episode: Episode, order: FindContraindication, *, protocol: Protocol) -> list[Event]:
    """Record a contraindication; if absolute, the plan in force is suspended with it (rule 22)."""
    require_open_episode(episode)
    if protocol.contraindication(order.code) is None:
        raise ContraindicationIsUnknown(field="code", code=order.code[:40])
    if order.code in episode.unresolved_contraindications:
        return []
    found = ContraindicationFound(code=order.code, note=order.note)
    if not is_absolute(order.code, protocol):
        return [found]
    return [found, *suspensions(episode, SuspendedBecause.CONTRAINDICATION)]


def is_absolute(code: str, protocol: Protocol) -> bool:
    """Whether the protocol in force lists it as absolute; one it no longer lists counts as absolute."""
    entry = protocol.contraindication(code)
    return entry is None or entry.is_absolute


@evolve.register
def _(event: ContraindicationFound, episode: Episode, envelope: Envelope) -> Episode:
    found = Contraindication(envelope.event_id, event.code, found_at=envelope.occurred_at, known_in=envelope.version)
    return change(episode, contraindications=put(episode.contraindications, event.code, found))
