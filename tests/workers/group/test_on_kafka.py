"""Members on a real broker, killed, added and frozen while events come in: the rows are those of a rebuild."""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient
from psycopg import Connection

from deploy.read_models import open_log
from projections.engine.positions import positions
from projections.engine.rebuild import build_missing, rebuild
from projections.outcome_trajectory import OUTCOME_TRAJECTORY
from projections.timeline import TIMELINE
from tests.postgres import Database
from tests.waiting import eventually
from tests.workers.group.member_process import SESSION_SECONDS, Members
from tests.workers.group.real_log import Filler
from tests.workers.kafka.published import all_of, create_internal, places_in, publishing, rows_in
from workers.kafka.brokers import Brokers
from workers.kafka.internal import partition_of
from workers.kafka.names import TopicNames
from workers.kafka.topics import Admin

MODELS = (TIMELINE, OUTCOME_TRAJECTORY)
PARTITIONS = 6
EPISODES = 12


@pytest.fixture
def names(brokers: Brokers) -> TopicNames:
    own = TopicNames(f"t{uuid4().hex[:12]}")
    create_internal(brokers, own, PARTITIONS)
    return own


@pytest.fixture
def filler(work: Connection[Any], database: Database, brokers: Brokers, names: TopicNames) -> Iterator[Filler]:
    with open_log(database.work_url) as log:
        build_missing(work, log, MODELS, holder="setup")  # of an empty log: everything is left to the members
    filler = Filler(database, brokers, names, EPISODES)
    yield filler
    filler.close()


@pytest.fixture
def members(database: Database, brokers: Brokers, names: TopicNames) -> Iterator[Members]:
    members = Members(database.work_url, brokers, names, [model.name for model in MODELS])
    yield members
    members.end()


def reached(work: Connection[Any]) -> int:
    return min(one.position for one in positions(work, MODELS))


def read_in_the_topic(work: Connection[Any]) -> int:
    found = work.execute("SELECT sum(next_offset) FROM read_models.topic_partition WHERE read_model = 'timeline'")
    return int((found.fetchone() or (0,))[0] or 0)


def require_rows_of_a_rebuild(work: Connection[Any], database: Database) -> None:
    with open_log(database.work_url) as log:
        rebuilt = rebuild(work, log, MODELS, holder="r")
    assert [one.differences for one in rebuilt] == [0] * len(MODELS)
    assert all(one.cells_compared > EPISODES for one in rebuilt)


@pytest.mark.faults
def test_members_killed_added_and_frozen_leave_nothing_out_and_fold_nothing_twice(
    work: Connection[Any], database: Database, filler: Filler, members: Members, crash_rounds: int
) -> None:
    chance = random.Random(11)
    for _ in range(3):
        members.start()
    for number in range(crash_rounds):
        filler.send(filler.head * (number + 1) // crash_rounds, again=chance.choice([0, 0, 25]))
        act = chance.choice([members.kill, members.freeze, members.start, members.thaw])
        if act == members.thaw and not members.frozen:
            act = members.freeze
        if act != members.start and len(members.running) < 2:
            members.start()
        if act != members.start or len(members.running) < 4:
            act()
        time.sleep(chance.uniform(0.05, SESSION_SECONDS * 0.6))
    while members.frozen:
        members.thaw()  # the last of them with work it believes to be its own
    eventually(lambda: reached(work) == filler.head)
    members.end()
    assert read_in_the_topic(work) >= filler.head, "the log filled in what the topic had"
    require_rows_of_a_rebuild(work, database)


def make_anew(brokers: Brokers, names: TopicNames) -> None:
    with Admin(brokers) as admin:
        admin.delete(names.events)
    create_internal(brokers, names, PARTITIONS)


def drop_all_records(brokers: Brokers, names: TopicNames) -> None:
    """As retention does, where somebody set it."""
    client = KafkaAdminClient(**brokers.options)
    client.delete_records({TopicPartition(names.events, number): -1 for number in range(PARTITIONS)})
    client.close()


@pytest.mark.parametrize("lose", [make_anew, drop_all_records])
def test_a_topic_that_lost_what_nobody_had_read_loses_nothing(
    work: Connection[Any], database: Database, brokers: Brokers, names: TopicNames, filler: Filler, members: Members,
    lose: Callable[[Brokers, TopicNames], None],
) -> None:  # fmt: skip
    """Members go as far as the topic ever had everything. What nobody has delivered yet, they do not go and look for:
    the relay stands still, and says so, until it is told from where to send again.
    """
    filler.send(filler.head // 2)
    members.start()
    eventually(lambda: reached(work) >= filler.head // 2)
    members.freeze()
    filler.send(filler.head)
    lose(brokers, names)
    members.thaw()
    eventually(lambda: reached(work) == filler.head)
    require_rows_of_a_rebuild(work, database)


@pytest.mark.faults
def test_partitions_added_while_relay_and_members_run_leave_nothing_out_and_out_of_order(
    work: Connection[Any], database: Database, brokers: Brokers, names: TopicNames, filler: Filler, members: Members
) -> None:
    """Kafka puts a stream's later events into another partition than its earlier ones from then on."""
    for _ in range(2):
        members.start()
    with publishing(brokers, names, database):
        for stretch, partitions in enumerate((PARTITIONS + 1, PARTITIONS + 3, 2 * PARTITIONS), 1):
            upto = filler.head * stretch // 4
            filler.append(upto - 20)
            eventually(lambda upto=upto: reached(work) > upto - 100)  # type: ignore[misc]
            add_partitions(brokers, names, partitions)
            filler.append(upto)  # and before anybody knows
        filler.append(filler.head)
        eventually(lambda: reached(work) == filler.head)
    assert places_in(database)[names.events].partitions == 2 * PARTITIONS
    require_rows_of_a_rebuild(work, database)


def add_partitions(brokers: Brokers, names: TopicNames, partitions: int) -> None:
    """As an administrator may."""
    client = KafkaAdminClient(**brokers.options)
    client.create_partitions({names.events: partitions})
    client.close()


def test_members_that_fill_different_read_models_leave_nothing_to_nobody(
    work: Connection[Any], database: Database, brokers: Brokers, names: TopicNames, filler: Filler
) -> None:
    both = [model.name for model in MODELS]
    members = [Members(database.work_url, brokers, names, models) for models in (both[:1], both[1:], both)]
    try:
        for one in members:
            one.start()
        filler.send(filler.head)
        eventually(lambda: reached(work) == filler.head)
    finally:
        for one in members:
            one.end()
    require_rows_of_a_rebuild(work, database)


def test_streams_are_where_members_look_for_them(brokers: Brokers, names: TopicNames, filler: Filler) -> None:
    filler.send(100)
    received = all_of(brokers, names.events)
    found = {(row.stream_id, one.partition.number) for row, one in zip(rows_in(received), received, strict=True)}
    assert {(stream_id, partition_of(stream_id, PARTITIONS)) for stream_id, _ in found} == found
    assert len({number for _, number in found}) > 1
