"""Whole courses of care in a database and in a topic, as the store and the relay write them."""

import psycopg
from psycopg import sql

from domain.event import Recorded
from store.feed import log_id_of
from store.publishing import begin_place, move_place, note_topic, places
from store.row import Row, facts_to
from tests.postgres import Database
from tests.projections.courses import TWO_SESSIONS, copies, interleaved
from workers.kafka.brokers import Brokers
from workers.kafka.internal import message_of
from workers.kafka.names import TopicNames
from workers.kafka.producer import Producer
from workers.kafka.topics import Admin

COPY = sql.SQL("COPY events ({}) FROM STDIN").format(
    sql.SQL(", ").join(sql.Identifier(name if name != "stored_as" else "topic") for name in Row._fields)
)


def rows_of_courses(episodes: int) -> list[Row]:
    """The same course for so many episodes, in turns."""
    return [_row(one, number) for number, one in enumerate(interleaved(copies(TWO_SESSIONS, episodes)), 1)]


def _row(recorded: Recorded, position: int) -> Row:
    event, envelope = recorded
    return Row(
        position=position,
        stored_as=event.stored_as,
        schema_version=event.schema_version,
        payload=event.model_dump_json().encode(),
        event_id=envelope.event_id,
        stream_type="episode",
        stream_id=envelope.stream_id,
        version=envelope.version,
        network_id=envelope.network_id,
        occurred_at=envelope.occurred_at,
        occurred_zone=envelope.occurred_zone,
        recorded_at=envelope.recorded_at,
        actor_id=envelope.actor_id,
        actor_role=envelope.actor_role.value,
        command_id=envelope.event_id,
        ordinal=0,
        correlation_id=envelope.correlation_id,
        causation_id=envelope.causation_id,
        protocol_version=envelope.protocol_version,
        sensitivity=envelope.sensitivity,
        facts=facts_to(envelope.facts),
    )


class Filler:
    """Appends stretches to the log, sends them to the internal topic and notes them, as store and relay do."""

    def __init__(self, database: Database, brokers: Brokers, names: TopicNames, episodes: int) -> None:
        self._database = database
        self._topic = names.events
        self._producer = Producer(brokers)
        self._rows = rows_of_courses(episodes)
        self._appended = 0
        with psycopg.connect(database.work_url, autocommit=True) as connection, Admin(brokers) as admin:
            self._log_id = log_id_of(connection)
            begin_place(connection, self._topic, subscriber_id=None, position=0, log_id=self._log_id)
            note_topic(connection, self._topic, *admin.makings(self._topic)[self._topic])

    @property
    def head(self) -> int:
        """The last position there will be."""
        return self._rows[-1].position

    def append(self, upto: int) -> None:
        """What follows in the log, up to a position."""
        with psycopg.connect(self._database.superuser_url) as connection, connection.cursor().copy(COPY) as copy:
            for row in self._rows[self._appended : upto]:
                copy.write_row(row)
        self._appended = max(self._appended, upto)

    def send(self, upto: int, *, again: int = 0) -> None:
        """The same, and into the topic; some events before it once more, as after a crash between ack and note."""
        self.append(upto)
        with psycopg.connect(self._database.work_url, autocommit=True) as connection:
            before = places(connection)[self._topic].position
            rows = [row for row in self._rows if before - again < row.position <= upto]
            self._producer.send_all([message_of(row, self._log_id, self._topic) for row in rows])
            move_place(connection, self._topic, before=before, after=max(upto, before))

    def close(self) -> None:
        self._producer.close()
