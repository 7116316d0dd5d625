"""The workers of this installation by name, each as the tasks that a supervisor keeps running."""

import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from deploy.failures import CannotGoOn
from deploy.read_models import open_log
from deploy.wiring import Wiring
from projections import READ_MODELS
from store.wake import wakes
from workers.project import Projector
from workers.supervisor import Task
from workers.tidy import tidy


def project(wiring: Wiring) -> Mapping[str, Task]:
    """Keeps the read models at the head of the log, and fills those that are missing."""
    url = wiring.addresses.for_work
    news = threading.Event()

    def listen(stopping: threading.Event) -> None:
        for _ in wakes(url, stopping):
            news.set()

    def wait(seconds: float) -> None:
        news.wait(seconds)
        news.clear()

    projector = Projector(url, partial(open_log, url), READ_MODELS, wait=wait)
    return {"project": projector.run, "project-missing": projector.build_missing, "project-listen": listen}


def keep_house(wiring: Wiring) -> Mapping[str, Task]:
    """Drops what has had its time."""
    return {"tidy": partial(tidy, wiring.addresses.for_work)}


WORKERS: Mapping[str, Callable[[Wiring], Mapping[str, Task]]] = {"project": project, "tidy": keep_house}


def tasks_of(wiring: Wiring, names: Iterable[str]) -> dict[str, Task]:
    """The tasks of these workers; of all, where none is named."""
    wanted = list(names) or list(WORKERS)
    for name in wanted:
        if name not in WORKERS:
            raise CannotGoOn(f"There is no worker {name[:40]}; choose from: {', '.join(WORKERS)}.")
    return {task: run for name in wanted for task, run in WORKERS[name](wiring).items()}
