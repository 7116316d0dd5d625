"""What a policy is: when that happened there, this is decided here. Pure; `workers/react.py` carries it out."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.decision import Decision
from domain.event import Envelope, Event
from domain.order import Order


class Where(StrEnum):
    """In which episodes a policy decides, told from the stream of the event."""

    OTHER_EPISODES_OF_THE_PATIENT = "other_episodes_of_the_patient"
    """The event happened in an episode."""
    EPISODES_OF_THE_CLINICIAN = "episodes_of_the_clinician"
    """The event happened to a clinician: every open episode on whose care team they are or will be."""
    OPEN_EPISODES_OF_THE_PATIENT = "open_episodes_of_the_patient"
    """The event happened to a patient."""
    OPEN_EPISODES_OF_THE_NETWORK = "open_episodes_of_the_network"


@dataclass(frozen=True)
class Policy:
    """Across streams only: what follows inside one episode belongs to the decision itself, in the same append.

    The decision is taken on the state as it is by then, perhaps long after the event and perhaps twice: it answers
    with nothing where there is nothing to do, and refuses nothing, since nobody is there to read why.
    """

    name: str
    """`<do_this>_when_<that>`; kept for ever, because what it has reacted to is remembered under it."""
    when: tuple[type[Event], ...]
    where: Where
    decision: Decision
    order: Callable[[Any, Envelope], Order | None]
    """What is ordered because of this event; None where it calls for nothing."""
    version: int = 1
    """A policy of a higher version begins at the first event of the log again."""

    @property
    def known_as(self) -> str:
        """Name and version, as lists and log lines show them."""
        return f"{self.name}_v{self.version}"

    @property
    def stored_names(self) -> frozenset[str]:
        """Under which names the events it waits for are stored."""
        return frozenset(event.stored_as for event in self.when)
