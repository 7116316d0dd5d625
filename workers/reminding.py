"""One round of reminding: plan what nobody was told of yet, then send what waits and still holds."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from psycopg import Connection

from domain.clinician.admit_clinician import ClinicianAdmitted
from domain.clinician.clinician import CLINICIAN, Clinician, Clinicians
from domain.derived import derived_id
from domain.episode.episode import EPISODE, Episode
from domain.network.network import NETWORK, Network
from domain.reminder.message import body, message, subject
from domain.reminder.notice import Mark, Notice, Watch, notices, watch
from domain.reminder.stopped_webhook import StoppedWebhook, is_of_webhook, of_stopped_webhook
from projections.caseload import CASELOAD
from projections.cases import read_glances, versions_of
from projections.directory import DIRECTORY
from projections.engine.positions import positions
from projections.glance import Moment
from store.care import Care
from store.errors import KeyWasDestroyed
from store.keyring import Keyring
from store.reminders import (
    Outgoing,
    claim_next,
    forget,
    last_digests,
    marks_of,
    plan,
    settle,
    told_already,
    try_again,
)
from store.webhooks.endpoints import stopped_endpoints
from workers.channels.channel import AddressWasRefused, Channel, CouldNotSend, Letter
from workers.remembering import Remembered

GIVE_UP_AFTER = 12
"""Tries, a minute and then twice as long each time: more than two days."""
LONGEST_PAUSE = timedelta(hours=6)

WATCHED = """
    "case".network_id = %(network_id)s
    AND ("case".is_open OR "case".owes_review OR "case".may_alert)
