"""Who owns an alert: the prescriber responsible, else the one on call; never nobody."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.actor import Role
from domain.clinician.clinician import Clinicians
from domain.episode.episode import Episode
from domain.network.network import Network


@dataclass(frozen=True)
class Owner:
    """`phone` is the number to call now; nobody is paged by the product, and pages say so."""

    clinician_id: UUID | None
    phone: str | None
    also_sees: tuple[UUID, ...] = ()
    """The therapists on the team, or whoever referred the patient while there is no team."""


def owner_of_alert(episode: Episode, now: datetime, network: Network, clinicians: Clinicians | None = None) -> Owner:
    """The responsible prescriber at that moment if there is one who works; else the prescriber on call."""
    duty = network.on_call(now)
    prescriber_id = responsible_prescriber(episode, now, network, clinicians or {})
    on_call_id, phone = (duty.prescriber_id, duty.phone) if duty else (None, None)
    return Owner(
        clinician_id=prescriber_id or on_call_id,
        phone=phone,
        also_sees=therapists_of(episode, now),
    )


def responsible_prescriber(episode: Episode, now: datetime, network: Network, clinicians: Clinicians) -> UUID | None:
    """The prescriber of the patient, or who covers for them; None where there is none, or none who is at work."""
    who = episode.prescriber_at(now)
    if who is None or network.is_away(who, now):
        return None
    known = clinicians.get(who)
    return who if known is None or known.is_active_as(Role.PRESCRIBER) else None


def therapists_of(episode: Episode, now: datetime) -> tuple[UUID, ...]:
    """The therapists on the team, or whoever referred the patient while there is none."""
    on_team = tuple(member.clinician_id for member in episode.members_at(now, Role.THERAPIST))
    return on_team or ((episode.referred_by,) if episode.referred_by is not None else ())
