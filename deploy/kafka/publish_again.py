"""Sending part of the log to Kafka once more, when somebody says from where."""

from typing import Any

from psycopg import Connection

from deploy.failures import CannotGoOn
from store.feed import Cursor, CursorIsOfAnotherLog, log_id_of, require_reached
from store.publishing import Place, places, send_again_from
from workers.kafka.brokers import Brokers
from workers.kafka.consumer import Consumer, TopicCannotBeRead


def publish_again(connection: Connection[Any], brokers: Brokers, cursor: str, topic: str | None) -> list[str]:
    """Let the relay send what follows a cursor to one topic, or to all that are parked; which ones.

    A parked topic must be empty: events already in it would stand before earlier ones of the same stream. No cursor may
    lie beyond what a topic ever had: events between would reach nobody, and readers would take them for read.
    """
    start = Cursor.parse(cursor)
    if start.log_id != log_id_of(connection):
        raise CursorIsOfAnotherLog(field="from", asked=start.log_id, here=log_id_of(connection))
    ((head,),) = connection.execute("SELECT coalesce(max(position), 0) FROM events").fetchall()
    require_reached(start.position, head)
    chosen = _chosen(places(connection), topic)
    _require_no_gap(chosen, start)
    _require_empty(brokers, [place.topic for place in chosen if place.parked])
    for place in chosen:
        send_again_from(connection, place.topic, position=start.position, log_id=start.log_id)
    return [place.topic for place in chosen]


def _chosen(known: dict[str, Place], topic: str | None) -> list[Place]:
    if topic is None:
        parked = [place for place in known.values() if place.parked]
        if not parked:
            raise CannotGoOn("No topic is parked. Name one with --topic to send to it once more.")
        return parked
    if topic not in known:
        raise CannotGoOn(f"There is no topic {topic[:80]}; choose from: {', '.join(known) or 'none yet'}.")
    return [known[topic]]


def _require_no_gap(chosen: list[Place], start: Cursor) -> None:
    behind = min(chosen, key=lambda place: place.position)
    if start.position > behind.position:
        raise CannotGoOn(
            f"{behind.topic} has come to position {behind.position} only: events up to {start.position} would be left "
            f"out. Begin at {start._replace(position=behind.position)} or before."
        )


def _require_empty(brokers: Brokers, topics: list[str]) -> None:
    if not topics:
        return
    with Consumer(brokers) as consumer:
        try:
            consumer.read(*topics)
        except TopicCannotBeRead as missing:
            raise CannotGoOn(f"{missing}: {missing.__doc__} Then say this once more.") from None
        filled = sorted({partition.topic for partition, end in consumer.ends().items() if end})
    if filled:
        raise CannotGoOn(
            f"{', '.join(filled)}: not empty, and what is in it would come before earlier events. Delete it, make it "
            "again with `throughline topics apply`, and say this once more."
        )
