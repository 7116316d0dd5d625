"""Topics and permissions come from `topics.yaml`; each user can do with them what it says, and no more."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from kafka import KafkaConsumer
from kafka.admin import KafkaAdminClient
from kafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError, for_code

from deploy.commands.work import GOES_ON
from deploy.kafka.topics import read_topics_file
from domain.actor import Role
from domain.subscriber.end_subscriber import EndSubscriber, end_subscriber
from domain.subscriber.subscriber import Way
from projections import READ_MODELS
from store.disclosures import Asked, disclosures
from store.feed import log_id_of
from store.publishing import TOPIC_IS_MISSING, begin_place, note_failure
from tests.broker import Broker
from tests.deploy.conftest import CommandLine
from tests.postgres import Database
from tests.store.house import House, house
from tests.store.subscribed import Subscribed
from tests.waiting import PATIENCE_SECONDS, eventually
from tests.workers.kafka.published import all_of, has_arrived, places_in, stored_rows
from workers.kafka.brokers import Brokers
from workers.kafka.consumer import TopicCannotBeRead
from workers.kafka.names import TopicNames
from workers.kafka.topics import Admin


@pytest.fixture
def home(database: Database) -> Iterator[House]:
    with house(database.app_url) as opened:
        yield opened


@pytest.fixture
def names() -> TopicNames:
    return TopicNames(f"t{uuid4().hex[:12]}")


@pytest.fixture
def on_kafka(throughline: CommandLine, broker: Broker, names: TopicNames) -> CommandLine:
    """The command line where Kafka is on."""
    more = {"THROUGHLINE_KAFKA_BOOTSTRAP": broker.bootstrap, "THROUGHLINE_KAFKA_PREFIX": names.prefix}
    return CommandLine({**throughline.environment, **more})


def a_kafka_subscriber(home: House) -> Subscribed:
    subscribed = Subscribed(home, Way.KAFKA)
    subscribed.grant(with_history=True)
    return subscribed


def signed_in(broker: Broker, user: str) -> Brokers:
    return Brokers(broker.users_bootstrap, "SASL_PLAINTEXT", "SCRAM-SHA-256", user, broker.add_user(user))


def test_what_is_missing_is_made_once(on_kafka: CommandLine, home: House, broker: Broker, names: TopicNames) -> None:
    subscribed = a_kafka_subscriber(home)
    topic = names.of_subscriber(subscribed.subscriber_id)
    first = on_kafka.answer("topics", "apply")
    assert first["made"] == [names.events, names.state, topic]
    assert (first["allowed"], first["revoked"]) == (2 * 5 + 5, 0)
    assert on_kafka.answer("topics", "apply") == {"made": [], "corrected": [], "allowed": 0, "revoked": 0}
    subscribed.decide(end_subscriber, EndSubscriber())
    assert on_kafka.answer("topics", "apply") == {"made": [], "corrected": [], "allowed": 0, "revoked": 5}
    with Admin(Brokers(broker.bootstrap)) as admin:
        assert topic in admin.ids(topic), "what was disclosed stays as long as it was to stay"


def test_info_says_what_makes_a_topic_that_is_missing(
    on_kafka: CommandLine, database: Database, names: TopicNames
) -> None:
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        begin_place(connection, names.events, subscriber_id=None, position=0, log_id=log_id_of(connection))
        note_failure(connection, [names.events], TOPIC_IS_MISSING)
    assert f"{names.events}: `throughline topics apply` makes it" in on_kafka.text("info").splitlines()


def test_without_kafka_there_are_no_topics(throughline: CommandLine) -> None:
    assert throughline.refusal("topics", "apply") == (
        "Kafka is off: set THROUGHLINE_KAFKA_BOOTSTRAP to its brokers, as host:port."
    )


def test_a_user_who_may_not_make_topics_is_told_so(on_kafka: CommandLine, broker: Broker, tmp_path: Path) -> None:
    stranger = CommandLine({**on_kafka.environment, **as_user(signed_in(broker, f"u{uuid4().hex}"), tmp_path)})
    assert stranger.refusal("topics", "apply") == (
        "This Kafka user may not do this (ClusterAuthorizationFailedError); take one that may make topics and "
        "permissions."
    )


def test_the_file_says_what_every_topic_needs() -> None:
    described = read_topics_file()
    assert described.internal["events"].settings["cleanup.policy"] == "delete"
    assert described.internal["state"].settings["cleanup.policy"] == "compact"
    assert described.subscriber.partitions == 1


def test_each_user_may_do_what_it_is_there_for_and_no_more(
    on_kafka: CommandLine, home: House, database: Database, broker: Broker, names: TopicNames, tmp_path: Path
) -> None:
    ours, theirs = a_kafka_subscriber(home), a_kafka_subscriber(home)
    on_kafka.answer("topics", "apply")
    topic, other = (names.of_subscriber(one.subscriber_id) for one in (ours, theirs))
    with working(on_kafka, signed_in(broker, f"{names.prefix}-relay"), tmp_path):
        ours.episode()
        eventually(lambda: has_arrived(database, names.events, names.state, topic, other))
    subscriber = signed_in(broker, f"{names.prefix}-subscriber-{ours.subscriber_id}")
    written_down = disclosures(home.datastore, home.network_id, Asked(subscriber_id=ours.subscriber_id))
    assert len(all_of(subscriber, topic)) == sum(one.event_count for one in written_down) > 0
    for closed in (other, names.events, names.state):
        assert answer_about(subscriber, closed) is TopicAuthorizationFailedError
        with pytest.raises(TopicCannotBeRead):
            all_of(subscriber, closed)
    with pytest.raises(GroupAuthorizationFailedError):
        read_in_group(subscriber, topic, f"{names.prefix}.subscriber.{theirs.subscriber_id}")
    assert read_in_group(subscriber, topic, f"{names.prefix}.subscriber.{ours.subscriber_id}.nightly")


def test_a_parked_topic_is_filled_again_from_a_cursor(
    on_kafka: CommandLine, home: House, database: Database, broker: Broker, names: TopicNames, tmp_path: Path
) -> None:
    brokers = Brokers(broker.bootstrap)
    on_kafka.answer("topics", "apply")
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        cursor = f"{log_id_of(connection)}:0"
        with working(on_kafka, brokers, tmp_path):
            eventually(lambda: has_arrived(database, names.events, names.state))
            with Admin(brokers) as admin:
                admin.delete(names.events)
            on_kafka.answer("topics", "apply")
            eventually(lambda: places_in(database)[names.events].parked is not None)
            (parked,) = [one for one in on_kafka.answer("info")["topics"] if one["parked"]]
            assert (parked["topic"], parked["parked"]) == (names.events, "topic_was_made_anew")
            said = f"{names.events}: {parked['who_waits']} until {parked['remedy']}"
            assert said in on_kafka.text("info").splitlines()
            assert "`work project --from kafka`" in said
            reached = places_in(database)[names.events].position
            home.register()
            assert on_kafka.refusal("work", "publish", "--from", f"{log_id_of(connection)}:{reached + 1}") == (
                f"{names.events} has come to position {reached} only: events up to {reached + 1} would be left out. "
                f"Begin at {log_id_of(connection)}:{reached} or before."
            )
            with working(on_kafka, brokers, tmp_path, "publish", "--from", cursor) as lines:
                eventually(lambda: has_arrived(database, names.events))
            assert lines[:2] == [f"sends again to {names.events}", GOES_ON]
    assert len(all_of(brokers, names.events)) == len(stored_rows(database))
    refused = on_kafka.refusal("work", "publish", "--from", cursor)
    assert refused == "No topic is parked. Name one with --topic to send to it once more."
    assert "belongs to log" in on_kafka.refusal("work", "publish", "--from", f"{uuid4()}:0")
    assert on_kafka.refusal("work", "react", "--from", cursor) == "--from is for `throughline work publish`."


def test_read_models_follow_the_topic_and_info_knows_how_far(
    on_kafka: CommandLine,
    home: House,
    broker: Broker,
    names: TopicNames,
    tmp_path: Path,
) -> None:
    on_kafka.answer("topics", "apply")
    projector = signed_in(broker, f"{names.prefix}-projector")
    publishes = working(on_kafka, Brokers(broker.bootstrap), tmp_path)
    with publishes, working(on_kafka, projector, tmp_path, "project", "--from", "kafka"):
        home.refer(uuid4(), home.register(), home.admit(Role.THERAPIST))
        eventually(lambda: everything_is_at_the_head(on_kafka))
        home.register()
        eventually(lambda: everything_is_at_the_head(on_kafka))
    read_in_the_topic = home.query("SELECT count(DISTINCT read_model) FROM read_models.topic_partition")
    assert read_in_the_topic == [(len(READ_MODELS),)]


def everything_is_at_the_head(command: CommandLine) -> bool:
    found = command.answer("info")
    return all(one["position"] == found["head"] for one in found["read_models"])


def answer_about(brokers: Brokers, topic: str) -> type[Exception]:
    """What the broker says to this user about a topic."""
    client = KafkaAdminClient(**brokers.options)
    try:
        (found,) = client.describe_topics([topic])
    finally:
        client.close()
    said: type[Exception] = for_code(found["error_code"])
    return said


def read_in_group(brokers: Brokers, topic: str, group: str) -> bool:
    """Ask for a first message of a topic as a member of a group."""
    client = KafkaConsumer(**brokers.options, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False)
    try:
        client.subscribe([topic])
        return bool(eventually(lambda: client.poll(timeout_ms=200)))
    finally:
        client.close(timeout_ms=500)


@contextmanager
def working(command: CommandLine, brokers: Brokers, folder: Path, *work: str) -> Iterator[list[str]]:
    """`throughline work publish`, or other work, as a process of its own, signed in where the brokers ask for it.

    Gives the lines it said, once it has ended.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.cli", "work", *(work or ("publish",))],
        env={**os.environ, **command.environment, **as_user(brokers, folder)}, stderr=subprocess.PIPE,
    )  # fmt: skip
    lines: list[str] = []
    try:
        yield lines
    finally:
        process.terminate()
        _, said = process.communicate(timeout=PATIENCE_SECONDS)
        lines += said.decode().splitlines()
    assert process.returncode == 0, said.decode()[-2000:]


def as_user(brokers: Brokers, folder: Path) -> dict[str, str]:
    """The settings of somebody who signs in to the brokers, or of anybody where they do not ask."""
    settings = {"THROUGHLINE_KAFKA_BOOTSTRAP": brokers.bootstrap}
    if brokers.username is None:
        return settings
    (folder / "password").write_text(brokers.password or "")
    return settings | {
        "THROUGHLINE_KAFKA_SECURITY_PROTOCOL": brokers.security_protocol,
        "THROUGHLINE_KAFKA_SASL_MECHANISM": brokers.sasl_mechanism or "",
        "THROUGHLINE_KAFKA_USERNAME": brokers.username,
        "THROUGHLINE_KAFKA_PASSWORD_FILE": str(folder / "password"),
    }
