"""Child processes of one command: started together, stopped together, and none left behind."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from types import FrameType

STOP_SECONDS = 10


class ProcessEnded(Exception):
    """A process of this command ended by itself; its last lines say why. The others were stopped."""


class Processes:
    """Runs commands of this program until a signal comes or one of them ends by itself."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = threading.Event()

    def stop_on_signals(self) -> None:
        """From now on SIGINT and SIGTERM ask for a clean stop instead of ending this process."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    @property
    def is_stopping(self) -> bool:
        return self._stop.is_set()

    def start(self, name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start `throughline <arguments>` in a session of its own, so that Ctrl-C reaches only us and order is kept."""
        self._running[name] = subprocess.Popen(
            [sys.executable, "-m", "deploy.cli", *arguments],
            env={**os.environ, **environment},
            start_new_session=True,
        )

    def wait(self) -> None:
        """Return when a signal came; raise ProcessEnded when a process ended that nobody stopped."""
        while not self._stop.wait(0.2):
            for name, process in self._running.items():
                if process.poll() is not None:
                    raise ProcessEnded(f"{name} ended with {process.returncode}")

    def ended(self) -> str | None:
        """The name of a process that has ended, if one has."""
        return next((name for name, process in self._running.items() if process.poll() is not None), None)

    def stop(self) -> None:
        """Ask every process to end; those that have not after ten seconds are killed."""
        for process in reversed(self._running.values()):
            if process.poll() is None:
                process.terminate()
        for process in self._running.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()
