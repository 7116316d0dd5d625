"""A prescriber has asked why a count of tablets does not add up, and says what it was (rule 27)."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.actor import Role
from domain.decision import decides
from domain.episode.check_in.reports import Differs, TabletExplanation
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates.gate import Checkpoint, Question
from domain.episode.gates.tablets import newest, reckonings, said, unsettled
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class TabletsBecause(StrEnum):
    """What the prescriber found; none of these accuses anybody."""

    COUNTED_WRONG = "counted_wrong"
    NOT_RECORDED = "not_recorded"
    """A dose, a fill or a destruction had not been recorded."""
    LOST = "lost"
    DAMAGED = "damaged"
    RETURNED = "returned"
    TAKEN_OUTSIDE_A_SESSION = "taken_outside_a_session"
    GIVEN_TO_SOMEBODY = "given_to_somebody"
    NOT_EXPLAINED = "not_explained"


class Difference(BaseModel):
    """Tablets of one strength: above 0 more than there should be, below 0 missing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    strength_mg: Decimal
    tablets: Decimal


class TabletsExplained(EpisodeEvent, stored_as="TabletsExplained"):
    """A prescriber explained why counted tablets differ from what was dispensed and taken."""

    report_id: UUID
    counted_at: datetime
    because: TabletsBecause
    differences: tuple[Difference, ...]
    note: Sealed[str]


class ExplainTablets(Order):
    report_id: UUID
    because: TabletsBecause
    note: FreeText


class CountIsUnknown(Refused):
    """There is no such count of tablets in this episode. Choose one that is listed."""

    rule = "27"


class TabletsWaitForAnAnswer(Refused):
    """The last count of tablets does not add up: {what} Ask the patient and record what it was, then prescribe."""

    rule = "27"


@decides(Role.PRESCRIBER)
def explain_tablets(
    episode: Episode, order: ExplainTablets, *, network: Network, protocol: Protocol, now: datetime
) -> list[Event]:
    """Record what a difference was. It stays visible, and later counts are compared with it."""
    report = episode.inventory_reports.get(order.report_id)
    if report is None:
        raise CountIsUnknown(field="report_id")
    if order.report_id in episode.tablet_explanations:
        return []
    found = reckonings(episode, report, _asked(network, protocol, now))
    differences = [
        Difference(strength_mg=one.strength_mg, tablets=one.difference + one.accepted)
        for one in found
        if one.difference is not None
    ]
    return [
        TabletsExplained(
            report_id=order.report_id,
            counted_at=report.counted_at,
            because=order.because,
            differences=tuple(differences),
            note=order.note,
        )
    ]


def require_tablets_explained(episode: Episode, network: Network, protocol: Protocol, now: datetime) -> None:
    """Refuse a further prescription while the newest count does not add up and nobody has said why (S:ASA)."""
    report = newest(episode)
    if report is None or not (open_ones := unsettled(episode, report, _asked(network, protocol, now))):
        return
    raise TabletsWaitForAnAnswer(what=" ".join(said(one) for one in open_ones))


def _asked(network: Network, protocol: Protocol, now: datetime) -> Question:
    return Question(Checkpoint.OPEN, now, protocol, network, {}, session=None, way=None)


@evolve.register
def _(event: TabletsExplained, episode: Episode, envelope: Envelope) -> Episode:
    differences = tuple(Differs(one.strength_mg, one.tablets) for one in event.differences)
    explained = TabletExplanation(envelope.event_id, event.report_id, event.counted_at, differences)
    return change(episode, tablet_explanations=put(episode.tablet_explanations, event.report_id, explained))
