"""A database of its own for one benchmark: migrated, with a network, its people, and episodes of a given length."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg

from api.orders import read_order
from deploy.database.cluster import SUPERUSER
from deploy.database.embedded import EmbeddedPostgres, start
from deploy.database.migrate import migrate
from deploy.database.roles import DATABASE
from deploy.demo.cast import LINDQVIST, NETWORK_ID
from deploy.demo.seed import seed
from deploy.process.garbage import collect_all_seldom
from deploy.process.threads import take_short_turns
from deploy.settings import Settings
from deploy.wiring import Wiring, wired
from domain.decision import decision_of
from domain.derived import derived_id
from domain.episode.episode import EPISODE
from domain.episode.outcome.record_outcome import RecordOutcome, record_outcome
from domain.episode.referral.refer import refer
from domain.patient.patient import PATIENT
from domain.patient.register_patient import register_patient
from domain.stream import Stream
from store.command import Command, Receipt

REFERENCE = """
    CREATE SCHEMA bench;
    CREATE TABLE bench.reference (LIKE events INCLUDING ALL);
    GRANT USAGE ON SCHEMA bench TO throughline_app;
    GRANT SELECT, INSERT ON bench.reference TO throughline_app;
"""
AS_LARGE = """
    TRUNCATE bench.reference;
    INSERT INTO bench.reference SELECT * FROM events;
    SELECT setval(pg_get_serial_sequence('bench.reference', 'position'), max(position)) FROM bench.reference;
"""
THERAPIST = LINDQVIST.actor
RECORD_OUTCOME = decision_of(record_outcome)
INSERT = """
    INSERT INTO bench.reference (
        stream_type, stream_id, version, network_id, event_id, topic, schema_version, payload, occurred_at,
        occurred_zone, actor_id, actor_role, command_id, ordinal, correlation_id, causation_id, protocol_version,
        sensitivity, facts)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


class House(NamedTuple):
    """The data folder and its server; other processes join it by the folder."""

    data: Path
    server: EmbeddedPostgres

    @property
    def superuser_url(self) -> str:
        return self.server.cluster.url(SUPERUSER, DATABASE)


@contextmanager
def house(*, seeded: bool = True) -> Iterator[House]:
    """A fresh one, gone afterwards. With `seeded` it holds the demonstration: the network, its people, 60 courses.

    What is measured in this process, references too, runs as in those that people start.
    """
    take_short_turns()
    collect_all_seldom()
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
        data = Path(folder) / "data"
        with start(data) as server:
            migrate(server.owner_url)
            built = House(data, server)
            with psycopg.connect(built.superuser_url, autocommit=True) as connection:
                connection.execute(REFERENCE)
            if seeded:
                with wiring_of(data) as wiring:
                    seed(wiring, datetime.now(UTC))
            yield built


def make_reference_as_large(superuser_url: str) -> None:
    """Give the reference the rows that the log has now: what an index of random ids costs depends on its size."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(AS_LARGE)
        connection.execute("VACUUM ANALYZE bench.reference")


@contextmanager
def wiring_of(data: Path) -> Iterator[Wiring]:
    """The parts over that data, in a process whose threads and garbage are those of `serve`; references too."""
    take_short_turns()
    collect_all_seldom()
    with wired(Settings(data=data, demo=True), name="bench") as wiring:
        yield wiring


def decide(wiring: Wiring, stream: Stream[Any], stream_id: UUID, decision: Any, body: dict[str, Any]) -> Receipt:
    """One decision by the therapist, under a fresh key."""
    command_id = uuid4()
    order = read_order(decision_of(decision).order, body, command_id)
    command = Command(command_id, THERAPIST, sha256(command_id.bytes).digest(), command_id)
    return wiring.care.decide(stream, stream_id, decision, order, command=command)


def open_episode(wiring: Wiring, name: str) -> UUID:
    """A patient, registered and referred."""
    patient_id, episode_id = derived_id("bench", name), uuid4()
    who = {"reference": f"BN-{patient_id.hex[:10].upper()}", "name": name, "birth_date": "1984-03-11"}
    decide(wiring, PATIENT, patient_id, register_patient, who)
    decide(wiring, EPISODE, episode_id, refer, {"patient_id": patient_id, "reason": "benchmark"})
    return episode_id


def score(wiring: Wiring, episode_id: UUID) -> Receipt:
    """Record a PHQ-9 of nine answers: what the benchmarks decide over and over."""
    command_id = uuid4()
    order = RecordOutcome(outcome_id=uuid4(), **outcome_body())
    command = Command(command_id, THERAPIST, sha256(command_id.bytes).digest(), command_id)
    return wiring.care.decide(EPISODE, episode_id, RECORD_OUTCOME, order, command=command)


def outcome_body() -> dict[str, Any]:
    taken_at = datetime.now(UTC) - timedelta(minutes=3)
    return {"instrument": "phq-9", "taken_at": taken_at, "answers": [1, 1, 1, 2, 1, 0, 1, 1, 0]}


def one_long_episode(wiring: Wiring, events: int) -> UUID:
    """An episode with so many events, nearly all of them outcomes."""
    episode_id = open_episode(wiring, f"bench {uuid4().hex[:8]}")
    while wiring.care.state(EPISODE, episode_id, network_id=NETWORK_ID)[1] < events:
        score(wiring, episode_id)
    return episode_id


def reference_values(payload: bytes) -> list[Any]:
    """The values of one row as the reference inserts it: as many bytes, ids and indexes as an event of ours."""
    now, command_id = datetime.now(UTC), uuid4()
    return [
        "episode", uuid4(), 1, NETWORK_ID, uuid4(), "OutcomeRecorded", 1, payload, now, "UTC", THERAPIST.actor_id,
        "therapist", command_id, 0, command_id, None, None, "standard", '[["network","0",1]]',
    ]  # fmt: skip


PAYLOAD = b'{"outcome_id":"00000000-0000-0000-0000-000000000000","instrument":"phq-9","instrument_version":"1",' + (
    b'"taken_at":"2026-03-12T16:42:00Z","answers":[1,1,1,2,1,0,1,1,0],"total":8,"band":"mild",'
    b'"has_safety_item":true,"safety_answer":0,"safety_item_is_positive":false,"imported":null}'
)
