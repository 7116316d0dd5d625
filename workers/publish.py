"""The process that publishes the log to Kafka: at least once, each stream in order, nothing left out.

A topic's place in the log moves after the brokers acknowledged everything before it. Whatever fails, the session with
the brokers is closed and a new one begins at the places that are stored: repetitions carry the same id, and there are
no holes. Two relays that believe for a moment that both hold the lease repeat each other; where the last message
counts, the one that was late has it repeated.
"""

import threading
import time
from typing import NamedTuple, TypedDict, Unpack

import structlog

from projections.engine.lease import LeaseWasLost, give_back, take_lease
from workers.kafka.brokers import Brokers, BrokersDoNotAnswer
from workers.kafka.errand import Errands
from workers.kafka.producer import DELIVERY_SECONDS, NotDelivered, Producer
from workers.kafka.publisher import PAGE, ClientIsBehind, Outlets, Publisher
from workers.kafka.topics import Admin
from workers.shift import BEAT_SECONDS, OpenSource, Wait, connect, new_holder

LOOK_SECONDS = 5.0
ASK_SECONDS = 0.5
"""How often a lease that another process holds is asked for."""
REST_SECONDS = 2.0
IDLE_SECONDS = 0.25

log = structlog.get_logger(__name__)


class Publishing(NamedTuple):
    """What the one relay takes the lease of; its place is that of the topic furthest behind."""

    name: str = "publish"
    version: int = 1


class Ending(Exception):
    """The process is to end while the brokers keep it waiting."""


class Pace(TypedDict, total=False):
    """How long the brokers may take to acknowledge before everything is sent again, how often the topics are looked at
    (was one made anew, who was erased, what was asked for), how many events go at a time, and what to wait with."""

    delivery_seconds: float
    look_seconds: float
    page: int
    wait: Wait


class Relay:
    """Publishes while it holds the lease."""

    def __init__(
        self,
        work_url: str,
        open_source: OpenSource,
        brokers: Brokers,
        outlets: Outlets,
        errands: Errands,
        **pace: Unpack[Pace],
    ) -> None:
        self._work_url = work_url
        self._open_source = open_source
        self._brokers = brokers
        self._outlets = outlets
        self._errands = errands
        self._page = pace.get("page", PAGE)
        self._wait = pace.get("wait", time.sleep)
        self._delivery_seconds = pace.get("delivery_seconds", DELIVERY_SECONDS)
        self._look_seconds = pace.get("look_seconds", LOOK_SECONDS)

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. Ends by an error when the database is lost; the supervisor starts it again."""
        holder = new_holder()
        with connect(self._work_url) as connection, self._open_source() as source:
            while not stop.is_set():
                if (taken := take_lease(connection, Publishing(), holder)) is None:
                    stop.wait(ASK_SECONDS)
                    continue
                publisher = Publisher(
                    connection, source, self._outlets, self._errands, *taken,
                    page=self._page, gone_seconds=self._delivery_seconds,
                )  # fmt: skip
                try:
                    self._publish(publisher, stop)
                except LeaseWasLost:
                    publisher.make_good()
                except Ending:
                    continue
                finally:
                    give_back(connection, publisher.lease)

    def _publish(self, publisher: Publisher, stop: threading.Event) -> None:
        while not stop.is_set():
            publisher.beat()
            try:
                with (
                    Admin(self._brokers) as admin,
                    Producer(self._brokers, delivery_seconds=self._delivery_seconds) as producer,
                ):
                    self._one_session(publisher, admin, producer, stop)
            except (NotDelivered, ClientIsBehind):
                continue  # what failed rests; the others go on in a new session
            except BrokersDoNotAnswer as failure:
                log.warning("brokers_do_not_answer", failure=failure.kind)
                publisher.note_silence(failure.kind)
                stop.wait(REST_SECONDS)

    def _one_session(self, publisher: Publisher, admin: Admin, producer: Producer, stop: threading.Event) -> None:
        def while_waiting() -> None:
            if stop.is_set():
                raise Ending
            publisher.beat()

        look_at = beat_at = 0.0
        while not stop.is_set():
            now = time.monotonic()
            if now >= look_at:
                look_at = now + self._look_seconds
                publisher.look(admin)
            if publisher.publish_some(admin, producer, while_waiting):
                continue
            if now >= beat_at:
                beat_at = now + BEAT_SECONDS
                publisher.beat()
            self._wait(IDLE_SECONDS)
