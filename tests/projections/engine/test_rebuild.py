"""A rebuild fills beside the live tables, compares at one position, and switches under readers and a runner."""

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from projections.engine.lease import LeaseWasLost, take_lease
from projections.engine.old_versions import drop_unused
from projections.engine.pages import apply_all
from projections.engine.positions import positions
from projections.engine.rebuild import RebuildIsRunning, build_missing, rebuild
from projections.engine.tables_in_database import create_shadow, finish_shadow, switch
from tests.postgres import Database
from tests.projections.conftest import cells_of, live_runner, stored_rows
from tests.projections.folded import folded
from tests.projections.tally import TALLY, Added, Forgotten, Log
from tests.waiting import eventually

MORE = 2_000


def log_of(events: int) -> Log:
    log = Log()
    for number in range(events):
        log.append(number % 50 + 1, Added(amount=Decimal(number), note="a"))
    return log


def test_a_rebuild_finds_and_mends_a_cell_that_differs(work: Connection[Any]) -> None:
    log = log_of(200)
    apply_all(log, [live_runner(work, log, TALLY)])
    work.execute("UPDATE read_models.tally_v1 SET count = count + 1 WHERE stream_id = %s", [log.stored[0].stream_id])
    work.execute(
        "DELETE FROM read_models.tally_v1_line WHERE version = 1 AND stream_id = %s", [log.stored[1].stream_id]
    )
    (found,) = rebuild(work, log, [TALLY], holder="r")
    assert found.differences == 1 + len(TALLY.tables[1].columns)
    assert found.cells_compared == cells_of(TALLY, folded(TALLY, log.history()))
    assert (found.read_model, found.version, found.events) == ("tally", 1, 200)
    assert stored_rows(work, TALLY) == folded(TALLY, log.history())
    (again,) = rebuild(work, log, [TALLY], holder="r")
    assert again.differences == 0


def test_a_rebuild_finds_entries_that_differ_are_missing_or_belong_to_no_row(work: Connection[Any]) -> None:
    log = log_of(200)
    apply_all(log, [live_runner(work, log, TALLY)])
    first, second, third = (log.stored[number].stream_id for number in range(3))
    items = "read_models.tally_v1_items"
    work.execute(f"UPDATE {items} SET item = '\"9999\"' WHERE stream_id = %s AND place = 1", [first])
    work.execute(f"DELETE FROM {items} WHERE stream_id = %s AND kept_as = 'last_three' AND place = 2", [second])
    work.execute("DELETE FROM read_models.tally_v1 WHERE stream_id = %s", [third])
    (found,) = rebuild(work, log, [TALLY], holder="r")
    assert found.differences == 1 + 2 + len(TALLY.tables[0].columns) - 2
    assert stored_rows(work, TALLY) == folded(TALLY, log.history())
    work.execute(f"INSERT INTO {items} SELECT %s, kept_as, 3, network_id, item_id, item FROM {items} LIMIT 1", [first])
    (found,) = rebuild(work, log, [TALLY], holder="r")
    assert found.differences == 2
    (again,) = rebuild(work, log, [TALLY], holder="r")
    assert again.differences == 0


