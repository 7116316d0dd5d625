"""Whether the patient is under the influence of a dose: from its first part until driving is allowed again."""

from datetime import datetime

from domain.episode.dosing.driving import may_drive_from, zone_of
from domain.episode.episode import Episode
from domain.network.network import Network
from domain.protocol.protocol import Protocol


def is_under_the_influence(episode: Episode, moment: datetime, network: Network, protocol: Protocol) -> bool:
    """A signature given now would not be a sober one; the first part itself is already too late."""
    hours = protocol.numbers.driving_hours.value
    for session in episode.sessions.values():
        first, last = session.first_dose_at, session.last_dose_at
        if first is None or last is None or moment < first:
            continue
        if moment < may_drive_from(last, zone_of(episode, session, network), hours):
            return True
    return False
