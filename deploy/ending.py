"""How a process ends in good order: on SIGTERM as on Ctrl-C, and when the process that started it is gone."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

GRACE_SECONDS = 15


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
