"""What a policy's reaction to one event is: its decision, in every episode it concerns, once for each."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import structlog
from structlog.contextvars import bound_contextvars

from domain.actor import Actor, Role
from domain.derived import derived_id
from domain.episode.episode import EPISODE
from domain.event import Envelope, Recorded
from domain.order import Order
from domain.policies.policy import Policy, Where
from store.care import Care
from store.command import Command
from store.datastore import Datastore
from store.reach import (
    open_episodes,
    open_episodes_of_the_clinician,
    open_episodes_of_the_patient,
    other_episodes_of_the_patient,
)

log = structlog.get_logger(__name__)


class Reaction:
    """Takes a policy's decisions through the one way into the log."""

    def __init__(self, care: Care, datastore: Datastore, clock: Callable[[], datetime]) -> None:
        """`datastore` under the application role, as the care's own."""
        self._care = care
        self._datastore = datastore
        self._clock = clock

    def __call__(self, policy: Policy, recorded: Recorded) -> None:
        """Decide in every episode this concerns. Raises as `Care.decide` does."""
        event, envelope = recorded
        order = policy.order(event, envelope)
        if order is None:
            return
        with bound_contextvars(correlation_id=str(envelope.correlation_id)):
            reached = self._reach(policy.where, envelope)
            for episode_id in reached:
                command = command_of(policy, envelope, episode_id, order)
                self._care.decide(EPISODE, episode_id, policy.decision, order, command=command)
            log.info("reacted", policy=policy.name, event_id=str(envelope.event_id), episodes=len(reached))

    def _reach(self, where: Where, envelope: Envelope) -> list[UUID]:
        network_id, stream_id = envelope.network_id, envelope.stream_id
        match where:
            case Where.OTHER_EPISODES_OF_THE_PATIENT:
                return other_episodes_of_the_patient(self._datastore, network_id, stream_id)
            case Where.EPISODES_OF_THE_CLINICIAN:
                return open_episodes_of_the_clinician(self._datastore, network_id, stream_id, self._clock())
            case Where.OPEN_EPISODES_OF_THE_PATIENT:
                return open_episodes_of_the_patient(self._datastore, network_id, stream_id)
            case Where.OPEN_EPISODES_OF_THE_NETWORK:
                return open_episodes(self._datastore, network_id)


def command_of(policy: Policy, envelope: Envelope, episode_id: UUID, order: Order) -> Command:
    """The command that belongs to this policy, event and episode, the same whenever it is asked for."""
    return Command(
        command_id=derived_id(policy.name, envelope.event_id, episode_id),
        by=Actor(derived_id("policy", policy.name), envelope.network_id, frozenset({Role.SYSTEM})),
        body_hash=sha256(order.model_dump_json().encode()).digest(),
        correlation_id=envelope.correlation_id,
        causation_id=envelope.event_id,
        zone=envelope.occurred_zone,
    )
