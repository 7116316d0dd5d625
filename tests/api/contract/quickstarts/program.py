"""A quick start as an integrator runs it: a process of its own, in a folder of its own, killed and started again."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import api.contract
from tests.waiting import PATIENCE_SECONDS, eventually

FOLDER = Path(api.contract.__file__).parent / "quickstarts"


class Program:
    """One run of it. `said` are its lines so far."""

    def __init__(self, name: str, folder: Path, **settings: str) -> None:
        path = FOLDER / name
        command = [sys.executable, str(path)] if path.suffix == ".py" else ["bash", str(path)]
        self.said: list[str] = []
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def says(self, line: str, times: int = 1) -> None:
        """Wait until a line that begins so has come so often."""
        self.until(lambda: sum(one.startswith(line) for one in self.said) >= times, f"{times} × {line}")

    def until(self, holds: Callable[[], bool], what: str = "it") -> None:
        """Wait until something holds; its own words say what happened instead."""
        eventually(lambda: holds() or self.process.poll() is not None, lambda: f"{what}: {self.said[-20:]}")
        if self.process.poll() is not None:
            self._reading.join(PATIENCE_SECONDS)
        assert holds(), f"it ended: {self.said[-20:]}"

    def ends(self) -> int:
        """Wait until it has ended by itself and all its words are here; its exit code."""
        code = self.process.wait(PATIENCE_SECONDS)
        self._reading.join(PATIENCE_SECONDS)
        return code

    def kill(self) -> None:
        """As a power cut would, whatever it started included."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reading.join(5)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())


@contextmanager
def started(name: str, folder: Path, **settings: str) -> Iterator[Program]:
    """Runs until the block ends."""
    program = Program(name, folder, **settings)
    try:
        yield program
    finally:
        program.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            program.process.wait(10)
        program.kill()


def kept_in(folder: Path) -> list[int]:
    """The positions of the events that a program keeps in SQLite, in the order in which it got them."""
    with closing(sqlite3.connect(folder / "events.db", timeout=10)) as kept:
        return [position for (position,) in kept.execute("SELECT position FROM event ORDER BY rowid")]


def missing_in(folder: Path) -> list[int]:
    """Those it knows it has not."""
    with closing(sqlite3.connect(folder / "events.db", timeout=10)) as kept:
        return [position for (position,) in kept.execute("SELECT position FROM missing ORDER BY position")]
