"""Writers for the reader's tests: processes that append batches as fast as they can, some of which roll back.

Run as a program: `python -m tests.store.writers CONNINFO NETWORK THREADS EVENTS SEED`.
"""

import random
import sys
import threading
import time
from collections.abc import Sequence
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent

from store.append import Append
from store.datastore import Datastore
from store.recorder import APPEND, CareRecorder

SMALLEST, LARGEST = 1, 400


def batch(stream_id: UUID, version: int, size: int) -> list[StoredEvent]:
    """Events that follow a version of a stream."""
    return [
        StoredEvent(originator_id=stream_id, originator_version=version + n, topic="Tick", state=b"{}")
        for n in range(1, size + 1)
    ]


def write(recorder: CareRecorder, events: int, seed: int) -> None:
    """Append so many events in batches of 1 to 400, mostly small, and burn positions by conflicts in between."""
    dice = random.Random(seed)
    stream_id, version = uuid4(), 0
    while version < events:
        size = min(events - version, dice.choice([SMALLEST, 2, 5, 20, dice.randint(SMALLEST, LARGEST)]))
        recorder.insert_events(batch(stream_id, version, size))
        version += size
        if dice.random() < 0.1:
            try:
                recorder.insert_events(batch(stream_id, version - 1, 3))  # that version is taken: positions are burned
            except IntegrityError:
                continue
            raise AssertionError("a version was written twice")


def main(arguments: Sequence[str]) -> None:
    conninfo, network_id, threads, events, seed = arguments
    datastore = Datastore(conninfo, max_size=int(threads))
    recorder = CareRecorder(datastore, network_id=UUID(network_id))
    share = int(events) // int(threads)
    running = [threading.Thread(target=write, args=(recorder, share, int(seed) * 100 + n)) for n in range(int(threads))]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    datastore.close()


def open_append(conninfo: str, network_id: UUID) -> psycopg.Connection:
    """A connection that has appended one event and not committed, as a stopped writer leaves it."""
    connection = psycopg.connect(Datastore(conninfo).conninfo)
    connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # however long a test takes with it
    events = batch(uuid4(), 0, 1)
    APPEND.call(connection, Append.of_bare(events, network_id).parameters(events))
    return connection


def append_and_wait(conninfo: str, network_id: UUID) -> None:
    """Append, say so, and never commit."""
    with open_append(conninfo, network_id) as connection:
        connection.execute("SET LOCAL idle_in_transaction_session_timeout TO DEFAULT")
        sys.stdout.write("appended\n")
        sys.stdout.flush()
        time.sleep(60)


if __name__ == "__main__":
    if sys.argv[1] == "stop":
        append_and_wait(sys.argv[2], UUID(sys.argv[3]))
    else:
        main(sys.argv[1:])
