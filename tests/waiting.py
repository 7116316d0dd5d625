"""Waiting for a fact, never for a time: a test goes on as soon as it holds, however busy the machine is."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE_SECONDS = 180.0
"""When to give up: so long that only what will never come is given up, ten runs of all tests side by side included."""
LOOK_SECONDS = 0.02


def eventually(ask: Callable[[], T], what: Callable[[], object] = lambda: "it") -> T:
    """The first answer that holds; AssertionError with what is said then where none ever does."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (found := ask()):
        assert time.monotonic() < until, f"did not come: {what()}"
        time.sleep(LOOK_SECONDS)
    return found
