"""The files for containers agree with the program: commands, settings, ports, accounts and secrets are there."""

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from typer.main import get_command
from yamllint import linter
from yamllint.config import YamlLintConfig

from deploy.cli import app
from deploy.secret_files import write_secret_files
from deploy.settings import PREFIX, Settings
from deploy.workers import WORKERS

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "throughline"
TEMPLATES = {path.name: path.read_text() for path in (CHART / "templates").iterdir()}
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
COMPOSE_TEXT = (DEPLOY / "compose.yaml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if "throughline" in service["image"]}
LINT = YamlLintConfig(
    "extends: default\nrules: {line-length: {max: 120}, document-start: disable, braces: {max-spaces-inside: 0},"
    " comments: {min-spaces-from-content: 1}, truthy: {allowed-values: ['true', 'false']}}"
)
USER = "10001"
API_PORT, WORK_PORT = "8000", "9100"


@pytest.mark.parametrize("path", ["compose.yaml", "observability/alerts.yaml", "helm/throughline/values.yaml"])
def test_yaml_is_tidy(path: str) -> None:
    assert [str(problem) for problem in linter.run((DEPLOY / path).read_text(), LINT)] == []


def test_every_variable_is_a_setting() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | {f"{PREFIX}IMAGE"}
    for text in (DOCKERFILE, COMPOSE_TEXT, *TEMPLATES.values()):
        assert set(re.findall(r"THROUGHLINE_[A-Z_]*[A-Z](?![A-Z_])", text)) <= known


def test_every_secret_is_written_by_the_command_that_writes_secrets(tmp_path: Path) -> None:
    written = set(write_secret_files(tmp_path, "postgres:5432"))
    assert COMPOSE["secrets"].keys() == written
    for name, service in COMPOSE["services"].items():
        assert set(service.get("secrets", ())) <= written, name
    by_hand = {"throughline_smtp_url", "kafka_password"}
    assert set(re.findall(r'"(throughline_[a-z_]+)"', "".join(TEMPLATES.values()))) <= written | by_hand
    settings = Settings.model_fields
    assert {name for name in written if name.startswith("throughline_")} <= {f"throughline_{one}" for one in settings}


def test_no_secret_stands_in_an_environment() -> None:
    secret = re.compile(r"password=|://[^/]*:[^/]*@|_TOKEN|SESSION_SECRET|DATABASE_URL")
    for name, service in OURS.items():
        assert not [one for one in service["environment"] if secret.search(one)], name
    assert not secret.search(DOCKERFILE)


def commands() -> list[list[str]]:
    """Every command of ours that one of the files starts."""
    of_compose = [service["command"] for service in OURS.values()]
    of_helm = [
        shlex.split(args.replace(",", " ")) for args in re.findall(r"args: \[([a-z][^\]]*)\]", TEMPLATES["api.yaml"])
    ]
    of_image = [json.loads(found) for found in re.findall(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)]
    return [*of_compose, *of_helm, *of_image, *(["work", *worker["tasks"]] for worker in VALUES["workers"].values())]


def test_every_command_is_there() -> None:
    known = get_command(app).commands  # type: ignore[attr-defined]
    assert len(commands()) > 10
    for name, *arguments in commands():
        known[name].make_context(name, list(arguments), resilient_parsing=False)
        assert name != "work" or set(arguments) <= WORKERS.keys()
    assert set(re.findall(r'dict "name" "([a-z]+)"', TEMPLATES["jobs.yaml"])) <= known.keys()


def test_every_worker_is_started_once_by_compose_and_by_the_chart() -> None:
    of_compose = [
        name for service in OURS.values() for name in service["command"][1:] if service["command"][0] == "work"
    ]
    of_chart = [name for worker in VALUES["workers"].values() for name in worker["tasks"]]
    assert sorted(of_compose) == sorted(of_chart) == sorted(WORKERS)


def test_accounts_and_ports_agree() -> None:
    assert f"USER {USER}:{USER}" in DOCKERFILE
    assert f"--uid {USER}" in DOCKERFILE
    assert f"EXPOSE {API_PORT} {WORK_PORT}" in DOCKERFILE
    assert {service["user"] for service in OURS.values()} == {f"{USER}:{USER}"}
    assert f"runAsUser: {USER}" in TEMPLATES["_parts.tpl"]
    for service in OURS.values():
        listens = {"serve": API_PORT, "work": WORK_PORT}.get(service["command"][0])
        assert listens is None or service["healthcheck"]["test"][-1] == listens
    assert f"containerPort: {API_PORT}" in TEMPLATES["api.yaml"]
    assert f"containerPort: {WORK_PORT}" in TEMPLATES["workers.yaml"]


def test_containers_may_change_nothing_but_their_volumes() -> None:
    for name, service in OURS.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    assert "readOnlyRootFilesystem: true" in TEMPLATES["_parts.tpl"]


def test_the_list_of_the_erased_is_kept_on_a_volume_of_its_own() -> None:
    (keeper,) = [one for one in OURS.values() if "tidy" in one["command"]]
    listed = Path(keeper["environment"]["THROUGHLINE_ERASED_LIST"])
    (volume,) = [one.split(":")[0] for one in keeper["volumes"] if one.split(":")[1] == str(listed.parent)]
    assert volume in COMPOSE["volumes"]
    assert [name for name, one in COMPOSE["services"].items() if f"{volume}:" in str(one.get("volumes"))] == ["clock"]
    assert f" {listed.parent}\n" in DOCKERFILE, "else a new volume belongs to root, and nothing is written"
    chart = TEMPLATES["workers.yaml"]
    assert f"{{name: THROUGHLINE_ERASED_LIST, value: {listed}}}" in chart
    assert f"{{name: erased, mountPath: {listed.parent}}}" in chart
    assert "resource-policy: keep" in TEMPLATES["erased-list.yaml"]


def test_values_fit_their_schema_and_the_schema_knows_every_worker() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(VALUES, schema)
    tasks = schema["properties"]["workers"]["additionalProperties"]["properties"]["tasks"]
    assert sorted(tasks["items"]["enum"]) == sorted(WORKERS)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(VALUES | {"workers": {"odd": {"tasks": ["dance"], "replicas": 1}}}, schema)


def test_every_value_that_a_template_asks_for_is_there() -> None:
    for text in TEMPLATES.values():
        for path in re.findall(r"\$?\.Values\.([A-Za-z.]+)", text):
            found: Any = VALUES
            for step in path.split("."):
                assert step in found, path
                found = found[step]


def test_the_image_holds_every_package_and_is_let_through_to_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    packages = {pattern.removesuffix("*") for pattern in project["packages"]["find"]["include"]}
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE))
    let_through = set(re.findall(r"^!([\w.-]+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert copied == packages
    assert packages <= let_through
    files = re.findall(r"^COPY ((?:[\w.-]+ )+)\./$", DOCKERFILE, re.MULTILINE)[0].split()
    assert set(files) <= let_through
    assert [name for name in files if not (ROOT / name).exists()] == []


def test_the_image_installs_what_is_tested_and_by_hash() -> None:
    of_image, tested = (_pins(path) for path in (DEPLOY / "requirements.txt", ROOT / "requirements.txt"))
    assert of_image.items() <= tested.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {re.split(r"[\[><=;]", one)[0].strip().lower() for one in project["dependencies"]}
    assert {name for name in declared if name not in of_image} == set()
    assert "--require-hashes" in DOCKERFILE
    assert "pytest" not in of_image
    assert "://" not in (DEPLOY / "requirements.txt").read_text()


def _pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", path.read_text(), re.MULTILINE))
