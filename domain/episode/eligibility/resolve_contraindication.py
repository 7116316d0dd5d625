"""Resolve a contraindication that was found."""

from domain.actor import Role
from domain.decision import decides
from domain.episode.eligibility.eligibility import guarded_as
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class ContraindicationWasNotFound(Refused):
    """This contraindication was never found in this episode. Nothing is to be resolved."""

    rule = "22"


class ContraindicationNeverResolves(Refused):
    """{name} does not resolve. If it was recorded by mistake, mark the entry in error with a second person."""

    rule = "22"


class ResolveContraindication(Order):
    code: str
    evidence: FreeText


class ContraindicationResolved(EpisodeEvent, stored_as="ContraindicationResolved"):
    """A contraindication no longer stands."""

    code: str
    evidence: Sealed[str]

    @property
    def guarded_as(self) -> str:
        return guarded_as(self.code)


@decides(Role.PRESCRIBER)
def resolve_contraindication(episode: Episode, order: ResolveContraindication, *, protocol: Protocol) -> list[Event]:
    """Record that a contraindication no longer stands. Eligibility is determined anew before the plan is resumed."""
    require_open_episode(episode)
    found = episode.contraindications.get(order.code)
    if found is None:
        raise ContraindicationWasNotFound(field="code")
    if found.resolved_at is not None:
        return []
    entry = protocol.contraindication(order.code)
    if entry is not None and not entry.can_resolve:
        raise ContraindicationNeverResolves(field="code", name=entry.name.capitalize())
    return [ContraindicationResolved(code=order.code, evidence=order.evidence)]


@evolve.register
def _(event: ContraindicationResolved, episode: Episode, envelope: Envelope) -> Episode:
    found = episode.contraindications.get(event.code)
    if found is None:
        return episode
    resolved = change(found, resolved_at=envelope.occurred_at, known_in=envelope.version)
    return change(episode, contraindications=put(episode.contraindications, event.code, resolved))
