"""Starting is refused on a database that may forget, or with a role that may alter or see too much."""

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from deploy.database.migrate import MigrationsDoNotFit
from deploy.database.startup_checks import (
    DurabilityIsOff,
    LogCanBeAltered,
    MigrationsAreMissing,
    RoleIsTooPowerful,
    WallIsOpen,
    refuse_unsafe,
)
from tests.postgres import Database, on_both_servers


def change(database: Database, *statements: str) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@on_both_servers
def test_the_roles_as_they_are_made_may_start(database: Database) -> None:
    refuse_unsafe([database.app_url, database.work_url])


@on_both_servers
def test_the_owner_and_a_superuser_may_not_serve(database: Database) -> None:
    for url in (database.owner_url, database.superuser_url):
        with pytest.raises(RoleIsTooPowerful):
            refuse_unsafe([database.app_url, url])


def test_a_server_that_may_forget_is_refused(database: Database) -> None:
    forgetful = make_conninfo(database.app_url, options="-c synchronous_commit=off")
    with pytest.raises(DurabilityIsOff, match="synchronous_commit"):
        refuse_unsafe([forgetful])
    refuse_unsafe([forgetful], unsafe_durability=True)


@pytest.mark.parametrize(
    "grant",
    [
        "GRANT UPDATE ON events TO throughline_app",
        "GRANT UPDATE (payload) ON events TO throughline_app",
        "GRANT DELETE ON access_log TO throughline_app",
        "GRANT UPDATE ON disclosure_arrival TO throughline_app",
        "GRANT TRUNCATE ON events TO PUBLIC",
    ],
)
def test_a_log_that_can_be_altered_is_refused(database: Database, grant: str) -> None:
    change(database, grant)
    with pytest.raises(LogCanBeAltered):
        refuse_unsafe([database.app_url])


def test_a_table_without_its_wall_is_refused(database: Database) -> None:
    change(database, "ALTER TABLE events NO FORCE ROW LEVEL SECURITY")
    with pytest.raises(WallIsOpen, match="events"):
        refuse_unsafe([database.app_url])


def test_a_read_model_without_its_wall_is_refused(database: Database) -> None:
    change(database, "CREATE TABLE read_models.caseload_bare (network_id uuid)")
    refuse_unsafe([database.app_url, database.work_url])  # as while it is filled
    change(database, "GRANT SELECT ON read_models.caseload_bare TO throughline_app")
    with pytest.raises(WallIsOpen, match="caseload_bare"):
        refuse_unsafe([database.app_url])


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("DELETE FROM schema_migrations WHERE number = 4", MigrationsAreMissing),
        (
            "INSERT INTO schema_migrations (number, name, sha256) VALUES (9999, '9999_later.sql', 'x')",
            MigrationsDoNotFit,
        ),
        ("UPDATE schema_migrations SET sha256 = 'edited' WHERE number = 1", MigrationsDoNotFit),
    ],
)
def test_an_unknown_state_of_the_schema_is_refused(
    database: Database, statement: str, refusal: type[Exception]
) -> None:
    change(database, statement)
    with pytest.raises(refusal):
        refuse_unsafe([database.app_url])
