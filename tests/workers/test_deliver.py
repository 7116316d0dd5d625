"""The process that delivers: killed at any moment it loses nothing and repeats only under the same id; nobody waits."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from store.datastore import Datastore
from tests.postgres import Database
from tests.store.house import House
from tests.waiting import PATIENCE_SECONDS, eventually
from tests.workers.webhook.hooked import Hooked, agreeing, by_stream, hooked
from tests.workers.webhook.receiver import Received, Receiver, Reply, receiver
from workers.deliver import Deliverer, Lines
from workers.supervisor import Supervisor
from workers.webhook.line import Line
from workers.webhook.means import Means

forked = multiprocessing.get_context("fork")
POLL_SECONDS = 0.05


@pytest.fixture
def one(database: Database) -> Iterator[Hooked]:
    with hooked(database) as made:
        yield made


def deliverer(database: Database, means: Means) -> Deliverer:
    return Deliverer(database.work_url, means, wait=lambda _: time.sleep(POLL_SECONDS))


@contextmanager
def delivering(database: Database, one: Hooked) -> Iterator[Supervisor]:
    supervisor = Supervisor({"deliver": deliverer(database, one.means).run})
    supervisor.start()
    try:
        yield supervisor
    finally:
        assert supervisor.stop(PATIENCE_SECONDS)


def another(one: Hooked) -> Hooked:
    """A second subscriber of the same network."""
    other = Hooked(one.home, one.work)
    other.clock, other.means = one.clock, one.means
    other.grant(with_history=True)
    return other


def test_a_receiver_that_hangs_delays_no_other(database: Database, one: Hooked) -> None:
    other, released = another(one), threading.Event()

    def hang(_: Received) -> Reply:
        return Reply(write=lambda _: waited(released))

    with receiver(agreeing(one, hang)) as slow, receiver(agreeing(other)) as quick:
        one.set_webhook(slow.url)
        other.set_webhook(quick.url)
        with delivering(database, one) as supervisor:
            eventually(slow.events)  # it hangs now, on every lane it has
            episodes = [one.episode() for _ in range(5)]
            eventually(lambda: all(len(by_stream(quick).get(f"episode/{e}", [])) == 2 for e in episodes))
            assert not released.is_set()
            released.set()
        assert supervisor.states["deliver"].failure is None


def waited(released: threading.Event) -> None:
    released.wait(60)


def test_a_receiver_that_hangs_does_not_keep_the_process_from_ending(database: Database, one: Hooked) -> None:
    released = threading.Event()
    with receiver(agreeing(one, lambda _: Reply(write=lambda _: waited(released)))) as there:
        one.set_webhook(there.url)
        with delivering(database, one):  # which asks for an end within ten seconds
            eventually(there.events)
        released.set()
    begun = [delivery for delivery in one.deliveries() if delivery.kind == "event" and delivery.attempts]
    assert begun
    assert not [delivery for delivery in begun if delivery.settled_at], "what was broken off is tried again"


def test_what_is_set_and_appended_while_it_runs_is_delivered(database: Database, one: Hooked) -> None:
    with receiver(agreeing(one)) as there, delivering(database, one):
        one.set_webhook(there.url)
        eventually(lambda: one.is_confirmed)
        episode_id = one.episode()
        eventually(lambda: len(by_stream(there).get(f"episode/{episode_id}", [])) == 2)


def test_a_line_that_met_an_error_goes_on_after_a_rest(
    database: Database, one: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors, round_of = [OSError("of ours"), OSError("and again")], Line.round

    def stumble(line: Line) -> bool:
        if errors:
            raise errors.pop()
        return round_of(line)

    monkeypatch.setattr("workers.deliver.REST_SECONDS", 0.01)
    monkeypatch.setattr(Line, "round", stumble)
    with receiver(agreeing(one)) as there, delivering(database, one):
        one.set_webhook(there.url)
        eventually(lambda: one.is_confirmed)
        episode_id = one.episode()
        eventually(lambda: len(by_stream(there).get(f"episode/{episode_id}", [])) == 2)
        assert not errors


class Sleeper:
    """Stands in for a running line and notes whether it was woken."""

    def __init__(self, network_id: UUID) -> None:
        self.subscriber_id, self.network_id, self.was_woken = uuid4(), network_id, False

    def wake(self) -> None:
        self.was_woken = True


def test_an_append_wakes_the_lines_of_its_network_alone(one: Hooked) -> None:
    lines, ours, others = Lines(one.means), Sleeper(one.home.network_id), Sleeper(uuid4())
    due = Sleeper(uuid4())
    lines._running = {uuid4(): line for line in (ours, others, due)}  # type: ignore[misc]
    lines.wake(set())
    assert ours.was_woken
    assert others.was_woken, "the first round is of all"
    for sleeper in (ours, others, due):
        sleeper.was_woken = False
    one.episode()
    lines.wake({due.subscriber_id})
    assert [sleeper.was_woken for sleeper in (ours, others, due)] == [True, False, True]
    lines._running = {}
    lines.stop()


def more_than(before: int, there: Receiver) -> bool:
    return len(there.received) > before


def deliver_until_killed(database: Database, keys: Path, one: Hooked) -> None:
    """A process of its own, which remembers nothing."""
    other = House(database.app_url, keys)
    means = one.means._replace(datastore=Datastore(database.work_url), care=other.care, kek=other.kek)
    deliverer(database, means).run(threading.Event())


@pytest.mark.faults
def test_a_killed_worker_loses_nothing_and_repeats_only_under_the_same_id(
    database: Database, one: Hooked, crash_rounds: int
) -> None:
    chance, left = random.Random(11), []
    with (
        receiver(agreeing(one)) as there,
        psycopg.connect(database.work_url, autocommit=True) as connection,
    ):
        one.set_webhook(there.url)
        one.confirm_and_go()
        for _ in range(crash_rounds):
            for _ in range(3):
                one.episode()
            count = len(there.received)
            connection.execute("UPDATE read_models.checkpoint SET leased_until = '-infinity'")
            process = forked.Process(target=deliver_until_killed, args=(database, one.home.kek.path, one))
            process.start()
            eventually(partial(more_than, count, there))
            time.sleep(chance.uniform(0, 0.03))
            os.kill(process.pid or 0, signal.SIGKILL)
            process.join()
            eventually(lambda: not there.open)  # what was sent before the kill has come
            left.append(sum(delivery.settled_at is None for delivery in one.deliveries()))
        one.go(rounds=50)
    assert any(left), "every kill came after all was done, which tells nothing"
    stored = one.home.query("SELECT event_id::text FROM events WHERE stream_type <> 'subscriber'")
    arrived = Counter(event["id"] for event in there.events())
    assert set(arrived) == {event_id for (event_id,) in stored}
    assert all(positions == sorted(positions) for positions in by_stream(there).values())
    assert sum(arrived.values()) - len(arrived) <= 4 * crash_rounds  # what was under way, on each lane
    assert {delivery.result for delivery in one.deliveries()} == {"delivered"}
