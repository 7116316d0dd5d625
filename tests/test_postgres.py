"""The tests' own databases are fresh, separate and the same on both servers."""

import psycopg
import pytest

from tests.postgres import Database, Server, on_both_servers


@on_both_servers
def test_each_database_is_fresh_and_owned_by_the_owner(server: Server) -> None:
    with server.fresh_database() as one, server.fresh_database() as other:
        with psycopg.connect(one.owner_url) as connection:
            connection.execute("CREATE TABLE only_here (id int)")
        with psycopg.connect(other.owner_url) as connection:
            assert connection.execute("SELECT to_regclass('only_here')").fetchone() == (None,)


@on_both_servers
def test_all_three_roles_enter(database: Database) -> None:
    for url, role in [(database.owner_url, "owner"), (database.app_url, "app"), (database.work_url, "work")]:
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (f"throughline_{role}",)


@on_both_servers
def test_the_server_is_one_we_support(database: Database, server_kind: str) -> None:
    with psycopg.connect(database.app_url) as connection:
        version = connection.info.server_version // 10000
    assert version == 18 if server_kind == "embedded" else version >= 15


def test_the_database_is_gone_after_its_test(server: Server) -> None:
    with server.fresh_database() as database:
        pass
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(database.app_url)
