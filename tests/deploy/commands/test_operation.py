"""`throughline info`, `rebuild`, `parked`, `migrate`, and what every command says when it cannot go on."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from domain.policies import POLICIES
from projections import READ_MODELS
from tests.deploy.conftest import CommandLine
from tests.postgres import Database
from workers.shift import connect

FACTS = ["database", "log_id", "head", "messages_waiting", "messages_lost"]
NAMES = [model.name for model in READ_MODELS]


def test_info_tells_the_log_and_how_far_each_read_model_came(filled: CommandLine, database: Database) -> None:
    before = filled.answer("info")
    assert list(before) == [*FACTS, "read_models", "policies", "topics"]
    assert database.name in before["database"]
    assert [list(one) for one in before["read_models"]] == [["name", "version", "position", "lag"]] * len(NAMES)
    assert [one["name"] for one in before["read_models"]] == NAMES
    assert [one["name"] for one in before["policies"]] == [policy.name for policy in POLICIES]
    assert {one["lag"] for one in before["read_models"]} == {before["head"]}
    filled.answer("rebuild", "all")
    after = filled.answer("info")
    assert {(one["position"], one["lag"]) for one in after["read_models"]} == {(after["head"], 0)}


def test_a_rebuild_compares_with_what_is_live_and_finds_no_difference(filled: CommandLine) -> None:
    first = filled.answer("rebuild", "all")
    assert [one["read_model"] for one in first] == NAMES
    assert list(first[0]) == ["read_model", "version", "events", "seconds", "cells_compared", "differences"]
    again = filled.answer("rebuild", "all")
    by_name = {one["read_model"]: one for one in again}
    assert by_name["outcome_trajectory"]["cells_compared"] > 0
    assert {one["differences"] for one in again} == {0}
    (one,) = filled.answer("rebuild", "timeline")
    assert (one["read_model"], one["differences"]) == ("timeline", 0)


def test_an_altered_read_model_shows_as_a_difference(filled: CommandLine, database: Database) -> None:
    filled.answer("rebuild", "directory")
    version = next(model.version for model in READ_MODELS if model.name == "directory")
    with psycopg.connect(database.work_url) as connection:
        connection.execute(f"UPDATE read_models.directory_v{version} SET is_suspended = true".encode())
    (rebuilt,) = filled.answer("rebuild", "directory")
    assert rebuilt["differences"] == 1
    (clean,) = filled.answer("rebuild", "directory")
    assert clean["differences"] == 0


def test_a_read_model_that_does_not_exist_is_refused_with_the_choices(throughline: CommandLine) -> None:
    refusal = throughline.refusal("rebuild", "nothing")
    assert refusal == f"There is no read model nothing; choose all or one of: {', '.join(NAMES)}."


def test_events_that_cannot_be_read_are_parked_and_tried_again(filled: CommandLine, database: Database) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        payload = connection.execute(
            "SELECT position, payload FROM events WHERE topic = 'OutcomeRecorded' ORDER BY position LIMIT 1"
        ).fetchone()
        assert payload is not None
        break_it = "UPDATE events SET payload = %s WHERE position = %s"
        connection.execute(break_it, [b"{}", payload[0]])
        filled.answer("rebuild", "outcome_trajectory")
        parked = filled.answer("parked", "list")
        assert [(one["position"], one["stored_as"]) for one in parked if one["failure"]] == [
            (payload[0], "OutcomeRecorded")
        ]
        assert filled.answer("parked", "replay")["waiting"] == len(parked)
        connection.execute(break_it, [payload[1], payload[0]])
        answer = filled.answer("parked", "replay", "--read-model", "outcome_trajectory")
        assert (answer["asked"], answer["replayed"], answer["waiting"]) == (len(parked), len(parked), 0)
    assert filled.text("parked", "list") == "Nothing waits aside.\n"


def test_migrating_a_database_that_is_up_to_date_applies_nothing(throughline: CommandLine) -> None:
    assert throughline.answer("migrate") == {"applied": []}


def test_a_process_says_which_address_it_misses(throughline: CommandLine) -> None:
    without = {name: value for name, value in throughline.environment.items() if "MIGRATE" not in name}
    assert CommandLine({**without, "THROUGHLINE_MIGRATE_DATABASE_URL": ""}).refusal("migrate") == (
        "Set THROUGHLINE_MIGRATE_DATABASE_URL: this command connects under that role."
    )


def test_a_database_that_does_not_answer_is_one_sentence(throughline: CommandLine, tmp_path: Path) -> None:
    nowhere = f"postgresql://nobody@/nothing?host={tmp_path}"
    environment = {name: nowhere if "DATABASE" in name else value for name, value in throughline.environment.items()}
    refusal = CommandLine(environment).refusal("info")
    assert refusal == "The database does not answer; see that it runs and that THROUGHLINE_DATABASE_URL is right."


def test_a_wrong_setting_is_named_without_its_value(throughline: CommandLine) -> None:
    refusal = CommandLine({**throughline.environment, "THROUGHLINE_PORT": "seventy"}).refusal("info")
    assert refusal.startswith("THROUGHLINE_PORT: ")
    assert "seventy" not in refusal


@pytest.mark.parametrize(("command", "role"), [("work", "WORK_DATABASE_URL"), ("info", "DATABASE_URL")])
def test_nothing_runs_as_a_superuser(throughline: CommandLine, database: Database, command: str, role: str) -> None:
    environment = {**throughline.environment, f"THROUGHLINE_{role}": database.superuser_url}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.cli", command], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "This role could pass the walls between networks." in done.stderr


def test_a_server_without_a_connection_left_is_said_in_a_sentence(throughline: CommandLine, database: Database) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT 0").format(sql.Identifier(database.name)))
    said = "The database has no connection left for this; raise its max_connections, or start fewer processes."
    assert throughline.refusal("info") == said
    with pytest.raises(psycopg.errors.TooManyConnections):
        connect(database.work_url)  # by this name a worker's log says it
