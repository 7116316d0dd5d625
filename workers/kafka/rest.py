"""A topic that failed is left alone for a while and begun again by single events."""

import time
from dataclasses import dataclass

SHORTEST_SECONDS = 1.0
LONGEST_SECONDS = 30.0


@dataclass
class Rest:
    """Longer each time it fails again. Then it gets one event, and twice as many each time that they arrive: what one
    refused message shares a page with is not sent again and again.
    """

    seconds: float = SHORTEST_SECONDS / 2
    until: float = 0.0
    page: int = 1

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.until

    def begin(self) -> None:
        self.seconds = min(self.seconds * 2, LONGEST_SECONDS)
        self.until = time.monotonic() + self.seconds
        self.page = 1

    def note_arrival(self) -> None:
        self.seconds = SHORTEST_SECONDS / 2
        self.page *= 2
