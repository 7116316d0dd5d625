"""Ketamine outside this episode: the days that are known, and since when."""

from collections.abc import Iterator
from datetime import date, datetime

from domain.days import latest_day
from domain.episode.episode import Episode


def last_reported(episode: Episode) -> date | None:
    """The latest of the days that were reported."""
    return latest_day(*(one.on for one in episode.ketamine_elsewhere))


def last_elsewhere(episode: Episode) -> date | None:
    """The last day that was reported, or told in an intake: an update that leaves it out takes none of it back."""
    days, intake = [last_reported(episode)], episode.intake
    while intake is not None:
        days.append(intake.ketamine_elsewhere_on)
        intake = intake.was
    return latest_day(*days)


def days_told(episode: Episode) -> Iterator[tuple[date, datetime]]:
    """Every such day and when it was told, in whichever way."""
    yield from ((one.on, one.told.at) for one in episode.ketamine_elsewhere)
    intake = episode.intake
    while intake is not None:
        if intake.ketamine_elsewhere_on is not None:
            yield intake.ketamine_elsewhere_on, intake.said_at.get("ketamine_elsewhere_on", intake.completed_at)
        intake = intake.was
