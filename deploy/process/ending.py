"""How a process ends in good order: on SIGTERM as on Ctrl-C, and when the process that started it is gone."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import structlog

GRACE_SECONDS = 15

WHOLE_SECONDS = 9.0
"""From the request to end until a process is gone: whoever stops containers kills after ten."""

log = structlog.get_logger(__name__)


def end_by_force_later() -> None:
    """From now on the process has so long to end by itself; then it ends as it stands.

    A database that does not answer can hold up threads and connections that nothing interrupts. What counts is in the
    database already, or not: an end at any point loses nothing.
    """
    threading.Thread(target=_end_by_force, name="end-by-force", daemon=True).start()


def _end_by_force() -> None:
    threading.Event().wait(WHOLE_SECONDS)
    log.warning("ended_by_force", seconds=WHOLE_SECONDS)
    os._exit(0)


@contextmanager
def unwinding_on_sigterm() -> Iterator[None]:
    """SIGTERM leaves through every `finally`, as Ctrl-C does: what was started is stopped on the way."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _unwind)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _unwind(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def on_end_signals(stop: Callable[[], object]) -> None:
    """SIGINT and SIGTERM call `stop`; a second one changes nothing."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop())


def end_with_parent(pipe: int) -> None:
    """End when the other end of this pipe is closed, which the system does for a parent however it ended."""
    threading.Thread(target=_watch, args=(pipe,), name="end-with-parent", daemon=True).start()


def _watch(pipe: int) -> None:
    os.read(pipe, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE_SECONDS)
    os._exit(1)
