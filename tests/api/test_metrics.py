"""Figures for a monitor: what is in them, and who may read them."""

from dataclasses import replace

import psycopg
import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from api.figures import Figures
from deploy.metrics.pools import Pools
from deploy.metrics.registry import Metrics
from deploy.metrics.standing import Standing
from deploy.metrics.wired import FOLLOWERS
from domain.policies import POLICIES
from projections import READ_MODELS
from store.datastore import Datastore
from tests.api.clinic import Clinic
from tests.api.course import referred
from tests.postgres import Database

TOKEN = "a token of a monitor"


def figures(clinic: Clinic) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels."""
    families = text_string_to_metric_families(TestClient(clinic.app).get("/metrics").text)
    samples = (sample for family in families for sample in family.samples)
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


def test_commands_are_told_by_decision_and_refusals_by_rule(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    with pytest.raises(AssertionError):
        course.plan()  # nobody has found the patient eligible
    found = figures(clinic)
    assert found["throughline_command_seconds_count", "issue_plan"] == 1
    assert found["throughline_commands_total", "refer", "recorded"] == 1
    assert found["throughline_commands_total", "issue_plan", "refused"] == 1
    assert [value for key, value in found.items() if key[:2] == ("throughline_refusals_total", "issue_plan")] == [1]
    route = "/api/episodes/{episode_id}/issue-plan"
    assert found["throughline_answer_seconds_count", "POST", route, "409"] == 1


def test_every_follower_of_the_log_is_told_with_its_lag(clinic: Clinic, database: Database) -> None:
    clinic.react()
    found = figures(clinic)
    for model in READ_MODELS:
        assert found["throughline_read_model_lag_events", model.name, str(model.version)] == 0
    for policy in POLICIES:
        assert found["throughline_policy_lag_events", policy.name, str(policy.version)] == 0
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        connection.execute("UPDATE read_models.checkpoint SET head = head + 7 WHERE read_model = 'timeline'")
    assert max(value for key, value in figures(clinic).items() if key[0] == "throughline_policy_lag_events") == 7


def test_events_that_wait_aside_are_counted_not_named(clinic: Clinic, database: Database) -> None:
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO read_models.parked_event "
            " (read_model, version, position, stream_id, event_id, stored_as, failure)"
            " VALUES ('caseload', 1, 3, gen_random_uuid(), gen_random_uuid(), 'PlanIssued', 'KeyError in plan.py:3'),"
            "        ('caseload', 1, 4, gen_random_uuid(), gen_random_uuid(), 'PlanIssued', NULL)"
        )
    found = figures(clinic)
    assert found["throughline_parked_events", "caseload", "failed"] == 1
    assert found["throughline_parked_events", "caseload", "behind_a_failed_one"] == 1


def test_an_append_that_does_not_end_is_told(clinic: Clinic, database: Database) -> None:
    with psycopg.connect(database.app_url) as writer:
        writer.execute("LOCK TABLE events IN ROW EXCLUSIVE MODE")
        assert figures(clinic)[("throughline_oldest_append_seconds",)] > 0
        writer.rollback()
    assert figures(clinic)[("throughline_oldest_append_seconds",)] == 0


def test_process_and_pool_are_told(clinic: Clinic) -> None:
    found = figures(clinic)
    assert found[("process_resident_memory_bytes",)] > 10_000_000
    assert found["throughline_pool_connections", "app", "most"] == 5
    assert found[("throughline_database_answers",)] == 1


def test_a_database_that_does_not_answer_is_a_figure_and_the_others_stay() -> None:
    metrics, nowhere = Metrics(), Datastore("host=/nowhere", timeout=0.1)
    metrics.look_up([Pools({"app": nowhere}), Standing(nowhere, FOLLOWERS)])
    text = metrics.text().decode()
    nowhere.close()
    assert "throughline_database_answers 0.0" in text
    assert "process_resident_memory_bytes" in text


@pytest.mark.parametrize(
    ("is_demo", "token", "sent", "status"),
    [
        (True, None, None, 200),
        (False, None, None, 404),
        (False, TOKEN, None, 404),
        (True, TOKEN, None, 404),
        (False, TOKEN, f"Bearer {TOKEN}é".encode(), 404),
        (False, TOKEN, f"Bearer {TOKEN}".encode(), 200),
    ],
)
def test_a_monitor_brings_the_token(
    clinic: Clinic, is_demo: bool, token: str | None, sent: bytes | None, status: int
) -> None:
    edge = replace(clinic.edge, is_demo=is_demo, figures=Figures(lambda: b"figures", token))
    headers = {"authorization": sent} if sent else {}
    assert TestClient(create_app(edge)).get("/metrics", headers=headers).status_code == status


def test_a_process_lives_without_its_database(clinic: Clinic) -> None:
    clinic.datastore.close()
    assert TestClient(clinic.app).get("/live").json() == {"live": True}
