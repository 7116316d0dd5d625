"""The worker that carries out policies: each once, whatever is killed, repeated, doubled or fails."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from deploy.read_models import open_log
from domain.episode.episode import EPISODE
from domain.episode.safety.report_adverse_event import (
    AdverseEventReported,
)
from domain.event import Envelope, Recorded
from domain.order import Order
from domain.policies import POLICIES
from domain.policies.policy import Policy
from projections import READ_MODELS
from projections.engine.old_versions import drop_unused
from projections.engine.parking import ask_for_replay, parked_events
from projections.engine.positions import positions
from store.errors import Busy
from tests.postgres import Database
from tests.store.house import House, house
from tests.waiting import eventually
from tests.workers.reacting import POLICY, Course, react, reaction
from workers.react import Reactor, begin, react_to_all
from workers.reaction import command_of
from workers.shift import connect

forked = multiprocessing.get_context("fork")


@pytest.fixture
def home(database: Database) -> Iterator[House]:
    with house(database.app_url) as opened:
        yield opened


def test_a_policy_that_begins_anew_records_nothing_twice(home: House, database: Database) -> None:
    course = Course(home)
    grave = course.report()
    react(home, database)
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        connection.execute("UPDATE read_models.checkpoint SET position = 0")
    react(home, database)
    assert course.carried_over() == [grave]


def test_another_networks_episodes_are_out_of_reach(home: House, database: Database) -> None:
    course = Course(home)
    course.report()
    (reported,) = (
        one
        for one in home.care.history(EPISODE, course.ended, network_id=home.network_id)
        if isinstance(one.event, AdverseEventReported)
    )
    elsewhere = Recorded(reported.event, reported.envelope._replace(network_id=uuid4()))
    reaction(home)(POLICY, elsewhere)
    assert course.carried_over() == []


def broken(stream_id: UUID) -> Policy:
    """The policy with a mistake that shows in one stream only."""

    def order(event: Any, envelope: Envelope) -> Order | None:
        if envelope.stream_id == stream_id:
            raise ZeroDivisionError
        return POLICY.order(event, envelope)

    return replace(POLICY, order=order)


def test_an_event_it_cannot_react_to_waits_aside_with_its_stream_and_the_rest_goes_on(
    home: House, database: Database
) -> None:
    first, second = Course(home), Course(home)
    poison, behind, fine = first.report(), first.report(), second.report()
    react(home, database, broken(first.ended))
    assert (first.carried_over(), second.carried_over()) == ([], [fine])
    with connect(database.work_url) as connection, open_log(database.work_url) as log:
        parked = parked_events(connection)
        assert [(one.read_model, one.stream_id) for one in parked] == [(POLICY.name, first.ended)] * 2
        assert [one.failure and one.failure.split()[0] for one in parked] == ["ZeroDivisionError", None]
        ask_for_replay(connection, read_model=POLICY.name)
        (still,) = [begin(connection, broken(first.ended), "t", react=reaction(home))]
        assert still is not None
        assert still.replay_what_was_asked(log) == 0
        assert [one.attempts for one in parked_events(connection)] == [2, 0]
        ask_for_replay(connection, read_model=POLICY.name)
        mended = begin(connection, POLICY, "t", react=reaction(home))
        assert mended is not None
        assert mended.replay_what_was_asked(log) == 2
        assert parked_events(connection) == []
    assert first.carried_over() == [poison, behind]


def test_what_passes_by_itself_is_not_the_events_fault(home: House, database: Database) -> None:
    course = Course(home)
    grave = course.report()

    def too_busy(policy: Policy, recorded: Recorded) -> None:
        raise Busy

    with connect(database.work_url) as connection, open_log(database.work_url) as log:
        with pytest.raises(Busy):
            react_to_all(connection, log, [POLICY], too_busy)
        assert parked_events(connection) == []
    react(home, database)
    assert course.carried_over() == [grave]


def test_of_two_workers_one_reacts(home: House, database: Database) -> None:
    course = Course(home)
    course.report()
    with connect(database.work_url) as connection, open_log(database.work_url) as log:
        assert begin(connection, POLICY, "the first", react=reaction(home)) is not None
        assert begin(connection, POLICY, "the second", react=reaction(home)) is None
        assert react_to_all(connection, log, [POLICY], reaction(home)) == 0
    assert course.carried_over() == []


def test_a_place_in_the_log_outlives_the_house_keeping_of_read_models(home: House, database: Database) -> None:
    Course(home).report()
    react(home, database)
    with connect(database.work_url) as connection:
        (before,) = positions(connection, [POLICY])
        assert drop_unused(connection, READ_MODELS, unused_after=timedelta(0)) == []
        (after,) = positions(connection, [POLICY])
    assert after.position == before.position > 0


def test_a_command_belongs_to_policy_event_and_episode(home: House) -> None:
    course = Course(home)
    course.report()
    event, envelope = home.care.history(EPISODE, course.ended, network_id=home.network_id)[-2]
    order = POLICY.order(event, envelope)
    assert order is not None
    one = command_of(POLICY, envelope, course.open, order)
    assert one == command_of(POLICY, envelope, course.open, order)
    others = (
        command_of(replace(POLICY, name="another"), envelope, course.open, order),
        command_of(POLICY, envelope._replace(event_id=uuid4()), course.open, order),
        command_of(POLICY, envelope, uuid4(), order),
    )
    assert len({command.command_id for command in (one, *others)}) == 4


def test_a_worker_that_is_asked_to_end_stops_behind_the_event_it_is_at(home: House, database: Database) -> None:
    course, ending = Course(home), threading.Event()
    first, *others = [course.report() for _ in range(3)]
    decide = reaction(home)

    def decide_and_ask_to_end(policy: Policy, recorded: Recorded) -> None:
        decide(policy, recorded)
        ending.set()

    log = partial(open_log, database.work_url)
    Reactor(database.work_url, log, [POLICY], decide_and_ask_to_end).run(ending)
    assert course.carried_over() == [first]
    react(home, database)  # at once: the lease was given back
    assert course.carried_over() == [first, *others]


def react_until_killed(database: Database, keys: Path) -> None:
    """A process of its own, which remembers nothing."""
    other = House(database.app_url, keys)
    Reactor(database.work_url, partial(open_log, database.work_url), POLICIES, reaction(other)).run(threading.Event())


@pytest.mark.faults
def test_a_killed_worker_doubles_nothing_and_loses_nothing(home: House, database: Database, crash_rounds: int) -> None:
    course, chance = Course(home), random.Random(7)
    reported: list[UUID] = []
    places = set()
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        for _ in range(crash_rounds):
            reported += [course.report() for _ in range(8)]
            connection.execute("UPDATE read_models.checkpoint SET leased_until = '-infinity'")
            process = forked.Process(target=react_until_killed, args=(database, home.kek.path))
            process.start()
            eventually(partial(more_than, len(course.carried_over()), course))
            time.sleep(chance.uniform(0, 0.02))
            os.kill(process.pid or 0, signal.SIGKILL)
            process.join()
            carried = course.carried_over()
            assert carried == reported[: len(carried)]
            places.add(len(carried) - len(reported))
        connection.execute("UPDATE read_models.checkpoint SET leased_until = '-infinity'")
    react(home, database)
    assert course.carried_over() == reported
    assert min(places) < 0, "every kill came after all was done, which tells nothing"


def more_than(before: int, course: Course) -> bool:
    return len(course.carried_over()) > before


def test_the_worker_reacts_to_what_is_appended_while_it_runs(home: House, database: Database) -> None:
    course, stop = Course(home), threading.Event()
    reactor = Reactor(database.work_url, partial(open_log, database.work_url), POLICIES, reaction(home))
    thread = threading.Thread(target=reactor.run, args=(stop,))
    thread.start()
    try:
        grave = course.report()
        eventually(lambda: course.carried_over() == [grave])
    finally:
        stop.set()
        thread.join()
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        assert begin(connection, POLICY, "next", react=reaction(home)) is not None, "the lease was given back"
