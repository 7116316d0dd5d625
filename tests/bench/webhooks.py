"""Webhooks to a receiver on this machine, against bare posts of the same bytes with as many threads."""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from uuid import UUID, uuid4

import httpx
import orjson
import psycopg

from deploy.demo.cast import NETWORK_ID
from deploy.wiring import Wiring, operator
from domain.actor import Role
from domain.decision import decision_of
from domain.order import Order
from domain.subscriber.grant_disclosure import GrantDisclosure, grant_disclosure
from domain.subscriber.register_subscriber import RegisterSubscriber, register_subscriber
from domain.subscriber.subscriber import SUBSCRIBER, Purpose, Way
from domain.subscriber.webhook.confirm_webhook import ConfirmWebhook, confirm_webhook
from domain.subscriber.webhook.set_webhook import SetWebhook, set_local_webhook
from store.command import Command
from store.feed import log_id_of
from store.reader import Reader
from store.subscribers import subscriber
from store.view import View
from store.webhooks.endpoints import Endpoint, endpoint_of
from tests.bench.house import House, house, wiring_of
from tests.bench.pairs import Row, compare
from workers.webhook.line import LANES, Line
from workers.webhook.means import Means

EVENTS = 400
ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"
BEGIN_ANEW = """
    DELETE FROM webhook_delivery;
    UPDATE webhook_checkpoint SET position = {after}, previous = NULL, grant_id = NULL;
"""


def run() -> Iterator[Row]:
    with receiving() as port, house() as built, wiring_of(built.data) as wiring:
        url = f"http://127.0.0.1:{port}/hook"
        endpoint = subscribed(wiring, url)
        reader = Reader(wiring.every_network)
        bodies, after = last_bodies(wiring, reader, endpoint)
        yield compare(
            f"webhooks of one subscriber, {LANES} at a time, deliveries",
            lambda: ours(built, wiring, reader, endpoint, after),
            lambda: reference(url, bodies),
            target=0.15,
            note="each is looked up, signed, written down before it leaves and settled after; httpx does none of it",
        )


def ours(built: House, wiring: Wiring, reader: Reader, endpoint: Endpoint, after: int) -> float:
    """Deliveries per second from the first event read until all are settled."""
    means = Means(wiring.every_network, wiring.care, wiring.kek, wiring.clock, lambda: 0.0, may_be_local=True)
    with psycopg.connect(built.superuser_url, autocommit=True) as connection:
        connection.execute(BEGIN_ANEW.format(after=after).encode())
        with Line(means, reader, endpoint) as line:
            begun = time.perf_counter()
            while line.round():
                pass
            seconds = time.perf_counter() - begun
        counted = connection.execute("SELECT count(*) FROM webhook_delivery WHERE result = 'delivered'").fetchone()
    if counted != (EVENTS,):
        raise RuntimeError(f"{counted} were delivered, not {EVENTS}")
    return EVENTS / seconds


def reference(url: str, bodies: Sequence[bytes]) -> float:
    """The same bytes, with a client per thread."""
    headers = {"content-type": "application/cloudevents+json"}

    def post(share: Sequence[bytes]) -> None:
        with httpx.Client(headers=headers, trust_env=False) as client:
            for body in share:
                client.post(url, content=body).raise_for_status()

    begun = time.perf_counter()
    with ThreadPoolExecutor(LANES) as threads:
        list(threads.map(post, [bodies[lane::LANES] for lane in range(LANES)]))
    return len(bodies) / (time.perf_counter() - begun)


def subscribed(wiring: Wiring, url: str) -> Endpoint:
    """A subscriber to whom everything is granted and whose receiver counts as confirmed."""
    subscriber_id, endpoint_id = uuid4(), uuid4()
    decide(wiring, subscriber_id, register_subscriber, RegisterSubscriber(
        title="Bench", purpose=Purpose.RESEARCH, way=Way.WEBHOOK))  # fmt: skip
    decide(wiring, subscriber_id, grant_disclosure, GrantDisclosure(grant_id=uuid4(), with_history=True))
    decide(wiring, subscriber_id, set_local_webhook, SetWebhook(url=url, endpoint_id=endpoint_id, secret_id=uuid4()))
    decide(wiring, subscriber_id, confirm_webhook, ConfirmWebhook(endpoint_id=endpoint_id))
    with wiring.every_network.get_connection() as connection:
        connection.execute(
            "INSERT INTO webhook_checkpoint (subscriber_id, network_id, position) VALUES (%s, %s, 0)",
            [subscriber_id, NETWORK_ID],
        )
        found = endpoint_of(connection, subscriber_id)
    if found is None:
        raise RuntimeError("no endpoint was set")
    return found


def decide(wiring: Wiring, subscriber_id: UUID, decide_it: object, order: Order) -> None:
    """By somebody in every role."""
    by = operator(NETWORK_ID)._replace(roles=frozenset({Role.SYSTEM, Role.COMPLIANCE}))
    command_id = uuid4()
    command = Command(command_id, by, command_id.bytes * 2, command_id)
    wiring.care.decide(SUBSCRIBER, subscriber_id, decision_of(decide_it), order, command=command)  # type: ignore[arg-type]


def last_bodies(wiring: Wiring, reader: Reader, endpoint: Endpoint) -> tuple[list[bytes], int]:
    """What is posted for the last events of the view, and the position before them."""
    with wiring.every_network.get_connection() as connection:
        found, log_id = subscriber(connection, endpoint.subscriber_id), log_id_of(connection)
    if found is None:
        raise RuntimeError("no subscriber was registered")
    view, rows, after = View(found, log_id), [], 0
    while page := reader.rows(after, 5_000):
        rows += [row for row in page if view.sees(row)]
        after = page[-1].position
    last = rows[-EVENTS:]
    return [orjson.dumps(view.item(row, row.position - 1)) for row in last], last[0].position - 1


@contextmanager
def receiving() -> Iterator[int]:
    """A receiver in a process of its own that reads a request and says 204."""
    ours_end, theirs_end = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=receive, args=(theirs_end,), daemon=True)
    process.start()
    try:
        yield ours_end.recv()
    finally:
        process.terminate()
        process.join()


def receive(pipe: Pipe) -> None:
    async def serve() -> None:
        server = await asyncio.start_server(_answer, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.partition(b":")[2]))
            writer.write(ANSWER)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
