"""The one next step of an episode: whose move it is, and why."""

from datetime import date, datetime

from domain.days import day_of
from domain.episode.due.obligation import Obligation
from domain.episode.due.obligations import obligations
from domain.episode.episode import Episode
from domain.network.network import Network
from domain.protocol.protocol import Protocol


def next_step(episode: Episode, *, now: datetime, protocol: Protocol, network: Network) -> Obligation | None:
    """The most urgent of what is due; None where nothing is owed."""
    due = obligations(episode, now=now, protocol=protocol, network=network)
    open_still = (one for one in due if one.done is None)
    return min(open_still, key=lambda obligation: urgency(obligation, now, network.zone), default=None)


def urgency(obligation: Obligation, now: datetime, zone: str) -> tuple[int, date]:
    """Safety, overdue (longest first), due today, what holds up a dose, the rest by day, what is beside, then done."""
    day, today = obligation.day(zone), day_of(now, zone)
    if obligation.done is not None:
        return 7, day or date.max
    if obligation.is_safety:
        return 0, day or date.min
    if obligation.is_beside:
        return 6, day or date.max
    if obligation.is_overdue(now, zone):
        return 1, day or date.min
    if day == today:
        return 2, today
    if obligation.blocks_dosing:
        return 3, date.min
    return (4, day) if day is not None else (5, date.min)
