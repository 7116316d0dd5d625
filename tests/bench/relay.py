"""The relay from the database to a real broker, against a bare producer that sends the same bytes."""

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from kafka import KafkaProducer

from deploy.kafka.topics import apply, read_topics_file, wanted
from deploy.kafka.wiring import relay_of
from deploy.read_models import open_log
from store.datastore import Datastore
from store.feed import log_id_of
from store.publishing import places, send_again_from
from tests.bench.house import House, house
from tests.bench.log import fill
from tests.bench.pairs import Row, compare
from tests.broker import Broker, new_broker
from workers.kafka.brokers import Brokers
from workers.kafka.names import TopicNames
from workers.kafka.outlets import EventsOutlet, StateOutlet
from workers.kafka.producer import BATCH_BYTES, DELIVERY_SECONDS, LARGEST_MESSAGE, Message
from workers.kafka.publisher import PAGE
from workers.kafka.topics import Admin

EVENTS = 30_000
NAMES = TopicNames()


def run() -> Iterator[Row]:
    with TemporaryDirectory(prefix="throughline-bench-") as folder, house() as built:
        broker = new_broker(Path(folder) / "kafka")
        try:
            with Admin(Brokers(broker.bootstrap)) as admin:
                apply(admin, NAMES, wanted(read_topics_file(), NAMES, ()), with_acls=True)
            yield measured(built, broker)
        finally:
            broker.stop()


def measured(built: House, broker: Broker) -> Row:
    events = fill(built.superuser_url, EVENTS)
    messages = same_messages(built)
    return compare(
        "relay to Kafka, both internal topics, events",
        lambda: ours(built, broker, events),
        lambda: reference(broker, messages, events),
        target=0.5,
        pairs=10,
        note="a bare kafka-python producer with the same settings and messages, made before and sent at one go",
    )


def ours(built: House, broker: Broker, events: int) -> float:
    """Events per second from the first row read until both topics stand at the head, connections included."""
    every_network, stop = Datastore(built.server.work_url, max_size=2), threading.Event()
    with psycopg.connect(built.server.work_url, autocommit=True) as connection:
        for topic in (NAMES.events, NAMES.state):
            send_again_from(connection, topic, position=0, log_id=log_id_of(connection))
        head = connection.execute("SELECT max(position) FROM events").fetchone()
        relay = relay_of(
            built.server.work_url, Brokers(broker.bootstrap), NAMES, every_network, "https://throughline.example"
        )
        thread = threading.Thread(target=relay.run, args=(stop,))
        begun = time.perf_counter()
        thread.start()
        while {one.position for one in places(connection).values()} != set(head or ()):
            time.sleep(0.005)
        seconds = time.perf_counter() - begun
        stop.set()
        thread.join()
    every_network.close()
    return events / seconds


def reference(broker: Broker, messages: Sequence[Message], events: int) -> float:
    """The same for messages that lie ready."""
    begun = time.perf_counter()
    producer = KafkaProducer(
        bootstrap_servers=broker.bootstrap, acks="all", enable_idempotence=True, allow_auto_create_topics=False,
        compression_type="zstd", batch_size=BATCH_BYTES, max_request_size=LARGEST_MESSAGE, linger_ms=5,
        delivery_timeout_ms=int(DELIVERY_SECONDS * 1000), request_timeout_ms=int(DELIVERY_SECONDS * 500),
        metrics_enabled=False,
    )  # fmt: skip
    futures = [producer.send(one.topic, one.value, one.key, list(one.headers)) for one in messages]
    for future in futures:
        future.get(timeout=60)
    producer.close()
    return events / (time.perf_counter() - begun)


def same_messages(built: House) -> list[Message]:
    """What the relay sends, page by page."""
    url = built.server.work_url
    with psycopg.connect(url, autocommit=True) as connection, open_log(url) as log:
        log_id, found, after = log_id_of(connection), list[Message](), 0
        while rows := log.rows(after, PAGE):
            after = rows[-1].position
            for outlet in (EventsOutlet(NAMES.events), StateOutlet(NAMES.state)):
                found += outlet.messages(connection, rows, log_id)
    return found
