"""Report ketamine that the patient took elsewhere; it counts towards the interval between doses."""

from datetime import date, datetime

from domain.actor import Role
from domain.days import day_of
from domain.decision import decides
from domain.episode.dosing.dosed_before_told import dosed_before_told
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates.words import on
from domain.episode.intake.elsewhere import last_reported
from domain.episode.intake.findings import DateIsInTheFuture
from domain.episode.intake.intake import KetamineElsewhere, told
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.stream import change


class ReportKetamineElsewhere(Order):
    on: date


class KetamineElsewhereReported(EpisodeEvent, stored_as="KetamineElsewhereReported"):
    """The patient had ketamine elsewhere, on a day."""

    on: date


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def report_ketamine_elsewhere(
    episode: Episode, order: ReportKetamineElsewhere, *, network: Network, protocol: Protocol, now: datetime
) -> list[Event]:
    """Report the day on which the patient took ketamine outside this episode. A dose of before is told, not blamed."""
    require_open_episode(episode)
    if order.on > day_of(now, network.zone):
        raise DateIsInTheFuture(field="on", day=on(order.on))
    if last_reported(episode) == order.on:
        return []
    said_at = order.happened_at(now)
    dosed = dosed_before_told(episode, order.on, said_at, network=network, protocol=protocol)
    return [KetamineElsewhereReported(on=order.on), *dosed]


@evolve.register
def _(event: KetamineElsewhereReported, episode: Episode, envelope: Envelope) -> Episode:
    reported = KetamineElsewhere(event.on, told(envelope))
    return change(episode, ketamine_elsewhere=(*episode.ketamine_elsewhere, reported))
