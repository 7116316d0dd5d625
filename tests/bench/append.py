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
    house,
    make_reference_as_large,
    one_long_episode,
    reference_values,
    score,
    wiring_of,
)
from tests.bench.log import courses
from tests.bench.memory import resident_mib
from tests.bench.pairs import Row, compare

SLICE_SECONDS = 0.8
EPISODES = 480
"""So many that a benchmark adds few events to each: the streams stay about as long as they are said to be."""
LENGTH = 50
LENGTHS = (10, 100, 1_000, 3_000)
_open: list[object] = []  # what a client process keeps until it ends


def run() -> Iterator[Row]:
    """The three concurrencies of the target, then what loading costs."""
    with house() as built, wiring_of(built.data) as wiring:
        yield _threads(built, wiring, 1, 0.65)
        yield _threads(built, wiring, 8, 0.50)
        yield _processes(built, 4, 8, 0.45)
        yield from _loading(wiring)


def _threads(built: House, wiring: Wiring, threads: int, target: float) -> Row:
    doing = _doing(wiring, _shares(built, threads))
    make_reference_as_large(built.superuser_url)
    return compare(
        f"append, {threads} client{'s' if threads > 1 else ''}, {LENGTH} events remembered",
        lambda: rate_of(doing["ours"], threads=threads, seconds=SLICE_SECONDS),
        lambda: rate_of(doing["reference"], threads=threads, seconds=SLICE_SECONDS),
        target=target,
        note=f"the process takes {resident_mib()} MiB",
    )


def _processes(built: House, count: int, threads: int, target: float) -> Row:
    shares = [_shares(built, threads, EPISODES // count) for _ in range(count)]
    make_reference_as_large(built.superuser_url)
    with Processes(clients, (built.data, shares), count=count, threads=threads) as processes:
        return compare(
            f"append, {threads} threads x {count} processes, {LENGTH} events remembered",
            lambda: processes.rate("ours", SLICE_SECONDS),
            lambda: processes.rate("reference", SLICE_SECONDS),
            target=target,
            note=f"each process takes {processes.resident_mib()} MiB",
        )


def _shares(built: House, threads: int, episodes: int = EPISODES) -> list[list[UUID]]:
    """Fresh episodes, dealt out to the threads."""
    made = courses(built.superuser_url, length=LENGTH, copies=episodes)
    return [made[number::threads] for number in range(threads)]


def clients(number: int, data: Path, shares: list[list[list[UUID]]]) -> dict[str, Once]:
    """Both things a client process does."""
    entered = wiring_of(data)
    wiring = entered.__enter__()
    _open.append(entered)
    return _doing(wiring, shares[number])


def _doing(wiring: Wiring, shares: list[list[UUID]]) -> dict[str, Once]:
    """Each thread has its own episodes, remembered from now on, and for the reference its own connection."""
    for episode_id in (one for share in shares for one in share):
        wiring.care.state(EPISODE, episode_id, network_id=NETWORK_ID)
    turns = [cycle(share) for share in shares]
    connections = [psycopg.connect(wiring.addresses.for_app, autocommit=True) for _ in shares]

    def ours(thread: int) -> None:
        score(wiring, next(turns[thread]))

    def reference(thread: int) -> None:
        connections[thread].execute(INSERT, reference_values(PAYLOAD))

    return {"ours": ours, "reference": reference}


def _loading(wiring: Wiring) -> Iterator[Row]:
    """What the first touch of a stream costs: nothing is remembered, every event is read and folded."""
    for length in LENGTHS:
        episode_id = one_long_episode(wiring, length)
        taken = []
        for _ in range(12):
            begun = time.perf_counter()
            wiring.care.application.load(NETWORK_ID, EPISODE, episode_id)
            taken.append((time.perf_counter() - begun) * 1000)
        ms = median(taken)
        yield Row(f"load a stream of {length} events", ms, max(taken), None, None, ms, 0.0, 1.0, "ms")
