"""Report ketamine that the patient took elsewhere; it counts towards the interval between doses."""

from datetime import date, datetime

from domain.actor import Role
from domain.days import day_of, latest_day
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates.words import on
from domain.episode.intake.findings import DateIsInTheFuture
from domain.episode.intake.intake import told
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.stream import change


class ReportKetamineElsewhere(Order):
    on: date


class KetamineElsewhereReported(EpisodeEvent, stored_as="KetamineElsewhereReported"):
    """The patient had ketamine elsewhere, on a day."""

    on: date


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def report_ketamine_elsewhere(
    episode: Episode, order: ReportKetamineElsewhere, *, network: Network, now: datetime
) -> list[Event]:
    """Report the day on which the patient took ketamine outside this episode."""
    require_open_episode(episode)
    if order.on > day_of(now, network.zone):
        raise DateIsInTheFuture(field="on", day=on(order.on))
    if episode.ketamine_elsewhere_on == order.on:
        return []
    return [KetamineElsewhereReported(on=order.on)]


@evolve.register
def _(event: KetamineElsewhereReported, episode: Episode, envelope: Envelope) -> Episode:
    if episode.ketamine_elsewhere_on is not None and event.on <= episode.ketamine_elsewhere_on:
        return episode
    return change(episode, ketamine_elsewhere_on=event.on, elsewhere_told=told(envelope))


def last_elsewhere(episode: Episode) -> date | None:
    """The last day that was reported, or told in an intake: an update that leaves it out takes none of it back."""
    days, intake = [episode.ketamine_elsewhere_on], episode.intake
    while intake is not None:
        days.append(intake.ketamine_elsewhere_on)
        intake = intake.was
    return latest_day(*days)
