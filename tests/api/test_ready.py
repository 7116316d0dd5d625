"""Readiness names the part that is not well."""

from dataclasses import replace

import psycopg
from fastapi.testclient import TestClient

from api.app import create_app
from tests.api.clinic import Clinic
from tests.postgres import Database


def parts(clinic: Clinic) -> tuple[int, dict[str, str]]:
    answer = TestClient(clinic.app).get("/ready")
    return answer.status_code, answer.json()["parts"]


def test_everything_is_well_once_the_read_models_have_caught_up(clinic: Clinic) -> None:
    clinic.catch_up()
    assert parts(clinic) == (200, dict.fromkeys(("database", "migrations", "read models", "workers"), "well"))


def test_a_worker_that_is_not_heard_from_is_named(clinic: Clinic, database: Database) -> None:
    clinic.catch_up()
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        connection.execute(
            "UPDATE read_models.checkpoint SET heartbeat_at = clock_timestamp() - interval '1 minute'"
            " WHERE read_model = 'caseload'"
        )
    status, found = parts(clinic)
    assert status == 503
    assert found["workers"] == "nobody has kept caseload up for 10 s"
    assert found["database"] == "well"


def test_a_read_model_far_behind_is_named(clinic: Clinic, database: Database) -> None:
    clinic.catch_up()
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        connection.execute("UPDATE read_models.checkpoint SET head = head + 9000 WHERE read_model = 'timeline'")
    status, found = parts(clinic)
    assert status == 503
    assert "events behind" in found["read models"]


def test_a_missing_migration_is_named(clinic: Clinic) -> None:
    clinic.catch_up()
    edge = replace(clinic.edge, missing_migrations=lambda connection: ["0999_later.sql"])
    answer = TestClient(create_app(edge)).get("/ready")
    assert answer.status_code == 503
    assert answer.json()["parts"]["migrations"] == "not applied: 0999_later.sql"
