"""How much the tests try: a share spread over all cases in every run, everything in `make faults`."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
THOROUGH = os.environ.get("THROUGHLINE_THOROUGH") == "1"


def share(values: Sequence[T], number: int, count: int) -> Sequence[T]:
    """So many of the values, beginning with another one for each number: together the numbers try all of them."""
    if THOROUGH or count >= len(values):
        return values
    begin = number * count % len(values)
    return [values[(begin + step) % len(values)] for step in range(count)]
