"""A stored event comes out of the internal topic as it was written to the log."""

from uuid import uuid4

import pytest

from domain.actor import Role
from store.reader import Reader
from store.row import Row, decode
from tests.store.house import House
from tests.workers.kafka.published import all_of
from workers.kafka.brokers import Brokers
from workers.kafka.consumer import Received
from workers.kafka.internal import MessageIsNotReadable, log_id_of, message_of, row_of
from workers.kafka.producer import Message, NotDelivered, Producer
from workers.kafka.topics import Admin, Topic


def test_every_row_comes_back_as_it_was_stored(home: House, brokers: Brokers) -> None:
    therapist = home.admit(Role.THERAPIST)
    home.record_licence(therapist.actor_id)
    home.refer(uuid4(), home.register(), by=therapist)
    stored = Reader(home.datastore, network_id=home.network_id).rows(0, 1_000)
    topic, log_id = f"test.{uuid4().hex}", uuid4()
    with Admin(brokers) as admin:
        admin.create([Topic(topic, partitions=3)])
    with Producer(brokers) as producer:
        producer.send_all([message_of(row, log_id, topic) for row in stored])
    received = all_of(brokers, topic)
    assert len(stored) > 5
    assert sorted(map(_row_of, received)) == stored
    assert [decode(_row_of(one)) for one in sorted(received, key=_row_of)] == [decode(row) for row in stored]
    assert {log_id_of(one.headers) for one in received} == {log_id}
    assert len({(one.key, one.partition) for one in received}) == len({one.key for one in received})


def test_a_message_of_another_kind_is_refused_without_its_content() -> None:
    with pytest.raises(MessageIsNotReadable, match="KeyError"):
        row_of(b"{}", {"ce_id": b"no event of ours"})


def test_a_topic_that_nobody_made_is_not_made_by_sending(brokers: Brokers) -> None:
    topic = f"test.{uuid4().hex}"
    with Producer(brokers, delivery_seconds=0.5) as producer, pytest.raises(NotDelivered) as failure:
        producer.send_all([Message(topic, b"key", b"value")])
    assert list(failure.value.failures) == [topic]
    with Admin(brokers) as admin:
        assert admin.ids(topic) == {}


def test_a_topic_made_again_has_another_id(brokers: Brokers) -> None:
    topic = f"test.{uuid4().hex}"
    with Admin(brokers) as admin:
        admin.create([Topic(topic)])
        before = admin.ids(topic)
        admin.create([Topic(topic)])
        assert admin.ids(topic) == before
        admin.delete(topic)
        admin.create([Topic(topic)])
        assert admin.ids(topic).keys() == before.keys()
        assert admin.ids(topic) != before


def _row_of(received: Received) -> Row:
    assert received.value is not None
    return row_of(received.value, received.headers)
