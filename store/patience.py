"""How long somebody who asked may wait for the database in all, however many connections that takes.

A server that is stuck, or cut off, refuses nothing and answers nothing: whoever has asked it waits for ever, with a
thread and a connection. Whoever is waited for says how long once; the pool keeps to it (`connections`).
"""

from contextvars import ContextVar
from time import monotonic

until: ContextVar[float | None] = ContextVar("until", default=None)
"""The moment, by the monotonic clock, at which patience ends; None for work that nobody waits for."""


def begin(seconds: float) -> None:
    """From now on this task, and the threads it asks in, wait for so long and no longer."""
    until.set(monotonic() + seconds)


def at_most(seconds: float) -> float:
    """So long, or what is left of patience."""
    moment = until.get()
    return seconds if moment is None else min(seconds, moment - monotonic())


def has_ended() -> bool:
    """Whether nobody waits any more."""
    moment = until.get()
    return moment is not None and moment < monotonic()
