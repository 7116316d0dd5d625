"""Keys of commands are kept by month: room is made ahead, old months are dropped, and a missing month stops nothing."""

import threading
from datetime import UTC, datetime, timedelta

import psycopg

from domain.actor import Role
from tests.postgres import Database, on_both_servers
from tests.store.house import House, house
from tests.waiting import PATIENCE_SECONDS
from workers.tidy import tidy, tidy_once

PARTITIONS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'commands'::regclass ORDER BY 1"


def owner(database: Database, *statements: str) -> list[str]:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
        return [name for (name,) in connection.execute(PARTITIONS)]


@on_both_servers
def test_there_is_room_for_this_month_and_the_next(database: Database) -> None:
    with psycopg.connect(database.work_url) as connection:  # a run of the tests may have begun last month
        ((today,),) = connection.execute("SELECT max(applied_at) FROM schema_migrations").fetchall()
    coming = (today.replace(day=1) + timedelta(days=32)).strftime("commands_%Y_%m")
    assert {today.strftime("commands_%Y_%m"), coming, "commands_otherwise"} <= set(owner(database))


@on_both_servers
def test_months_that_ended_thirty_days_ago_are_dropped(database: Database) -> None:
    before = owner(
        database, "CREATE TABLE commands_2020_01 PARTITION OF commands FOR VALUES FROM ('2020-01-01') TO ('2020-02-01')"
    )
    tidy_once(database.work_url)
    assert set(before) - set(owner(database)) == {"commands_2020_01"}


@on_both_servers
def test_a_missing_month_refuses_no_append(database: Database) -> None:
    with house(database.app_url) as home:
        clinician = home.admit(Role.THERAPIST)
        this_month = datetime.now(UTC).strftime("commands_%Y_%m")
        owner(database, f"DROP TABLE {this_month}")
        assert home.record_licence(clinician.actor_id).version == 2
        tidy_once(database.work_url)
        assert this_month not in owner(database), "the default partition holds keys of that month"
        assert home.record_licence(clinician.actor_id).version == 3


def test_the_worker_ends_when_asked(home: House, database: Database) -> None:
    stopping = threading.Event()
    worker = threading.Thread(target=tidy, args=(database.work_url, stopping))
    worker.start()
    stopping.set()
    worker.join(PATIENCE_SECONDS)
    assert not worker.is_alive()
