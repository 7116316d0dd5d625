"""Readiness names the part that is not well."""

from dataclasses import replace

import psycopg
from fastapi.testclient import TestClient

from api.app import create_app
from domain.policies import POLICIES
from store.feed import log_id_of
from store.publishing import TOPIC_IS_MISSING, Parked, begin_place, note_failure, park
from tests.api.clinic import Clinic
from tests.postgres import Database


def parts(clinic: Clinic) -> tuple[int, dict[str, str]]:
    answer = TestClient(clinic.app).get("/ready")
    return answer.status_code, answer.json()["parts"]


def test_everything_is_well_once_read_models_and_policies_have_caught_up(clinic: Clinic) -> None:
    clinic.react()
    named = ("database", "migrations", "read models", "policies", "workers")
    assert parts(clinic) == (200, dict.fromkeys(named, "well"))


def test_a_policy_that_nobody_carries_out_is_named(clinic: Clinic, database: Database) -> None:
    clinic.catch_up()
    status, found = parts(clinic)
    assert status == 503
    assert found["workers"] == "; ".join(f"nobody has begun {policy.name}" for policy in POLICIES)
    clinic.react()
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        connection.execute(
            "UPDATE read_models.checkpoint SET position = 0, head = 9000 WHERE read_model = %s", [POLICIES[0].name]
        )
    assert "events behind" in parts(clinic)[1]["policies"]


def test_a_worker_that_is_not_heard_from_is_named(clinic: Clinic, database: Database) -> None:
    clinic.react()
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
    clinic.react()
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        connection.execute("UPDATE read_models.checkpoint SET head = head + 9000 WHERE read_model = 'timeline'")
    status, found = parts(clinic)
    assert status == 503
    assert "events behind" in found["read models"]


def test_a_missing_migration_is_named(clinic: Clinic) -> None:
    clinic.react()
    edge = replace(clinic.edge, missing_migrations=lambda connection: ["0999_later.sql"])
    answer = TestClient(create_app(edge)).get("/ready")
    assert answer.status_code == 503
    assert answer.json()["parts"]["migrations"] == "not applied: 0999_later.sql"


def test_a_kafka_topic_that_stands_still_is_named_and_care_goes_on(clinic: Clinic, database: Database) -> None:
    clinic.react()
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        begin_place(connection, "t.events", subscriber_id=None, position=0, log_id=log_id_of(connection))
        assert parts(clinic)[1]["kafka"] == "well"
        note_failure(connection, ["t.events"], "KafkaTimeoutError")
        assert parts(clinic)[1]["kafka"] == "t.events fails: KafkaTimeoutError"
        note_failure(connection, ["t.events"], TOPIC_IS_MISSING)
        assert "`throughline topics apply` makes it" in parts(clinic)[1]["kafka"]
        park(connection, "t.events", Parked.TOPIC_WAS_MADE_ANEW)
        status, found = parts(clinic)
    assert (status, found["kafka"].partition(";")[0]) == (200, "t.events is parked: topic_was_made_anew")
    assert "read models that are filled from it (`work project --from kafka`) stand still until" in found["kafka"]
    assert "`throughline work publish --from LOG_ID:0`" in found["kafka"]
