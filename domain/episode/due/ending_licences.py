"""Licences on which a course counts and that end soon: of the plan's prescriber and of its therapists."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from domain.actor import Role
from domain.clinician.clinician import Clinicians, Licence
from domain.episode.episode import Episode
from domain.episode.team.recheck_credentials import rests_on
from domain.protocol.protocol import Protocol


class EndingLicence(NamedTuple):
    clinician_id: UUID
    licence: Licence


def ending_licences(
    episode: Episode, clinicians: Clinicians, protocol: Protocol, today: date, now: datetime
) -> tuple[EndingLicence, ...]:
    """Those for the state where the patient lives, the first to end first; none where no number says how soon."""
    within = protocol.numbers.licence_warning_days
    state = episode.intake.home_state if episode.intake else None
    if within is None or state is None:
        return ()
    found = []
    for clinician_id, role in dict.fromkeys(_counted_on(episode, now)):
        who = clinicians.get(clinician_id)
        for licence in who.licences_ending(today, within.value) if who else ():
            if (licence.profession_role, licence.state) == (role, state):
                found.append(EndingLicence(clinician_id, licence))
    return tuple(sorted(found, key=lambda one: (one.licence.last_day, one.clinician_id)))


def _counted_on(episode: Episode, now: datetime) -> Iterable[tuple[UUID, Role]]:
    if episode.plan is not None and rests_on(episode, episode.plan.prescriber_id, Role.PRESCRIBER)[0] is not None:
        yield episode.plan.prescriber_id, Role.PRESCRIBER
    for member in episode.members_at(now, Role.THERAPIST):
        yield member.clinician_id, Role.THERAPIST
    for session in episode.sessions.values():
        if session.therapist_id is not None and rests_on(episode, session.therapist_id, Role.THERAPIST)[1]:
            yield session.therapist_id, Role.THERAPIST
