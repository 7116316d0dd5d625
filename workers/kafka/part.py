"""What one topic gets of a page of the log."""

from collections.abc import Sequence
from typing import NamedTuple

from workers.kafka.producer import Message


class Part(NamedTuple):
    """The messages, in the order of positions, and where the topic stands before and after them."""

    topic: str
    before: int
    after: int
    messages: Sequence[Message]

    def that_arrived(self, count: int) -> "Part":
        """The beginning of it: so many messages, and all that is passed over before the next."""
        if count >= len(self.messages):
            return self
        following = self.messages[count].position or 0
        return self._replace(after=max(self.before, following - 1), messages=self.messages[:count])
