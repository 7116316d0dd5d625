"""Keeps long-running tasks alive: whatever stops by an error is started again, a little later each time."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

Task = Callable[[threading.Event], None]
"""Runs until the event is set. Ending before that, by an error or not, makes the supervisor start it again."""

SHORTEST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
WELL_AFTER_SECONDS = 30.0

log = structlog.get_logger(__name__)


@dataclass
class TaskState:
    """How a task is doing. `failure` is the kind of the last error, never its message: messages quote values."""

    name: str
    is_running: bool = False
    restarts: int = 0
    failure: str | None = None


@dataclass
class Supervisor:
    """Runs each task on its own thread until `stop`."""

    tasks: Mapping[str, Task]
    states: dict[str, TaskState] = field(init=False)

    def __post_init__(self) -> None:
        self.states = {name: TaskState(name) for name in self.tasks}
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep_running, args=(name, task), name=name, daemon=True)
            for name, task in self.tasks.items()
        ]

    def start(self) -> None:
        """Start all tasks."""
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 10) -> bool:
        """Ask all tasks to end; whether they did in time."""
        self._stopping.set()
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def is_alive(self) -> bool:
        """Whether every task runs or is about to be started again."""
        return all(thread.is_alive() for thread in self._threads)

    def wait(self) -> None:
        """Until somebody asks for the end."""
        self._stopping.wait()

    def _keep_running(self, name: str, task: Task) -> None:
        state, pause = self.states[name], SHORTEST_PAUSE
        while not self._stopping.is_set():
            begun = time.monotonic()
            state.is_running = True
            try:
                task(self._stopping)
            except Exception as error:  # anything may stop a task; nothing may stop the supervisor
                state.failure = type(error).__name__
                log.warning("worker_stopped", worker=name, failure=state.failure, restarts=state.restarts)
            state.is_running = False
            if time.monotonic() - begun > WELL_AFTER_SECONDS:
                pause = SHORTEST_PAUSE
            if self._stopping.wait(pause):
                return
            state.restarts += 1
            pause = min(pause * 2, LONGEST_PAUSE)
