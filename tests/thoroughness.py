"""How much the tests try: a share spread over all cases in every run, everything in `make faults`.

What is drawn at random is drawn from the same seed in every run, so that a change is never refused by a case that it
has nothing to do with; `make faults` draws anew each time.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

from hypothesis import HealthCheck, settings

T = TypeVar("T")
THOROUGH = os.environ.get("THROUGHLINE_THOROUGH") == "1"


def draw_alike() -> None:
    """Let Hypothesis do so, and never judge by the time that an example took: the machine may be busy."""
    settings.register_profile(
        "throughline", derandomize=not THOROUGH, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("throughline")


def share(values: Sequence[T], number: int, count: int) -> Sequence[T]:
    """So many of the values, beginning with another one for each number: together the numbers try all of them."""
    if THOROUGH or count >= len(values):
        return values
    begin = number * count % len(values)
    return [values[(begin + step) % len(values)] for step in range(count)]
