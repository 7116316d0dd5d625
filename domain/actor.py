"""Who acts: a person signed in to one network, in a role."""

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class Role(StrEnum):
    THERAPIST = "therapist"
    PRESCRIBER = "prescriber"
    COORDINATOR = "coordinator"
    COMPLIANCE = "compliance"
    SYSTEM = "system"
    PATIENT = "patient"
    """Through one check-in link: the actor is the link, and it opens one question in one episode."""


class Actor(NamedTuple):
    """One person (or policy) in one network. `roles` are all that the network admitted them in."""

    actor_id: UUID
    network_id: UUID
    roles: frozenset[Role]
    reauthenticated: bool = False

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)
