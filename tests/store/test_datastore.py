"""The pool of connections: what was given back last is taken first, and another history is noticed."""

import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import psycopg
import pytest
from eventsourcing.persistence import InterfaceError, OperationalError
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus

import store.datastore
from store.datastore import Datastore
from tests.postgres import Database
from tests.store.house import house
from tests.waiting import PATIENCE_SECONDS, eventually

forked = multiprocessing.get_context("fork")


@pytest.fixture
def datastore(database: Database) -> Iterator[Datastore]:
    opened = Datastore(database.app_url, min_size=3)
    opened.pool.open()
    opened.pool.wait()
    yield opened
    opened.close()


def test_one_thread_meets_one_server_process(datastore: Datastore) -> None:
    met = set()
    for _ in range(6):
        with datastore.get_connection() as connection:
            met.add(connection.info.backend_pid)
    assert len(met) == 1


def test_two_at_once_have_two_connections(datastore: Datastore) -> None:
    with datastore.get_connection() as one, datastore.get_connection() as other:
        assert one.info.backend_pid != other.info.backend_pid


def test_one_who_waits_is_given_the_next_connection(database: Database) -> None:
    with closing(Datastore(database.app_url, max_size=1)) as datastore, ThreadPoolExecutor(8) as people:

        def work(_: int) -> int:
            with datastore.get_connection() as connection:
                return connection.info.backend_pid

        assert len(set(people.map(work, range(80)))) == 1


def test_a_connection_left_in_a_transaction_or_broken_is_not_given_to_the_next(database: Database) -> None:
    with closing(Datastore(database.app_url, max_size=1)) as datastore:
        with datastore.get_connection() as connection:
            connection.execute("BEGIN")
        with datastore.get_connection() as connection:
            assert connection.info.transaction_status == TransactionStatus.IDLE
            lost = connection.info.backend_pid
            connection.close()
        with datastore.get_connection() as connection:
            assert connection.info.backend_pid != lost


def test_connections_that_ended_at_rest_are_handed_to_nobody(database: Database, datastore: Datastore) -> None:
    before = pids_of(datastore, 3)
    end(database, before)
    with ExitStack() as held:
        lent = [held.enter_context(datastore.get_connection()) for _ in range(3)]
        assert not {one.execute("SELECT pg_backend_pid()").fetchall()[0][0] for one in lent} & set(before)


def test_a_screen_is_read_on_after_the_server_processes_ended(database: Database) -> None:
    with house(database.app_url, max_size=2) as home:
        home.register()
        end(database, pids_of(home.datastore, 2))
        with home.datastore.in_network(home.network_id) as connection:
            assert connection.execute("SELECT count(*) FROM events").fetchone()
        end(database, pids_of(home.datastore, 2))
        assert home.register()


def test_a_connection_that_heard_something_else_at_rest_is_used_on(database: Database) -> None:
    with closing(Datastore(database.app_url, max_size=1)) as datastore:
        with datastore.get_connection() as connection:
            connection.execute("LISTEN something")
            listening = connection.info.backend_pid
        with psycopg.connect(database.superuser_url, autocommit=True) as elsewhere:
            elsewhere.execute("NOTIFY something")
        assert pids_of(datastore, 1) == [listening]


def test_an_append_goes_on_after_a_rollback_on_its_connection(database: Database) -> None:
    with house(database.app_url, max_size=1) as home:
        home.register()
        with home.datastore.get_connection() as connection:
            connection.execute("SELECT 1", prepare=True)  # then psycopg forgets everything prepared at a rollback
        with pytest.raises(LookupError), home.datastore.in_network(home.network_id) as connection:
            raise LookupError
        assert home.register()


def test_a_pool_that_grows_makes_nobody_forget(database: Database) -> None:
    told: list[None] = []
    with closing(Datastore(database.app_url)) as datastore:
        datastore.on_another_history.append(lambda: told.append(None))
        pids_of(datastore, 3)
        assert len(told) == 1, "where the first connection led to was not known before"


def test_another_database_under_the_same_name_is_noticed(database: Database) -> None:
    told: list[None] = []
    with closing(Datastore(database.app_url)) as datastore:
        datastore.on_another_history.append(lambda: told.append(None))
        before = pids_of(datastore, 1)
        put_another_in_its_place(database)
        assert pids_of(datastore, 1) != before
        assert len(told) == 2


def test_who_waits_while_the_server_takes_nobody_is_served_once_it_does(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long that was: a pool that waits twice as long after each try would come minutes late."""
    monkeypatch.setattr(store.datastore, "TRY_AGAIN_SECONDS", 0.1)
    allow(database, 0)
    with (
        closing(Datastore(database.app_url, timeout=PATIENCE_SECONDS)) as datastore,
        ThreadPoolExecutor(1) as people,
    ):
        asked = people.submit(pids_of, datastore, 1)
        eventually(lambda: datastore.pool.get_stats().get("connections_errors", 0) >= 4)
        assert datastore.is_crowded_out
        allow(database, -1)
        assert asked.result(PATIENCE_SECONDS)
        assert not datastore.is_crowded_out


def test_a_process_that_was_forked_off_talks_on_connections_of_its_own(datastore: Datastore) -> None:
    ours = set(pids_of(datastore, 3))
    hears, tells = forked.Pipe(duplex=False)
    process = forked.Process(target=lambda: tells.send(pids_of(datastore, 3)))
    process.start()
    assert hears.poll(PATIENCE_SECONDS)
    assert not set(hears.recv()) & ours
    process.join(PATIENCE_SECONDS)
    assert process.exitcode == 0
    assert set(pids_of(datastore, 3)) == ours, "the end of the other ended none of ours"


def pids_of(datastore: Datastore, count: int) -> list[int]:
    """The server processes of so many connections at once; one that broke is replaced first."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            with ExitStack() as held:
                lent = [held.enter_context(datastore.get_connection()) for _ in range(count)]
                return [connection.info.backend_pid for connection in lent if connection.execute("SELECT 1")]
        except (InterfaceError, OperationalError):
            continue
    raise TimeoutError


def end(database: Database, pids: list[int]) -> None:
    """End these server processes, as a restart does, and wait until they are gone."""
    with psycopg.connect(database.superuser_url) as connection:
        for pid in pids:
            assert connection.execute("SELECT pg_terminate_backend(%s, 10000)", [pid]).fetchone() == (True,)


def put_another_in_its_place(database: Database) -> None:
    name = sql.Identifier(str(conninfo_to_dict(database.app_url)["dbname"]))
    elsewhere = make_conninfo(database.superuser_url, dbname="postgres")
    with psycopg.connect(elsewhere, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO PUBLIC").format(name))


def allow(database: Database, connections: int) -> None:
    """So many, of those who are not superusers; -1 is any number."""
    name = sql.Identifier(str(conninfo_to_dict(database.app_url)["dbname"]))
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}").format(name, sql.Literal(connections)))
