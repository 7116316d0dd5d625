"""What the topics are called."""

from collections.abc import Iterable
from hashlib import sha256
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

    def projectors(self, read_models: Iterable[str]) -> str:
        """The group of those that fill just these versions of read models from it.

        A group shares out the partitions of all its members: one that fills something else, or another version, would
        be given partitions of what it does not fill, and nobody else would have them.
        """
        filled = sha256(" ".join(sorted(read_models)).encode()).hexdigest()
        return f"{self.prefix}.internal.events.projectors.{filled[:16]}"

    @property
    def state(self) -> str:
        """The last event of each stream, without payload; compacted."""
        return f"{self.prefix}.internal.state.v1"

    def of_subscriber(self, subscriber_id: UUID) -> str:
        """What one subscriber may see."""
        return f"{self.prefix}.subscriber.{subscriber_id}.v1"
