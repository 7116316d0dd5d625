"""Clients that do one thing over and over for a while: in threads of this process, or of several processes."""

import multiprocessing
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Self

from tests.bench.memory import resident_mib

Once = Callable[[int], None]
"""Does the thing once; the number tells the threads apart."""


def rate_of(once: Once, *, threads: int, seconds: float) -> float:
    """How often per second all threads together did it."""
    counts = [0] * threads
    begin = threading.Barrier(threads + 1)
    until = [0.0]

    def run(number: int) -> None:
        begin.wait()
        while time.perf_counter() < until[0]:
            once(number)
            counts[number] += 1

    workers = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    begun = time.perf_counter()
    until[0] = begun + seconds
    begin.wait()
    for worker in workers:
        worker.join()
    return sum(counts) / (time.perf_counter() - begun)


class Processes:
    """Processes that build their clients once and then run slices when asked; all of them at the same time."""

    def __init__(self, build: Callable[..., dict[str, Once]], arguments: tuple[Any, ...], *, count: int, threads: int):
        context = multiprocessing.get_context("spawn")
        self._ends: list[Connection] = []
        self._processes = []
        for number in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, build, arguments, number, threads), daemon=True)
            process.start()
            self._ends.append(ours)
            self._processes.append(process)
        for end in self._ends:
            end.recv()  # built

    def rate(self, what: str, seconds: float) -> float:
        """The sum of the rates of all processes."""
        for end in self._ends:
            end.send((what, seconds))
        return float(sum(end.recv() for end in self._ends))

    def resident_mib(self) -> int:
        """What the largest of them takes."""
        return max(resident_mib(process.pid) for process in self._processes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for end in self._ends:
            end.send(None)
        for process in self._processes:
            process.join(20)


def _serve(
    end: Connection, build: Callable[..., dict[str, Once]], arguments: tuple[Any, ...], number: int, threads: int
) -> None:
    doing = build(number, *arguments)
    end.send("built")
    while asked := end.recv():
        what, seconds = asked
        end.send(rate_of(doing[what], threads=threads, seconds=seconds))
