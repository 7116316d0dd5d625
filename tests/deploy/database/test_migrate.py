"""Migrations are applied once, in order, whoever starts first."""

import subprocess
import sys
from uuid import uuid4

import psycopg
import pytest

from deploy.database.migrate import MigrationsDoNotFit, ServerDoesNotFit, migrate, migrations, pending
from deploy.database.roles import prepare_database
from tests.postgres import Database, on_both_servers

RUN = "import sys; from deploy.database.migrate import migrate; print(*migrate(sys.argv[1]), sep='\\n')"


def test_numbers_are_unique_and_in_order() -> None:
    numbers = [migration.number for migration in migrations()]
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 1


@on_both_servers
def test_several_processes_at_once_apply_each_migration_once(database: Database) -> None:
    name = f"empty_{uuid4().hex}"
    superuser = database.superuser_url.replace(database.name, name)
    owner = database.owner_url.replace(database.name, name)
    prepare_database(database.superuser_url, name)
    try:
        running = [
            subprocess.Popen([sys.executable, "-c", RUN, owner], stdout=subprocess.PIPE, text=True) for _ in range(4)
        ]
        applied = [line for process in running for line in process.communicate()[0].split()]
        assert [process.returncode for process in running] == [0] * 4
        assert applied == [migration.name for migration in migrations()]
        with psycopg.connect(superuser) as connection:
            assert pending(connection) == []
    finally:
        with psycopg.connect(database.superuser_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_an_edited_or_unknown_migration_stops_everything(database: Database) -> None:
    assert migrate(database.owner_url) == []
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute("UPDATE schema_migrations SET sha256 = 'x' WHERE number = 2")
    with pytest.raises(MigrationsDoNotFit, match="0002_append"):
        migrate(database.owner_url)


def test_a_server_without_the_roles_is_told_how_to_make_them(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.database.migrate.ROLES", ("throughline_app", "throughline_nobody"))
    with pytest.raises(ServerDoesNotFit, match="CREATE ROLE throughline_nobody LOGIN;"):
        migrate(database.owner_url)
