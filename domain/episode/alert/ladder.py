"""The ladder of an alert: who stands on each rung at a moment, and until when each has to acknowledge it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from domain.actor import Role
from domain.clinician.clinician import Clinicians
from domain.days import day_of, end_of, working_day_after
from domain.episode.alert.alert import Contact, Raised, Rung
from domain.episode.due.owner import responsible_prescriber
from domain.episode.episode import Episode
from domain.network.network import Network
from domain.protocol.protocol import AcknowledgeBy, AlertRule, Place


def ladder(
    rule: AlertRule, raised: Raised, episode: Episode, now: datetime, network: Network, clinicians: Clinicians
) -> tuple[Rung, ...]:
    """The rungs that somebody holds. Who was on an earlier one is not asked a second time, who did it not at all."""
    rungs: list[Rung] = []
    asked: set[UUID | None] = {raised.for_others_than} if raised.for_others_than else set()
    from_at = raised.raised_at
    for places in rule.ladder:
        here: dict[UUID | None, Contact] = {}
        for contact in contacts(places, episode, now, network, clinicians):
            if contact.clinician_id not in asked:
                here.setdefault(contact.clinician_id, contact)
        if here:
            by = acknowledge_by(rule, raised.raised_at, len(rungs) + 1, network.zone)
            rungs.append(Rung(tuple(here.values()), from_at, by))
            asked |= here.keys()
            from_at = by
    return tuple(rungs)


def contacts(
    places: Iterable[Place], episode: Episode, now: datetime, network: Network, clinicians: Clinicians
) -> Iterator[Contact]:
    """Who holds these places now and is there: somebody who is away or suspended would let an alert lie (P7)."""
    named = _named(places, episode, now, network, clinicians)
    return (contact for contact in named if _is_there(contact, now, network, clinicians))


def _is_there(contact: Contact, now: datetime, network: Network, clinicians: Clinicians) -> bool:
    if contact.clinician_id is None:
        return True
    known = clinicians.get(contact.clinician_id)
    is_suspended = known is not None and known.is_suspended
    return not is_suspended and not network.is_away(contact.clinician_id, now)


def _named(
    places: Iterable[Place], episode: Episode, now: datetime, network: Network, clinicians: Clinicians
) -> Iterator[Contact]:
    """A responsible prescriber who is away is stood in for by the one on call."""
    duty, director = network.on_call(now), network.medical_director
    for place in places:
        match place:
            case Place.PRESCRIBER if who := responsible_prescriber(episode, now, network, clinicians):
                yield Contact(who, place, duty.phone if duty and duty.prescriber_id == who else None)
            case Place.PRESCRIBER | Place.ON_CALL if duty is not None:
                yield Contact(duty.prescriber_id, Place.ON_CALL, duty.phone)
            case Place.BACK_UP if duty is not None and duty.back_up_id is not None:
                yield Contact(duty.back_up_id, place, duty.back_up_phone)
            case Place.MEDICAL_DIRECTOR if director is not None:
                yield Contact(director.clinician_id, place, director.phone)
            case Place.THERAPIST:
                for member in episode.members_at(now, Role.THERAPIST):
                    yield Contact(member.clinician_id, place)
            case Place.COORDINATOR:
                yield Contact(None, place)


def acknowledge_by(rule: AlertRule, raised_at: datetime, nth: int, zone: str) -> datetime:
    """Until when the nth rung has it: each has as long as the protocol says, one after the other."""
    if rule.acknowledge_minutes is not None:
        return raised_at + timedelta(minutes=rule.acknowledge_minutes * nth)
    day = day_of(raised_at, zone)
    if rule.acknowledge_by is AcknowledgeBy.NEXT_WORKING_DAY:
        return end_of(working_day_after(day, nth), zone)
    return end_of(day + timedelta(days=nth - 1), zone)
