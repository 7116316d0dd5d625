"""What each database role may do, asked through the connections that the application itself uses."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.actor import Role
from store.access_log import Read, log_reading
from store.datastore import Datastore
from store.errors import ReadingCouldNotBeLogged
from tests.postgres import Database, on_both_servers
from tests.store.house import House, house

FOR_EVER = ("events", "access_log", "commands", "patient_episode", "log_identity", "disclosure", "disclosure_arrival")
"""What nobody alters: the log of events, the log of readings, the keys, the name of this history."""


@pytest.fixture
def both(database: Database) -> Iterator[tuple[House, House]]:
    """Two networks in one database."""
    with house(database.app_url) as ours, house(database.app_url) as theirs:
        yield ours, theirs


@on_both_servers
@pytest.mark.parametrize("role", ["app", "work"])
def test_no_role_alters_what_is_kept_for_ever(database: Database, role: str) -> None:
    with house(database.app_url if role == "app" else database.work_url) as home:
        for table in FOR_EVER:
            column = "log_id" if table == "log_identity" else "network_id"
            for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                with (
                    pytest.raises(psycopg.errors.InsufficientPrivilege),
                    home.datastore.in_network(home.network_id, read_only=False) as connection,
                ):
                    connection.execute(statement.encode())


@on_both_servers
def test_without_a_network_in_force_there_are_no_rows(database: Database) -> None:
    with house(database.app_url) as home, home.datastore.get_connection() as connection:
        home.register()
        walled = connection.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity "
            " AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        assert {"events", "commands", "data_keys", "access_log", "care_team_member"} <= {name for (name,) in walled}
        for (table,) in walled:
            assert connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() == (0,), table


def test_every_table_that_names_a_network_is_walled(database: Database) -> None:
    with psycopg.connect(database.owner_url) as connection:
        open_tables = connection.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'network_id'"
            " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition"
            " AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
        ).fetchall()
    assert open_tables == [("network_directory",)], "which is read before anybody is signed in"


def test_what_runs_with_its_owners_rights_finds_our_tables_alone_and_is_not_for_everybody(database: Database) -> None:
    with psycopg.connect(database.owner_url) as connection:
        found = connection.execute(
            "SELECT p.proname, p.proconfig, has_function_privilege('throughline_app', p.oid, 'EXECUTE')"
            "  FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace"
            " WHERE p.prosecdef AND n.nspname IN ('public', 'read_models')"
        ).fetchall()
    ours = ["search_path=public, pg_temp"]
    assert sorted(found) == [
        ("append_plainly", ours, True),
        ("destroy_key_of_erased", ours, True),  # of nobody whom no event tells of
        ("hold_wrapped_keys_still", ours, False),
        ("keep_command_partitions", ours, False),
    ]


def test_no_role_may_make_what_would_stand_before_our_tables(database: Database) -> None:
    for url in (database.app_url, database.work_url):
        for statement in ("CREATE TABLE public.events_of_mine ()", "CREATE TEMP TABLE events ()", "CREATE SCHEMA mine"):
            with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


@on_both_servers
def test_two_networks_alternating_on_one_connection_see_their_own_rows(database: Database) -> None:
    with house(database.app_url) as ours, house(database.app_url) as theirs:
        datastore = Datastore(database.app_url, max_size=1)
        ids = {home.network_id: home.admit(Role.THERAPIST).actor_id for home in (ours, theirs)}
        for turn in range(20):
            mine, other = (ours, theirs) if turn % 2 else (theirs, ours)
            with datastore.in_network(mine.network_id) as connection:
                seen = connection.execute("SELECT DISTINCT network_id FROM events").fetchall()
                assert seen == [(mine.network_id,)]
                hidden = connection.execute(
                    "SELECT count(*) FROM events WHERE stream_id = %s", [ids[other.network_id]]
                ).fetchone()
                assert hidden == (0,)
            with datastore.get_connection() as connection:
                assert connection.execute("SELECT count(*) FROM events").fetchone() == (0,)
        datastore.close()


def test_a_network_left_by_an_error_is_not_in_force_for_the_next(both: tuple[House, House], database: Database) -> None:
    ours, _ = both
    datastore = Datastore(database.app_url, max_size=1)
    with pytest.raises(psycopg.errors.DivisionByZero), datastore.in_network(ours.network_id) as connection:
        connection.execute("SELECT 1 / 0")
    with datastore.get_connection() as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (0,)
    datastore.close()


def test_rows_cannot_be_written_into_another_network(both: tuple[House, House]) -> None:
    ours, theirs = both
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        ours.datastore.in_network(ours.network_id, read_only=False) as connection,
    ):
        connection.execute("INSERT INTO reservations VALUES (%s, 'k', 'v', %s)", [theirs.network_id, uuid4()])


def test_workers_read_every_network(both: tuple[House, House], database: Database) -> None:
    with psycopg.connect(database.work_url) as connection:
        seen = connection.execute("SELECT DISTINCT network_id FROM events").fetchall()
    assert {network_id for (network_id,) in seen} == {home.network_id for home in both}


def rows_of(home: House, patient_id: UUID) -> list[tuple[object, ...]]:
    return home.query("SELECT screen, purpose FROM access_log WHERE patient_id = %s", [patient_id])


@on_both_servers
def test_a_screen_leaves_one_row_per_patient_in_the_access_log(database: Database) -> None:
    with house(database.app_url) as home:
        reader, first, second = home.admit(Role.COMPLIANCE), uuid4(), uuid4()
        log_reading(
            home.datastore,
            reader,
            "timeline",
            [Read(first, uuid4()), Read(second)],
            correlation_id=uuid4(),
            purpose="complaint",
        )
        assert rows_of(home, first) == rows_of(home, second) == [("timeline", "complaint")]


def test_a_reading_that_cannot_be_logged_is_said_so(home: House, database: Database) -> None:
    reader = home.admit(Role.THERAPIST)
    with psycopg.connect(database.owner_url) as connection:
        connection.execute("REVOKE INSERT ON access_log FROM throughline_app")
    with pytest.raises(ReadingCouldNotBeLogged):
        log_reading(home.datastore, reader, "timeline", [Read(uuid4())], correlation_id=uuid4())


def test_the_next_reference_is_given_once(home: House) -> None:
    with home.datastore.get_connection() as connection:
        given = [connection.execute("SELECT next_reference(%s)", [home.network_id]).fetchall() for _ in range(3)]
    assert given == [[("KAP-0001",)], [("KAP-0002",)], [("KAP-0003",)]]