"""
THESE = f'{WATCHED} AND "case".episode_id = ANY(%(episodes)s)'

log = structlog.get_logger(__name__)


class Means(NamedTuple):
    """What reminding is done with. `address` is where people sign in; it stands in every message."""

    care: Care
    keyring: Keyring
    channel: Channel
    clock: Callable[[], datetime]
    address: str
    remembered: Remembered


def remind(connection: Connection[Any], means: Means, alive: Callable[[], None] = lambda: None) -> int:
    """One round: plan what nobody was told of yet, then send what waits; answers with how many went out."""
    for network_id in _known_networks(connection):
        alive()
        plan_for(connection, means, network_id)
    sent = 0
    while (outgoing := claim_next(connection, means.clock())) is not None:
        alive()
        sent += send(connection, means, outgoing)
    return sent


def plan_for(connection: Connection[Any], means: Means, network_id: UUID) -> int:
    """Put into messages what people of a network are to be told now; answers with how many messages."""
    network = _network(means, network_id)
    if network.current is None or not _can_be_read(connection):
        return 0
    now = means.clock()
    found = [
        *_notices(connection, means, network_id, network, now),
        *_of_webhooks(connection, means, network_id, network),
    ]
    told = told_already(connection, network_id, [notice.mark for notice in found])
    digests = last_digests(connection, network_id, network.zone)
    planned = 0
    for recipient_id, mine in _by_recipient(found).items():
        written = message(
            recipient_id,
            mine,
            told=told,
            last_digest_on=digests.get(recipient_id),
            now=now,
            settings=network.reminders,
            zone=network.zone,
        )
        if written is not None:
            message_id = derived_id("reminder", now, *(part for notice in written.notices for part in notice.mark))
            planned += bool(plan(connection, network_id, message_id, written, channel=means.channel.name, now=now))
    return planned


def _notices(
    connection: Connection[Any], means: Means, network_id: UUID, network: Network, now: datetime
) -> Iterable[Notice]:
    """Planned anew only where something was recorded, or the clock has passed what was known to come."""
    clinicians, versions_of_people = _clinicians(connection, means, network_id)
    network_version = means.care.state(NETWORK, network_id, network_id=network_id)[1]
    watched = versions_of(connection, CASELOAD, WATCHED, {"network_id": network_id})

    def plan_anew(episodes: list[UUID]) -> Mapping[UUID, Watch]:
        found = _episodes(connection, means, network, episodes, now)
        return {one: _watch(episode, now, network, clinicians) for one, episode in found}

    around = (network_version, *versions_of_people)
    return means.remembered.notices(network_id, watched, around, now, plan_anew)


def _watch(episode: Episode, now: datetime, network: Network, clinicians: Clinicians) -> Watch:
    """What is measured in a session under way leaves the version of the list as it is: nothing of it is remembered."""
    found = watch(episode, now=now, network=network, clinicians=clinicians)
    return found._replace(until=now) if _is_under_way(episode) else found


def send(connection: Connection[Any], means: Means, outgoing: Outgoing) -> bool:
    """Send a message that was claimed, if what it tells still holds; whether it went out.

    Asked of the log and not of a list: a death, a pause or a thing done a second ago stops the message.
    """
    now = means.clock()
    planned = marks_of(connection, outgoing.message_id)
    holding = _still_holding(connection, means, outgoing, planned, now)
    forget(connection, set(planned) - {notice.mark for notice in holding})
    address = _address_of(means, outgoing) if holding else None
    if address is None:
        settle(connection, outgoing.message_id, "no_address" if holding else "not_needed", now)
        return False
    letter = Letter(outgoing.message_id, address, subject(holding), body(holding, means.address))
    try:
        means.channel.send(letter)
    except AddressWasRefused:
        settle(connection, outgoing.message_id, "refused", now)
        log.warning("message_refused", message=str(outgoing.message_id), recipient=str(outgoing.recipient_id))
        return False
    except CouldNotSend as error:
        _later(connection, outgoing, error, now)
        return False
    settle(connection, outgoing.message_id, "sent", means.clock())
    return True


def _later(connection: Connection[Any], outgoing: Outgoing, error: CouldNotSend, now: datetime) -> None:
    log.warning("message_waits", message=str(outgoing.message_id), attempts=outgoing.attempts)
    if outgoing.attempts >= GIVE_UP_AFTER:
        settle(connection, outgoing.message_id, "given_up", now)
        return
    pause = min(timedelta(minutes=2 ** (outgoing.attempts - 1)), LONGEST_PAUSE)
    try_again(connection, outgoing.message_id, type(error).__name__, now + pause)


def _still_holding(
    connection: Connection[Any], means: Means, outgoing: Outgoing, planned: Iterable[Mark], now: datetime
) -> list[Notice]:
    network_id = outgoing.network_id
    network, (clinicians, _) = _network(means, network_id), _clinicians(connection, means, network_id)
    wanted = set(planned)
    episodes = {mark.episode_id for mark in wanted if not is_of_webhook(mark)}
    states = [means.care.state(EPISODE, one, network_id=network_id)[0] for one in episodes]
    found = [one for state in states for one in notices(state, now=now, network=network, clinicians=clinicians)]
    if any(map(is_of_webhook, wanted)):
        found += _of_webhooks(connection, means, network_id, network)
    return [notice for notice in found if notice.mark in wanted]


def _of_webhooks(connection: Connection[Any], means: Means, network_id: UUID, network: Network) -> list[Notice]:
    """That nothing is posted to a subscriber any more; nothing where nobody is to be reminded."""
    stopped = stopped_endpoints(connection, network_id) if network.reminders.are_sent else []
    if not stopped:
        return []
    clinicians, _ = _clinicians(connection, means, network_id)
    known = [StoppedWebhook(one.subscriber_id, one.endpoint_id, one.changed_at) for one in stopped]
    return [notice for one in known for notice in of_stopped_webhook(one, clinicians)]


def _episodes(
    connection: Connection[Any], means: Means, network: Network, episodes: list[UUID], now: datetime
) -> Iterable[tuple[UUID, Episode]]:
    """Lists leave out what is measured minute by minute, so a session under way is read from the log."""
    if not episodes:
        return
    asked = {"network_id": network.network_id, "episodes": episodes}
    for glance in read_glances(connection, CASELOAD, THESE, asked, Moment(now, network, network.protocol)):
        episode_id = glance.case.episode_id
        if network.network_id is not None and _is_under_way(glance.course):
            yield episode_id, means.care.state(EPISODE, episode_id, network_id=network.network_id)[0]
        else:
            yield episode_id, glance.course


def _is_under_way(episode: Episode) -> bool:
    return any(session.is_running for session in episode.sessions.values())


def _can_be_read(connection: Connection[Any]) -> bool:
    """Whether the lists that tell which episodes there are have been filled."""
    return all(one.heartbeat_at is not None for one in positions(connection, (CASELOAD, DIRECTORY)))


def _network(means: Means, network_id: UUID) -> Network:
    found: Network = means.care.state(NETWORK, network_id, network_id=network_id)[0]
    return found


def _clinicians(connection: Connection[Any], means: Means, network_id: UUID) -> tuple[Clinicians, tuple[int, ...]]:
    """Everybody of the network, and the versions they are at."""
    ids = connection.execute(
        "SELECT clinician_id FROM clinician_account WHERE network_id = %s ORDER BY clinician_id", [network_id]
    )
    states = {one: means.care.state(CLINICIAN, one, network_id=network_id) for (one,) in ids.fetchall()}
    people: dict[UUID, Clinician] = {one: state for one, (state, _) in states.items()}
    return people, tuple(version for _, version in states.values())


def _known_networks(connection: Connection[Any]) -> list[UUID]:
    rows = connection.execute("SELECT network_id FROM network_directory ORDER BY network_id")
    return [network_id for (network_id,) in rows]


def _address_of(means: Means, outgoing: Outgoing) -> str | None:
    """The person's address as last admitted, opened for this sending only."""
    network_id, person = outgoing.network_id, outgoing.recipient_id
    history = means.care.history(CLINICIAN, person, network_id=network_id)
    sealed = [event.email for event, _ in history if isinstance(event, ClinicianAdmitted)]
    if not sealed:
        return None
    try:
        return means.keyring.open(sealed[-1], network_id=network_id, person=person, field="email")
    except KeyWasDestroyed:
        return None


def _by_recipient(found: Iterable[Notice]) -> Mapping[UUID, list[Notice]]:
    mine: dict[UUID, list[Notice]] = {}
    for notice in found:
        mine.setdefault(notice.mark.recipient_id, []).append(notice)
    return mine
