"""The pool of connections: what was given back last is taken first."""

from collections.abc import Iterator

import pytest

from store.datastore import Datastore
from tests.postgres import Database
from tests.store.house import house


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


def test_an_append_goes_on_after_a_rollback_on_its_connection(database: Database) -> None:
    with house(database.app_url, max_size=1) as home:
        home.register()
        with home.datastore.get_connection() as connection:
            connection.execute("SELECT 1", prepare=True)  # then psycopg forgets everything prepared at a rollback
        with pytest.raises(LookupError), home.datastore.in_network(home.network_id) as connection:
            raise LookupError
        assert home.register()
