"""Decide and append one event on a 50-event stream, against one autocommit INSERT into the same columns and indexes."""

import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from statistics import median
from uuid import UUID

import psycopg

from deploy.demo.cast import NETWORK_ID
from deploy.wiring import Wiring
from domain.episode.episode import EPISODE
from tests.bench.clients import Once, Processes, rate_of
from tests.bench.house import (
    INSERT,
    PAYLOAD,
    House,
    episodes_of_length,
    house,
    reference_values,
    score,
    wiring_of,
)
from tests.bench.pairs import Row, compare

SLICE_SECONDS = 0.8
EPISODES = 8
LENGTHS = (10, 100, 1_000, 3_000)
_open: list[object] = []  # what a client process keeps until it ends


def clients(number: int, data: Path, episodes: list[list[list[UUID]]]) -> dict[str, Once]:
    """Both things a client process does; each thread has its own episodes and its own connection."""
    entered = wiring_of(data)
    wiring = entered.__enter__()
    _open.append(entered)
    return _doing(wiring, episodes[number])


def _doing(wiring: Wiring, episodes: list[list[UUID]]) -> dict[str, Once]:
    turns = [cycle(mine) for mine in episodes]
    connections = [psycopg.connect(wiring.addresses.for_app, autocommit=True) for _ in episodes]

    def ours(thread: int) -> None:
        score(wiring, next(turns[thread]))

    def reference(thread: int) -> None:
        connections[thread].execute(INSERT, reference_values(PAYLOAD))

    return {"ours": ours, "reference": reference}


def run() -> Iterator[Row]:
    """The three concurrencies of the target, then what loading costs."""
    with house() as built, wiring_of(built.data) as wiring:
        for threads, target in ((1, 0.65), (8, 0.50)):
            doing = _doing(wiring, [episodes_of_length(wiring, EPISODES, 50) for _ in range(threads)])
            yield compare(
                f"append, {threads} client{'s' if threads > 1 else ''}, 50 events remembered",
                lambda d=doing, t=threads: rate_of(d["ours"], threads=t, seconds=SLICE_SECONDS),  # type: ignore[misc]
                lambda d=doing, t=threads: rate_of(d["reference"], threads=t, seconds=SLICE_SECONDS),  # type: ignore[misc]
                target=target,
            )
        yield _several_processes(built, wiring)
        yield from _loading(wiring)


def _several_processes(built: House, wiring: Wiring) -> Row:
    episodes = [[episodes_of_length(wiring, 2, 50) for _ in range(8)] for _ in range(4)]
    with Processes(clients, (built.data, episodes), count=4, threads=8) as processes:
        return compare(
            "append, 8 threads x 4 processes, 50 events remembered",
            lambda: processes.rate("ours", SLICE_SECONDS),
            lambda: processes.rate("reference", SLICE_SECONDS),
            target=0.45,
        )


def _loading(wiring: Wiring) -> Iterator[Row]:
    """What the first touch of a stream costs: nothing is remembered, every event is read and folded."""
    for length in LENGTHS:
        (episode_id,) = episodes_of_length(wiring, 1, length)
        taken = []
        for _ in range(12):
            begun = time.perf_counter()
            wiring.care.application.load(NETWORK_ID, EPISODE, episode_id)
            taken.append((time.perf_counter() - begun) * 1000)
        ms = median(taken)
        yield Row(f"load a stream of {length} events", ms, max(taken), None, None, ms, 0.0, 1.0, "ms")
