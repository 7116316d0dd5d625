"""A clinician or coordinator: roles, licences, training, and whether they may work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
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

    def is_valid_on(self, day: date) -> bool:
        return day <= self.expires_on


@dataclass(frozen=True)
class Clinician:
    clinician_id: UUID | None = None
    network_id: UUID | None = None
    roles: frozenset[Role] = frozenset()
    licences: Mapping[tuple[Role, str], Licence] = field(default_factory=dict)
    """By profession and state."""
    trainings: Mapping[tuple[str, str], date] = field(default_factory=dict)
    """Day of completion by course and version."""
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
        """Whether the course was completed, in a version the protocol accepts, by that day."""
        return any(
            course == training.course and version in training.accepted_versions and completed_on <= on_day
            for (course, version), completed_on in self.trainings.items()
        )


Clinicians = Mapping[UUID, Clinician]


@singledispatch
def evolve(event: Any, clinician: Clinician, envelope: Envelope) -> Clinician:
    """What an event changes. Effects are total; an event without one changes nothing a decision reads."""
    return clinician


CLINICIAN: Stream[Clinician] = Stream("clinician", Clinician(), evolve, lambda state, event: SUBJECT)
