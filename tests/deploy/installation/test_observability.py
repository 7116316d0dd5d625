"""Dashboard and alert rules ask for figures that there are, and alerts name commands that there are."""

import json
import re
from pathlib import Path
from typing import Any

import yaml
from prometheus_client.parser import text_string_to_metric_families
from typer.main import get_command

from deploy.cli import app
from deploy.metrics.leaving import deliveries
from deploy.metrics.pools import Pools
from deploy.metrics.registry import Metrics
from deploy.metrics.standing import Standing, oldest_append
from deploy.metrics.tasks import Tasks
from deploy.metrics.wired import FOLLOWERS
from store.datastore import Datastore
from tests.postgres import Database
from workers.supervisor import TaskState

FILES = Path(__file__).parents[3] / "deploy" / "observability"
DASHBOARD: dict[str, Any] = json.loads((FILES / "dashboard.json").read_text())
RULES: list[dict[str, Any]] = yaml.safe_load((FILES / "alerts.yaml").read_text())["groups"][0]["rules"]
NAME = re.compile(r"\b(?:throughline|process)_[a-z_]+\b")
OF_PROMETHEUS = {"up"}
PARTS = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("_total",)}


def asked() -> dict[str, list[str]]:
    """Every expression, by the panel or rule it stands in."""
    panels = {panel["title"]: [target["expr"] for target in panel["targets"]] for panel in DASHBOARD["panels"]}
    return panels | {rule["alert"]: [rule["expr"]] for rule in RULES}


def told(database: Database) -> dict[str, set[str]]:
    """Every series that `serve` and `work` tell, with the names of its labels where it has any yet."""
    metrics, datastore = Metrics(), Datastore(database.work_url, max_size=2)
    metrics.look_up([Pools({"work": datastore}), Tasks({"project": TaskState("project")})])
    metrics.look_up([Standing(datastore, (*FOLLOWERS, oldest_append, deliveries))])
    families = list(text_string_to_metric_families(metrics.text().decode()))
    datastore.close()
    found = {family.name + part: set[str]() for family in families for part in ("", *PARTS.get(family.type, ()))}
    for family in families:
        for sample in family.samples:
            found[sample.name] |= sample.labels.keys()
    return found


def test_every_panel_and_rule_asks_for_what_is_told(database: Database) -> None:
    known = told(database)
    assert len(known) > 30
    for where, expressions in asked().items():
        names = {name for expression in expressions for name in NAME.findall(expression)}
        assert names or "up{" in expressions[0], where
        assert names <= known.keys(), where


def test_whatever_is_told_is_shown_or_watched(database: Database) -> None:
    text = " ".join(expression for expressions in asked().values() for expression in expressions)
    ours = {name for name in told(database) if name.startswith("throughline_")}
    bases = {re.sub(r"_(bucket|count|sum|total|created)$", "", name) for name in ours}
    untold = {base for base in bases if base not in text}
    assert untold <= {
        "throughline_parked_oldest_seconds", "throughline_delivery_most_tries",
        "throughline_deliveries_last_hour", "throughline_task_running",
    }  # fmt: skip


def test_every_alert_says_how_grave_it_is_and_what_to_do() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"].keys() == {"summary", "action"}


def test_alerts_name_commands_that_there_are() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    named = {name for rule in RULES for name in re.findall(r"`throughline ([a-z]+)", rule["annotations"]["action"])}
    assert named
    assert named <= commands.keys()


def test_no_panel_lies_on_another() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(set(places)) == len(places)
