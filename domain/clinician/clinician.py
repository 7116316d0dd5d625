"""A clinician or coordinator: roles, licences, training, and whether they may work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import singledispatch
from typing import Any
from uuid import UUID

from domain.actor import Role
from domain.event import Envelope, Event
from domain.protocol.protocol import RequiredTraining
from domain.stream import SUBJECT, Stream


class ClinicianEvent(Event):
    """Something that was settled about one clinician."""

    stream = "clinician"


@dataclass(frozen=True)
class Licence:
    profession_role: Role
    state: str
    expires_on: date
    """Valid through the whole of this day in the network's zone."""
    withdrawn_on: date | None = None
    """From this day on the board of the state does not let it be used, whatever its last day."""

    def is_valid_on(self, day: date) -> bool:
        return day <= self.last_day

    @property
    def last_day(self) -> date:
        """The last day on which it may be used."""
        if self.withdrawn_on is None:
            return self.expires_on
        return min(self.expires_on, self.withdrawn_on - timedelta(days=1))


@dataclass(frozen=True)
class Clinician:
    clinician_id: UUID | None = None
    network_id: UUID | None = None
    roles: frozenset[Role] = frozenset()
    licences: Mapping[tuple[Role, str], Licence] = field(default_factory=dict)
    """By profession and state."""
    trainings: Mapping[tuple[str, str], date] = field(default_factory=dict)
    """Day of completion by course and version."""
    grandfathered: frozenset[str] = frozenset()
    """Courses that count for good in whichever version they were completed."""
    expired: frozenset[Licence] = frozenset()
    """Licences whose end has been noted."""
    is_suspended: bool = False

    def is_active_as(self, role: Role) -> bool:
        return role in self.roles and not self.is_suspended

    def licence_in(self, state: str, role: Role) -> Licence | None:
        return self.licences.get((role, state))

    def is_licensed_in(self, state: str, on_day: date, role: Role) -> bool:
        """Whether a licence of this profession covers the state on that day of the network's zone."""
        licence = self.licence_in(state, role)
        return licence is not None and licence.is_valid_on(on_day)

    def has_completed(self, training: RequiredTraining, on_day: date) -> bool:
        """Whether the course was completed by that day, in a version the protocol accepts or one that is kept."""
        return any(
            course == training.course and self._counts(course, version, training) and completed_on <= on_day
            for (course, version), completed_on in self.trainings.items()
        )

    def _counts(self, course: str, version: str, training: RequiredTraining) -> bool:
        return version in training.accepted_versions or course in self.grandfathered

    def licences_ending(self, today: date, within_days: int) -> tuple[Licence, ...]:
        """Licences whose last day lies within so many days, or has passed; the first to end comes first."""
        until = today + timedelta(days=within_days)
        return tuple(sorted((one for one in self.licences.values() if one.last_day <= until), key=_by_last_day))


def _by_last_day(licence: Licence) -> tuple[date, str, str]:
    return licence.last_day, licence.profession_role.value, licence.state


Clinicians = Mapping[UUID, Clinician]


@singledispatch
def evolve(event: Any, clinician: Clinician, envelope: Envelope) -> Clinician:
    """What an event changes. Effects are total; an event without one changes nothing a decision reads."""
    return clinician


CLINICIAN: Stream[Clinician] = Stream("clinician", Clinician(), evolve, lambda state, event: SUBJECT)
