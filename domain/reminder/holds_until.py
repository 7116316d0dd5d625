"""For how long what somebody is to be told stays the same while nothing is recorded."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from domain.days import day_of, end_of
from domain.episode.alert.alert import Alert
from domain.episode.due.obligation import Obligation
from domain.network.network import Network

LONGEST = timedelta(minutes=5)
"""What begins to be due at an hour of its own is told at most so much later; alerts and dues that stand are exact."""


def holds_until(standing: Iterable[Alert], due: Iterable[Obligation], now: datetime, network: Network) -> datetime:
    """The next moment at which an alert goes on, something that stands is overdue, a day ends or the rota changes."""
    day_ends = end_of(day_of(now, network.zone), network.zone)
    instants = (*_of_alerts(standing), *_of_dues(due), *_of_the_rota(network), day_ends)
    return min(instant for instant in (*instants, now + LONGEST) if instant > now)


def _of_alerts(standing: Iterable[Alert]) -> Iterator[datetime]:
    for alert in standing:
        if not alert.is_acknowledged:
            yield from (rung.acknowledge_by for rung in alert.rungs)


def _of_dues(due: Iterable[Obligation]) -> Iterator[datetime]:
    """Overdue is past the time itself, so the answer changes right after it."""
    yield from (one.due_at + timedelta(microseconds=1) for one in due if one.due_at is not None)


def _of_the_rota(network: Network) -> Iterator[datetime]:
    for duty in network.on_calls:
        yield duty.from_at
        if duty.until_at is not None:
            yield duty.until_at
    for absence in network.absences:
        yield from (absence.from_at, absence.until_at)
