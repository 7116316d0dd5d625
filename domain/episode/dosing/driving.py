"""When a patient may drive again: not before the next day where they are, and not before a night's sleep."""

from datetime import datetime, timedelta

from domain.days import day_of, end_of
from domain.episode.episode import Episode
from domain.episode.session.session import Session
from domain.network.network import Network


def may_drive_from(last_part_at: datetime, zone: str, hours: int) -> datetime:
    """The later of the next local day in `zone` and `hours` after the last part of the dose (S:SPR-HCP)."""
    next_day = end_of(day_of(last_part_at, zone), zone)
    return max(next_day, last_part_at + timedelta(hours=hours))


def zone_of(episode: Episode, session: Session, network: Network) -> str:
    """The zone the patient is in today: confirmed for the session, else from the intake, else the network's."""
    if session.place is not None:
        return session.place.zone
    return episode.intake.patient_zone if episode.intake else network.zone
