"""What one person is to be told of in an episode: alerts that have reached them, and what of theirs is due."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.actor import Role
from domain.clinician.clinician import Clinicians
from domain.days import day_of
from domain.episode.alert.alert import Alert, Contact
from domain.episode.alert.alerts import alerts
from domain.episode.due.obligation import Obligation
from domain.episode.due.obligations import has_died, obligations
from domain.episode.episode import Episode
from domain.network.network import Network
from domain.reminder.holds_until import holds_until


class Tier(StrEnum):
    """Each is told once per person and due time; an alert is told on every rung of its ladder."""

    SOON = "soon"
    OVERDUE = "overdue"
    SAFETY = "safety"
    ALERT = "alert"


class Mark(NamedTuple):
    """What makes one notice the same as another. Ids, keys of obligations and times: nothing about health."""

    recipient_id: UUID
    episode_id: UUID
    """What it is about: an episode, or a subscriber whose webhook stopped."""
    key: str
    due: str
    """The due day or time, or when an alert was raised; what falls due anew is told anew."""
    tier: Tier


@dataclass(frozen=True)
class Notice:
    mark: Mark
    is_urgent: bool = False
    """Goes out at night too."""
    waits_for_digest: bool = False
    """Goes into the one message of the day."""

    @property
    def is_overdue(self) -> bool:
        return self.mark.tier is Tier.OVERDUE

    def by_day(self) -> "Notice":
        """The same in the message of the day: somebody has it, and nobody is woken."""
        return replace(self, is_urgent=False, waits_for_digest=True)


class Watch(NamedTuple):
    """What somebody is to be told of, and until when that is the answer while nothing is recorded."""

    notices: tuple[Notice, ...]
    until: datetime


def notices(episode: Episode, *, now: datetime, network: Network, clinicians: Clinicians) -> tuple[Notice, ...]:
    """Everything somebody is to be told of at a moment, whether they were told or not."""
    return watch(episode, now=now, network=network, clinicians=clinicians).notices


def watch(episode: Episode, *, now: datetime, network: Network, clinicians: Clinicians) -> Watch:
    """The same, with the moment at which to ask again.

    Alerts go to staff also of an episode that has ended, and of a patient who died: they tell of danger or of what
    has to be looked at. Everything else stops with a death.
    """
    if episode.episode_id is None or network.current is None:
        return Watch((), now)
    standing = alerts(episode, now=now, protocol=network.protocol, network=network, clinicians=clinicians)
    is_silent = has_died(episode) or not network.reminders.are_sent
    due = () if is_silent else obligations(episode, now=now, protocol=network.protocol, network=network)
    told = [notice for alert in standing for notice in _of_alert(alert, episode.episode_id, clinicians)]
    for one in due:
        alerted = _beside(standing, one, now, network)
        if alerted:
            continue
        found = _of_obligation(one, episode, episode.episode_id, now, network, clinicians)
        told += found if alerted is not None else (notice.by_day() for notice in found)
    return Watch(tuple(told), holds_until(standing, due, now, network))


def _beside(standing: Iterable[Alert], due: Obligation, now: datetime, network: Network) -> list[Alert] | None:
    """The alerts that tell of it, up their ladder. None where all were taken on, and it is overdue all the same."""
    told = [alert for alert in standing if due.is_safety and set(alert.entries).intersection(due.entries)]
    is_left = bool(told) and all(alert.is_acknowledged for alert in told) and due.is_overdue(now, network.zone)
    return None if is_left else told


def _of_alert(alert: Alert, episode_id: UUID, clinicians: Clinicians) -> Iterable[Notice]:
    """To everybody on the rungs it has reached; acknowledged it goes to nobody."""
    if alert.is_acknowledged:
        return
    contacts = (contact for rung in alert.rungs[: alert.reached + 1] for contact in rung.contacts)
    reached = [who for contact in contacts for who in _people(contact, clinicians)]
    for recipient_id in reached or _instead(alert, clinicians):
        key, raised_at = f"alert:{alert.alert_id}", alert.raised_at.isoformat()
        yield Notice(Mark(recipient_id, episode_id, key, raised_at, Tier.ALERT), is_urgent=alert.is_urgent)


def _instead(alert: Alert, clinicians: Clinicians) -> tuple[UUID, ...]:
    """Where nobody stands on its ladder: those who see it, and coordination, which names who is on call (P7)."""
    seeing = (who for who in alert.also_sees if _works(who, clinicians))
    return tuple(dict.fromkeys((*seeing, *coordinators(clinicians))))


def _people(contact: Contact, clinicians: Clinicians) -> tuple[UUID, ...]:
    if contact.clinician_id is not None:
        return (contact.clinician_id,)
    return coordinators(clinicians)


def _of_obligation(
    due: Obligation, episode: Episode, episode_id: UUID, now: datetime, network: Network, clinicians: Clinicians
) -> Iterable[Notice]:
    tier = tier_of(due, now, network)
    if tier is None:
        return
    for recipient_id in recipients(due, episode, now, clinicians):
        mark = Mark(recipient_id, episode_id, due.key, due.due, tier)
        yield Notice(mark, is_urgent=due.is_safety, waits_for_digest=not due.is_safety and not _is_hourly(due, tier))


def tier_of(due: Obligation, now: datetime, network: Network) -> Tier | None:
    """None for what has no time or was done, and for what is not soon."""
    day = due.day(network.zone)
    if day is None or due.done is not None:
        return None
    if due.is_overdue(now, network.zone):
        return Tier.OVERDUE
    if due.is_safety:
        return Tier.SAFETY
    until = day_of(now, network.zone) + timedelta(days=network.reminders.soon_days)
    return Tier.SOON if day <= until else None


def recipients(due: Obligation, episode: Episode, now: datetime, clinicians: Clinicians) -> tuple[UUID, ...]:
    """Whose it is; where nobody is named or they left, the team's members in that role; then every coordinator."""
    if due.with_id is not None and _works(due.with_id, clinicians):
        return (due.with_id,)
    members = dict.fromkeys(member.clinician_id for member in episode.members_at(now, due.with_role))
    return tuple(one for one in members if _works(one, clinicians)) or coordinators(clinicians)


def coordinators(clinicians: Clinicians) -> tuple[UUID, ...]:
    """Everybody who coordinates in the network."""
    return tuple(sorted(one for one, person in clinicians.items() if person.is_active_as(Role.COORDINATOR)))


def _works(clinician_id: UUID, clinicians: Clinicians) -> bool:
    person = clinicians.get(clinician_id)
    return person is not None and person.clinician_id is not None and not person.is_suspended


def _is_hourly(due: Obligation, tier: Tier) -> bool:
    """What has a time of day and has passed it is a matter of hours: it does not wait for tomorrow's message."""
    return tier is Tier.OVERDUE and due.due_at is not None
