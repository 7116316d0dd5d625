"""Child processes of one command: started together, stopped together, and none left behind."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence

from deploy.process.ending import on_end_signals

STOP_SECONDS = 10
LOOK_SECONDS = 0.2


class ProcessEnded(Exception):
    """A process of this command ended by itself; its last lines say why. The others were stopped."""


class Processes:
    """Runs commands of this program until a signal comes or one of them ends by itself."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = threading.Event()
        self._theirs, self._ours = os.pipe()  # closes with this process: the children end with it

    def stop_on_signals(self) -> None:
        """From now on SIGINT and SIGTERM ask for a clean stop instead of ending this process."""
        on_end_signals(self._stop.set)

    @property
    def is_stopping(self) -> bool:
        return self._stop.is_set()

    def start(
        self, name: str, arguments: Sequence[str], environment: Mapping[str, str], *, hand_over: Sequence[int] = ()
    ) -> None:
        """Start `throughline <arguments>` in a session of its own, so that Ctrl-C reaches only us and order is kept.

        `hand_over` are open files, such as a listening socket, that the child finds under the same numbers.
        """
        self._running[name] = subprocess.Popen(
            [sys.executable, "-m", "deploy.cli", *arguments, "--parent-pipe", str(self._theirs)],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            pass_fds=[self._theirs, *hand_over],
            start_new_session=True,
        )

    def wait(self, seconds: float | None = None) -> bool:
        """Whether a signal came within that time; ProcessEnded when a process ended that nobody stopped."""
        until = None if seconds is None else time.monotonic() + seconds
        while not self._stop.wait(LOOK_SECONDS):
            for name, process in self._running.items():
                if process.poll() is not None:
                    raise ProcessEnded(f"The process {name} ended with {process.returncode}; its last lines say why.")
            if until is not None and time.monotonic() >= until:
                return False
        return True

    def stop(self) -> None:
        """Ask every process to end, the last one started first; those that have not after ten seconds are killed."""
        for process in reversed(self._running.values()):
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()
        os.close(self._ours)
        os.close(self._theirs)
