"""Commands of Throughline that run beside each other, as processes of their own."""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from tests.waiting import PATIENCE_SECONDS


class Processes:
    """What runs, each by its name."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, name: str, command: Sequence[str], environment: Mapping[str, str], **streams: Any) -> None:
        """Start one more."""
        arguments = [sys.executable, "-m", "deploy.cli", *command]
        self.running[name] = subprocess.Popen(arguments, env=environment, start_new_session=True, **streams)

    def end(self) -> dict[str, int]:
        """The exit code of each, after all were asked to end at once."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        return {name: process.wait(PATIENCE_SECONDS) for name, process in self.running.items()}

    def close(self) -> None:
        """Leave none behind."""
        for process in self.running.values():
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
