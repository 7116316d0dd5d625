"""Whatever stops is started again; nothing is left running after the end."""

import threading

from tests.waiting import PATIENCE_SECONDS, eventually
from workers.supervisor import Supervisor


def test_a_task_that_fails_is_started_again() -> None:
    runs: list[int] = []

    def fails_twice(stop: threading.Event) -> None:
        runs.append(len(runs))
        if len(runs) < 3:
            raise ConnectionError("somebody's name")
        stop.wait()

    supervisor = Supervisor({"fails": fails_twice})
    supervisor.start()
    eventually(lambda: len(runs) == 3)
    state = supervisor.states["fails"]
    assert (len(runs), state.restarts, state.failure, state.is_running) == (3, 2, "ConnectionError", True)
    assert supervisor.stop(PATIENCE_SECONDS)
    assert not state.is_running


def test_one_failing_task_does_not_disturb_another() -> None:
    turns: list[int] = []

    def fails(_: threading.Event) -> None:
        raise ValueError

    def works(stop: threading.Event) -> None:
        while not stop.wait(0.01):
            turns.append(1)

    supervisor = Supervisor({"fails": fails, "works": works})
    supervisor.start()
    eventually(lambda: supervisor.states["fails"].restarts and len(turns) > 5)
    assert supervisor.stop(PATIENCE_SECONDS)
    assert supervisor.states["works"].restarts == 0


def test_a_task_that_does_not_end_is_reported() -> None:
    released = threading.Event()

    def deaf(_: threading.Event) -> None:
        released.wait()

    supervisor = Supervisor({"deaf": deaf})
    supervisor.start()
    assert not supervisor.stop(seconds=0.1)
    released.set()
    assert supervisor.stop(PATIENCE_SECONDS)
