"""Commands over HTTP while Kafka is up and while it is killed, in turn: the relay's trouble must not be theirs."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import NamedTuple

import psutil

from deploy.kafka.topics import apply, read_topics_file, wanted
from deploy.read_models import bring_to_head
from tests.bench.house import house, wiring_of
from tests.bench.http import command_path, remember
from tests.bench.log import courses
from tests.bench.pairs import Row, at_most
from tests.bench.programs import Program, serving, signed_in, working
from tests.bench.steady import send_steadily
from tests.broker import Broker, new_broker
from workers.kafka.brokers import Brokers
from workers.kafka.names import TopicNames
from workers.kafka.topics import Admin

EPISODES = 300
LENGTH = 50
PAIRS = 10
CLIENTS = 4
PER_SECOND = 60
"""Far below what one process takes, so that the machine's other load makes no queue of its own."""
SLICE_SECONDS = 6
SETTLE_SECONDS = 3
"""Until the relay has noticed that the broker is gone, or has caught up after it came back."""
LIMIT = 1.05


def run() -> Iterator[Row]:
    with TemporaryDirectory(prefix="throughline-bench-") as folder, house() as built, wiring_of(built.data) as wiring:
        bring_to_head(wiring)
        broker = new_broker(Path(folder) / "kafka")
        try:
            with Admin(Brokers(broker.bootstrap)) as admin:
                apply(admin, TopicNames(), wanted(read_topics_file(), TopicNames(), ()), with_acls=True)
            with serving(built.data) as serve, working(built.data, kafka_bootstrap=broker.bootstrap):
                headers = {"Content-Type": "application/json", **signed_in(wiring)}
                paths = [command_path(one) for one in courses(built.superuser_url, length=LENGTH, copies=EPISODES)]
                remember(serve, paths, headers, CLIENTS)
                yield _row(list(_pairs(broker, serve, paths, headers)))
        finally:
            broker.stop()


class Slice(NamedTuple):
    """Milliseconds of each command, and what they cost the API's process: that is told apart from a busy machine."""

    taken: list[float]
    cpu_ms: float


Slices = tuple[Slice, Slice]
"""While the broker was up, and while it was down."""


def _pairs(broker: Broker, serve: Program, paths: list[str], headers: Mapping[str, str]) -> Iterator[Slices]:
    for number in range(PAIRS):
        if number % 2:
            down = _without(broker, serve, paths, headers)
            yield _taken(serve, paths, headers), down
        else:
            up = _taken(serve, paths, headers)
            yield up, _without(broker, serve, paths, headers)


def _without(broker: Broker, serve: Program, paths: list[str], headers: Mapping[str, str]) -> Slice:
    broker.kill()
    time.sleep(SETTLE_SECONDS)
    taken = _taken(serve, paths, headers)
    broker.start()
    time.sleep(SETTLE_SECONDS)
    return taken


def _row(pairs: list[Slices]) -> Row:
    up, down = ([ms for pair in pairs for ms in pair[which].taken] for which in (0, 1))
    ratios = [_p99(without.taken) / _p99(with_it.taken) for with_it, without in pairs]
    cost = median(without.cpu_ms / with_it.cpu_ms for with_it, without in pairs)
    return at_most(
        "command p99 with the broker killed / running",
        median(ratios),
        LIMIT,
        unit="times",
        worst=max(ratios),
        note=f"up p50 {median(up):.1f} ms, p99 {_p99(up):.1f} ms; "
        f"down p50 {median(down):.1f} ms, p99 {_p99(down):.1f} ms; "
        f"processor time of the API per command down / up {cost:.3f}; "
        f"{len(up)} and {len(down)} commands at {PER_SECOND} a second, pairs {min(ratios):.2f} to {max(ratios):.2f}, "
        f"all together {_p99(down) / _p99(up):.2f}",
    )


def _p99(taken: list[float]) -> float:
    return quantiles(taken, n=100)[98]


def _taken(serve: Program, paths: list[str], headers: Mapping[str, str]) -> Slice:
    process = psutil.Process(serve.process_id)
    spent = sum(process.cpu_times()[:2])
    sent = send_steadily(serve, paths, headers, per_second=PER_SECOND, seconds=SLICE_SECONDS, clients=CLIENTS)
    return Slice([one.milliseconds for one in sent], (sum(process.cpu_times()[:2]) - spent) * 1000 / len(sent))