def test_entries_that_come_page_by_page_are_all_there(work: Connection[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.engine.rebuild.REBUILD_PAGE", 7)
    log = Log()
    for number in range(60):
        log.append(number % 3, Forgotten() if number == 40 else Added(amount=Decimal(number), note=str(number % 5)))
    apply_all(log, [live_runner(work, Log(), TALLY)], limit=11)
    (rebuilt,) = rebuild(work, log, [TALLY], holder="r")
    assert rebuilt.differences == 0
    assert stored_rows(work, TALLY) == folded(TALLY, log.history())


def test_a_rebuild_beside_a_running_runner_loses_nothing(database: Database, work: Connection[Any]) -> None:
    log = log_of(500)
    live_runner(work, log, TALLY)
    stop = threading.Event()

    def keep_live() -> None:
        with psycopg.connect(database.work_url, autocommit=True) as connection:
            runner = live_runner(connection, log, TALLY)
            number = 0
            while not stop.is_set() or runner.position < log.head():
                if number < MORE:
                    log.append(number % 50 + 1, Added(amount=Decimal(1), note="b"))
                    number += 1
                try:
                    apply_all(log, [runner])
                except LeaseWasLost:
                    runner = live_runner(connection, log, TALLY)

    live = threading.Thread(target=keep_live)
    live.start()
    try:
        found = [rebuild(work, log, [TALLY], holder="r")[0] for _ in range(3)]
    finally:
        stop.set()
        live.join()
    assert [one.differences for one in found] == [0, 0, 0]
    assert found[0].events < found[-1].events
    assert stored_rows(work, TALLY) == folded(TALLY, log.history())


def test_two_rebuilds_of_one_read_model_do_not_run_at_once(work: Connection[Any]) -> None:
    log = log_of(10)
    live_runner(work, log, TALLY)
    assert take_lease(work, TALLY, "another", is_shadow=True)
    with pytest.raises(RebuildIsRunning):
        rebuild(work, log, [TALLY], holder="r")


def test_whoever_lost_the_lease_of_a_rebuild_switches_nothing(work: Connection[Any]) -> None:
    log = log_of(10)
    apply_all(log, [live_runner(work, log, TALLY)])

    def steal(_: int, __: int) -> None:
        work.execute("UPDATE read_models.checkpoint SET leased_until = '-infinity' WHERE is_shadow")
        assert take_lease(work, TALLY, "another", is_shadow=True)

    with pytest.raises(LeaseWasLost):
        rebuild(work, log, [TALLY], holder="r", progress=steal)
    assert stored_rows(work, TALLY) == folded(TALLY, log.history())


def test_two_processes_that_start_at_once_build_once(database: Database) -> None:
    log = log_of(2_000)
    done: list[int] = []

    def start(holder: str) -> None:
        with psycopg.connect(database.work_url, autocommit=True) as connection:
            done.append(len(build_missing(connection, log, [TALLY], holder=holder)))

    both = [threading.Thread(target=start, args=(holder,)) for holder in ("a", "b")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(done) == [0, 1]
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        assert stored_rows(connection, TALLY) == folded(TALLY, log.history())


def test_a_new_version_fills_beside_the_old_one_which_goes_when_nobody_runs_it(work: Connection[Any]) -> None:
    log = log_of(30)
    apply_all(log, [live_runner(work, log, TALLY)])
    second = replace(TALLY, version=2)
    build_missing(work, log, [second], holder="r")
    assert stored_rows(work, TALLY) == stored_rows(work, second)
    assert drop_unused(work, [second]) == []
    assert drop_unused(work, [second], unused_after=timedelta(0)) == ["tally_v1"]
    left = work.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'read_models' AND tablename LIKE 'tally%'")
    assert sorted(name for (name,) in left) == ["tally_v2", "tally_v2_items", "tally_v2_line"]


def test_tables_made_for_other_rows_are_filled_anew(work: Connection[Any]) -> None:
    """Whoever changes the type of a row and forgets to raise the version gets neither old columns nor old values."""
    log = log_of(30)
    apply_all(log, [live_runner(work, log, TALLY)])
    work.execute("ALTER TABLE read_models.tally_v1 DROP COLUMN count")
    work.execute("COMMENT ON TABLE read_models.tally_v1 IS 'another shape'")
    (built,) = build_missing(work, log, [TALLY], holder="r")
    assert (built.events, built.cells_compared) == (30, 0)
    assert stored_rows(work, TALLY) == folded(TALLY, log.history())
    assert build_missing(work, log, [TALLY], holder="r") == []


def test_the_shape_changes_with_a_row_however_deep(work: Connection[Any]) -> None:
    assert replace(TALLY, tables=TALLY.tables[:1]).shape != TALLY.shape
    assert replace(TALLY, version=2).shape == TALLY.shape


def test_progress_tells_how_far_it_came(work: Connection[Any]) -> None:
    log, told = log_of(20), []
    build_missing(work, log, [TALLY], holder="r", progress=lambda read, position: told.append((read, position)))
    assert told == [(20, log.head())]


def test_positions_tell_how_far_behind_a_read_model_is(work: Connection[Any], database: Database) -> None:
    log = log_of(20)
    (unfilled,) = positions(work, [TALLY])
    assert not unfilled.is_near()
    runner = live_runner(work, log, TALLY)
    log.append(1, Added(amount=Decimal(1)))
    runner.beat(log.head() + 1_000)
    with psycopg.connect(database.app_url, autocommit=True) as app:
        (behind,) = positions(app, [TALLY])
    assert (behind.name, behind.version, behind.position) == ("tally", 1, runner.position)
    assert behind.lag == log.head() + 1_000 - runner.position
    assert not behind.is_near(events=500)
    assert behind.is_near(events=2_000)
    work.execute("UPDATE read_models.checkpoint SET heartbeat_at = heartbeat_at - interval '1 minute'")
    assert not positions(work, [TALLY])[0].is_near(events=2_000)


def test_a_read_model_has_no_secondary_index_missing_after_the_switch(work: Connection[Any]) -> None:
    live_runner(work, log_of(1), TALLY)
    names = work.execute(
        "SELECT indexname FROM pg_indexes WHERE schemaname = 'read_models' AND indexname LIKE 'tally%'"
    )
    assert sorted(name for (name,) in names) == [
        "tally_v1_by_0",
        "tally_v1_items_key",
        "tally_v1_key",
        "tally_v1_line_key",
    ]


def test_a_switch_waits_for_who_gathers_statistics_of_the_new_tables(database: Database, work: Connection[Any]) -> None:
    """As the server does by itself; that waits in turn for whoever has renamed an index of such a table already."""
    log, shadow = log_of(200), "read_models.tally_v1__shadow"
    apply_all(log, [live_runner(work, log, TALLY)])
    create_shadow(work, TALLY)
    finish_shadow(work, TALLY)
    work.execute(f"INSERT INTO {shadow} SELECT * FROM read_models.tally_v1")
    with psycopg.connect(database.work_url) as other:
        other.execute(f"LOCK TABLE {shadow} IN SHARE UPDATE EXCLUSIVE MODE")
        switching = threading.Thread(target=_switch, args=(work,))
        switching.start()
        eventually(lambda: other.execute("SELECT true FROM pg_locks WHERE NOT granted").fetchone())
        other.execute(f"ANALYZE {shadow}")
    switching.join()
    assert work.execute("SELECT to_regclass(%s)", [shadow]).fetchone() == (None,)


def _switch(connection: Connection[Any]) -> None:
    with connection.transaction():
        switch(connection, TALLY)
