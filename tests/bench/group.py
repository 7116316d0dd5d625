"""One, two and four members of a group that fill all read models from Kafka, against one runner of the log."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import psutil
import psycopg

from deploy.read_models import open_log
from projections import READ_MODELS
from projections.engine.ahead import forget_members
from projections.engine.catch_up import catch_up
from projections.engine.group.partition import take
from projections.engine.group.topic import Topic as SharedOut
from projections.engine.positions import positions
from store.feed import log_id_of
from store.publishing import begin_place, move_place
from store.row import Row as StoredRow
from tests.bench.house import House, house
from tests.bench.log import fill
from tests.bench.pairs import Row, compare
from tests.bench.projection import begin_empty, forget
from tests.broker import Broker, new_broker
from tests.workers.group.member_process import Members
from workers.kafka.brokers import Brokers
from workers.kafka.internal import message_of
from workers.kafka.names import TopicNames
from workers.kafka.producer import Producer
from workers.kafka.topics import Admin, Topic

EVENTS = 10_000
PARTITIONS = 12
PAIRS = 2
NAMES = [model.name for model in READ_MODELS]


def run() -> Iterator[Row]:
    with TemporaryDirectory(prefix="throughline-bench-") as folder, house() as built:
        fill(built.superuser_url, EVENTS)
        broker = new_broker(Path(folder) / "kafka")
        try:
            for count in (1, 2, 4):
                yield measured(built, broker, count)
        finally:
            broker.stop()


def measured(built: House, broker: Broker, count: int) -> Row:
    group = Group(built, broker, count)
    row = compare(
        f"all read models from Kafka by {count} member{'s' * (count > 1)}, events",
        group.rate,
        lambda: from_the_log(built),
        target=0,
        pairs=PAIRS,
    )
    return replace(row, target=None, met=None, note=f"one runner of the log; {group.cpu}")


class Group:
    """So many members over a topic of their own each time."""

    def __init__(self, built: House, broker: Broker, count: int) -> None:
        self._built = built
        self._brokers = Brokers(broker.bootstrap)
        self._count = count
        self._broker = broker
        self.cpu = ""
        """Where the processor's time went, the last time."""
        with open_log(built.server.work_url) as log:
            self._rows: Sequence[StoredRow] = log.rows(0, 1_000_000)

    def rate(self) -> float:
        """Events per second from the first one sent until every read model has reached the last; members are ready."""
        names = TopicNames(f"bench-{uuid4().hex[:8]}")
        members = Members(self._built.server.work_url, self._brokers, names, NAMES, session_seconds=10, page=1_000)
        with psycopg.connect(self._built.server.work_url, autocommit=True) as connection:
            log_id = log_id_of(connection)
            self._begin(connection, names, log_id)
            messages = [message_of(row, log_id, names.events) for row in self._rows]
            try:
                for _ in range(self._count):
                    members.start()
                self._await_members(connection)
                with Producer(self._brokers) as producer:
                    before, begun = self._cpu_seconds(members), time.perf_counter()
                    producer.send_all(messages)
                    move_place(connection, names.events, before=0, after=self._rows[-1].position)
                    while min(one.position for one in positions(connection, READ_MODELS)) < self._rows[-1].position:
                        time.sleep(0.01)
                    seconds = time.perf_counter() - begun
                    self._note(before, self._cpu_seconds(members), seconds)
            finally:
                members.end()
        return len(self._rows) / seconds

    def _begin(self, connection: psycopg.Connection[tuple[object, ...]], names: TopicNames, log_id: UUID) -> None:
        """Empty tables, an empty topic, and members that trust it from its beginning instead of asking the log."""
        with Admin(self._brokers) as admin:
            admin.create([Topic(names.events, PARTITIONS)])
            made = admin.making(names.events)
        assert made is not None
        topic = SharedOut(str(made[0]), PARTITIONS, lambda _: 0)
        for model in READ_MODELS:
            forget(self._built, model)
            forget_members(connection, model)
            begin_empty(connection, model)
            connection.execute(
                "INSERT INTO read_models.checkpoint (read_model, version) VALUES (%s, %s)", [model.name, model.version]
            )
            take(connection, model, "bench", topic, range(PARTITIONS))
        connection.execute("UPDATE read_models.topic_partition SET next_offset = 0")
        begin_place(connection, names.events, subscriber_id=None, position=0, log_id=log_id)

    def _await_members(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        """Until each has taken its share of every read model."""
        question = (
            "SELECT count(DISTINCT (holder, read_model)) FROM read_models.topic_partition WHERE holder <> 'bench'"
        )
        while connection.execute(question).fetchone() != (self._count * len(READ_MODELS),):
            time.sleep(0.05)

    def _cpu_seconds(self, members: Members) -> dict[str, float]:
        postmaster = int((self._built.server.cluster.folder / "postmaster.pid").read_text().split()[0])
        database = [psutil.Process(postmaster), *psutil.Process(postmaster).children(recursive=True)]
        broker = int((self._broker.folder / "broker.pid").read_text().split()[0])
        ours = [psutil.Process(one.pid) for one in members.running]
        return {
            name: sum(sum(one.cpu_times()[:2]) for one in processes)
            for name, processes in (("members", ours), ("database", database), ("broker", [psutil.Process(broker)]))
        }

    def _note(self, before: dict[str, float], after: dict[str, float], seconds: float) -> None:
        spent = ", ".join(f"{name} {(after[name] - before[name]) / seconds:.2f}" for name in before)
        self.cpu = f"processors busy with {spent} of {psutil.cpu_count()}"


def from_the_log(built: House) -> float:
    """The same read models from the same events by one runner in this process, as `throughline work project` has it."""
    with (
        psycopg.connect(built.server.work_url, autocommit=True) as connection,
        open_log(built.server.work_url) as source,
    ):
        for model in READ_MODELS:
            forget(built, model)
            forget_members(connection, model)
            begin_empty(connection, model)
        begun = time.perf_counter()
        catch_up(connection, source, READ_MODELS, holder=f"bench {uuid4()}", seconds=600)
        seconds = time.perf_counter() - begun
        found: tuple[int] | None = connection.execute("SELECT count(*) FROM events").fetchone()
    return (found[0] if found else 0) / seconds
