"""Ketamine elsewhere or in an earlier course that was told after a dose, too soon before it (rule 11).

Whoever dosed kept the days that were known then: it is no deviation of theirs. The prescriber sees it beside the dose,
with when it was told, because of what to watch for and of how the patient is asked.
"""

from collections.abc import Iterator
from datetime import date, datetime

from domain.days import day_of, latest_day
from domain.derived import derived_id
from domain.episode.dosing.as_it_stood import as_it_stood
from domain.episode.episode import EarlierCourse, Episode
from domain.episode.gates.doses import dosed_sessions
from domain.episode.gates.interval import minimum_days
from domain.episode.intake.elsewhere import days_told as days_told_of_elsewhere
from domain.episode.intake.elsewhere import last_elsewhere
from domain.episode.safety.note_deviation import DeviationNoted, note_deviation
from domain.episode.session.session import Dose
from domain.network.network import Network
from domain.protocol.protocol import Protocol

CODE = "ketamine_known_late"


def dosed_before_told(
    episode: Episode, on: date, told_at: datetime, *, network: Network, protocol: Protocol
) -> list[DeviationNoted]:
    """For each session the first dose of before it was told, if it came too soon after that day, or on it."""
    firsts = [min(one.doses.values(), key=lambda dose: dose.taken_at) for one in dosed_sessions(episode)]
    noted = (known_late(episode, dose, on, told_at, network=network, protocol=protocol) for dose in firsts)
    return [one for one in noted if one is not None and one.deviation_id not in episode.deviations]


def days_told(episode: Episode, network: Network) -> Iterator[tuple[date, datetime]]:
    """Every day with ketamine that was told of elsewhere or of an earlier course, and when."""
    yield from days_told_of_elsewhere(episode)
    since = [*(one.was for one in episode.earlier_told[1:]), episode.earlier]
    for known, earlier in zip(episode.earlier_told, since, strict=False):
        day = last_day_of(earlier, network)
        if day is not None:
            yield day, known.told.at


def last_day_of(earlier: EarlierCourse, network: Network) -> date | None:
    """The day of the last dose in an earlier course."""
    return day_of(earlier.last_dose_at, network.zone) if earlier.last_dose_at is not None else None


def known_late(
    episode: Episode, dose: Dose, on: date, told_at: datetime, *, network: Network, protocol: Protocol
) -> DeviationNoted | None:
    """None where it was known by then, is no news, or lay long enough before the dose."""
    if told_at <= dose.taken_at:
        return None
    then = as_it_stood(episode, dose.taken_at)
    known = latest_day(last_elsewhere(then), last_day_of(then.earlier, network))
    days = (day_of(dose.taken_at, network.zone) - on).days
    if (known is not None and known >= on) or not 0 <= days < minimum_days(then, network, protocol):
        return None
    noted = note_deviation("11", CODE, dose.dose_id, at=told_at, days_between=days)
    return noted.model_copy(update={"deviation_id": derived_id(dose.dose_id, "deviation", "11", CODE, on)})
