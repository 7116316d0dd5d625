"""Follows your Kafka topic: every event once, in a SQLite file, and says what is missing. Start it again at any time.

pip install "kafka-python[crc32c,zstd]"
BOOTSTRAP=host:9092 TOPIC=throughline.subscriber.….v1 KAFKA_USER=… KAFKA_PASSWORD=… python kafka_consumer.py
"""

import os
import sqlite3

from kafka import KafkaConsumer, TopicPartition

TABLES = """
    CREATE TABLE IF NOT EXISTS event (id PRIMARY KEY, log, position INTEGER, type, data);
    CREATE INDEX IF NOT EXISTS event_by_position ON event (log, position);
    CREATE TABLE IF NOT EXISTS missing (log, position INTEGER, PRIMARY KEY (log, position));
    CREATE TABLE IF NOT EXISTS place (part INTEGER PRIMARY KEY, next_offset INTEGER);
"""
IS_KNOWN = "SELECT 1 FROM event WHERE log = ? AND position = ?"


def main() -> None:
    kept = sqlite3.connect(os.environ.get("KEPT", "events.db"))
    kept.executescript(TABLES)
    consumer = KafkaConsumer(bootstrap_servers=os.environ["BOOTSTRAP"].split(","), **settings())
    topic, places = os.environ["TOPIC"], dict(kept.execute("SELECT part, next_offset FROM place"))
    parts = consumer.partitions_for_topic(topic)
    if not parts:
        raise SystemExit(f"There is no topic {topic}, or this user may not read it: ask the network.")
    consumer.assign([TopicPartition(topic, part) for part in parts])
    for place in consumer.assignment():
        consumer.seek(place, places.get(place.partition, 0))
    for message in consumer:
        attributes = {name.removeprefix("ce_"): value.decode() for name, value in message.headers}
        with kept:  # the event and the place after it, both or neither: a restart loses nothing
            is_new = "position" in attributes and keep(kept, attributes, message.value.decode())  # a trial has none
            kept.execute("INSERT OR REPLACE INTO place VALUES (?, ?)", (message.partition, message.offset + 1))
        print("new" if is_new else "again", attributes.get("position", "trial"), attributes["type"], flush=True)
        for log, position in kept.execute("SELECT log, position FROM missing"):
            print("missing", f"{log}:{position}", flush=True)  # ask the network to send it again, or read GET /events


def keep(kept: sqlite3.Connection, event: dict[str, str], data: str) -> bool:
    """Whether it was new: what comes twice has the same id."""
    place, before = (event["logid"], event["position"]), (event["logid"], event.get("previous"))
    row = (event["id"], *place, event["type"], data)
    if kept.execute("INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?)", row).rowcount == 0:
        return False
    kept.execute("DELETE FROM missing WHERE log = ? AND position = ?", place)
    if before[1] is not None and kept.execute(IS_KNOWN, before).fetchone() is None:
        kept.execute("INSERT OR IGNORE INTO missing VALUES (?, ?)", before)
    return True


def settings() -> dict[str, object]:
    """No offsets are committed: they are kept beside the events. Without a user nobody is asked who they are."""
    found = {"enable_auto_commit": False, "auto_offset_reset": "earliest"}
    if "KAFKA_USER" in os.environ:
        found |= {"security_protocol": os.environ.get("KAFKA_PROTOCOL", "SASL_SSL")}
        found |= {"sasl_mechanism": os.environ.get("KAFKA_MECHANISM", "SCRAM-SHA-256")}
        found |= {"sasl_plain_username": os.environ["KAFKA_USER"], "sasl_plain_password": os.environ["KAFKA_PASSWORD"]}
    return found


if __name__ == "__main__":
    main()
