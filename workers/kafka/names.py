"""What the topics are called."""

from typing import NamedTuple
from uuid import UUID

PREFIX = "throughline"


class TopicNames(NamedTuple):
    """The topics of one installation; several that share a cluster have a prefix each."""

    prefix: str = PREFIX

    @property
    def events(self) -> str:
        """Every event with its payload, for Throughline's own workers only."""
        return f"{self.prefix}.internal.events.v1"

    @property
    def projectors(self) -> str:
        """The group of those that fill read models from it."""
        return f"{self.prefix}.internal.events.projectors"

    @property
    def state(self) -> str:
        """The last event of each stream, without payload; compacted."""
        return f"{self.prefix}.internal.state.v1"

    def of_subscriber(self, subscriber_id: UUID) -> str:
        """What one subscriber may see."""
        return f"{self.prefix}.subscriber.{subscriber_id}.v1"
