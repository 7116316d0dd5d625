"""The processes of compose.yaml, started by its own commands on one machine, and a good end of all of them.

A server over TCP with passwords, a broker, everything as a process of its own, secrets as files; then one command that
is seen everywhere.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import yaml

from deploy.database.cluster import SAFE_SETTINGS, SUPERUSER, Cluster
from deploy.secret_files import write_secret_files
from domain.protocol.shipped import CURRENT
from tests.broker import Broker
from tests.ports import free_ports
from tests.postgres import debian_cluster
from tests.processes import Processes
from tests.waiting import PATIENCE_SECONDS, eventually
from tests.workers.kafka.published import all_of
from workers.kafka.brokers import Brokers
from workers.kafka.consumer import Received

pytestmark = pytest.mark.postgres15
COMPOSE: dict[str, Any] = yaml.safe_load((Path(__file__).parents[3] / "deploy" / "compose.yaml").read_text())
SERVICES: dict[str, Any] = {n: s for n, s in COMPOSE["services"].items() if "throughline" in s["image"]}
ONCE = ("prepare", "migrate", "topics")
REQUEST_ID = "7b0f2a52-7a0c-4c0e-9f37-3f6a6c1f9a12"
PATIENT = "Ottoline Quarterbrook"


class Layout(Processes):
    """The services of compose.yaml, with addresses of this machine in the place of a container's."""

    def __init__(self, folder: Path, bootstrap: str) -> None:
        super().__init__()
        self.folder = folder
        self.secrets = folder / "secrets"
        self.host = f"127.{random.randint(1, 250)}.{random.randint(1, 250)}.{random.randint(2, 250)}"
        self.prefix = f"layout-{uuid4().hex[:10]}"
        self.ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
        self.bootstrap = bootstrap
        write_secret_files(self.secrets, f"{self.host}:5432")

    def environment(self, name: str) -> dict[str, str]:
        """What compose.yaml sets, for a process of this machine that sees only the secrets of its service."""
        own = self.folder / name
        own.mkdir(exist_ok=True)
        for secret in SERVICES[name]["secrets"]:
            (own / secret).unlink(missing_ok=True)
            os.link(self.secrets / secret, own / secret)
        here = {
            "/run/secrets": str(own),
            "/spool": str(self.folder),
            "kafka:9092": self.bootstrap,
            "0.0.0.0:9100": f"127.0.0.1:{self.ports[name]}",
        }
        found = {
            key: str(value) for key, value in SERVICES[name]["environment"].items() if not str(value).startswith("${")
        }
        for theirs, ours in here.items():
            found = {key: value.replace(theirs, ours) for key, value in found.items()}
        mine = {
            "THROUGHLINE_DEMO": "1",
            "THROUGHLINE_KAFKA_PREFIX": self.prefix,
            "THROUGHLINE_PORT": str(self.ports[name]),
        }
        kept = {key: value for key, value in os.environ.items() if not key.startswith("THROUGHLINE_")}
        return {**kept, **found, **mine}

    def call(self, name: str, *arguments: str) -> str:
        """Run a command to its end with the environment of a service; stdout."""
        command = arguments or self.command(name)
        done = subprocess.run(
            [sys.executable, "-m", "deploy.cli", *command],
            env=self.environment(name), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def command(self, name: str) -> list[str]:
        return ["127.0.0.1" if word == "0.0.0.0" else word for word in SERVICES[name]["command"]]  # noqa: S104 replaced

    def start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("w") as log:
            self.run(name, self.command(name), self.environment(name), stdout=subprocess.DEVNULL, stderr=log)

    def lines(self, name: str) -> list[Mapping[str, Any]]:
        """The log lines of a service."""
        return [json.loads(line) for line in (self.folder / f"{name}.log").read_text().splitlines()]

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.ports['api']}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("layout")


@pytest.fixture(scope="module")
def layout(folder: Path, broker: Broker) -> Iterator[Layout]:
    """Everything started; the server is stopped last."""
    with ExitStack() as stack:
        made = Layout(folder, broker.bootstrap)
        cluster = debian_cluster(folder / "postgres")
        _serve_with_passwords(cluster, made)
        stack.callback(_over_tcp(cluster, made.host).stop)
        stack.callback(made.close)
        for name in ONCE:
            made.call(name)
        made.call("prepare")  # a deployment runs it again at every upgrade
        for name in SERVICES:
            if name not in ONCE:
                made.start(name)
        yield made


def _over_tcp(cluster: Cluster, host: str) -> Cluster:
    return Cluster(cluster.bin_dir, cluster.folder, cluster.system_user, {**SAFE_SETTINGS, "listen_addresses": host})


def _serve_with_passwords(cluster: Cluster, layout: Layout) -> None:
    """A server as the image gives it: one administrator with a password, nobody gets in without one over TCP."""
    import psycopg

    over_tcp = _over_tcp(cluster, layout.host)
    over_tcp.start()
    with (cluster.folder / "pg_hba.conf").open("a") as rules:
        rules.write("host all all 127.0.0.0/8 scram-sha-256\n")
    with psycopg.connect(over_tcp.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        password = (layout.secrets / "postgres_password").read_text()
        connection.execute(f"ALTER ROLE postgres PASSWORD '{password}'".encode())
        connection.execute("SELECT pg_reload_conf()")


def until_ready(layout: Layout) -> None:
    said: list[str] = []

    def is_ready() -> bool:
        for name, process in layout.running.items():
            assert process.poll() is None, (name, (layout.folder / f"{name}.log").read_text()[-1000:])
        try:
            answer = httpx.get(f"{layout.api}/ready", timeout=PATIENCE_SECONDS)
        except httpx.HTTPError as error:
            said.append(type(error).__name__)
            return False
        said.append(answer.text)
        return answer.status_code == 200

    eventually(is_ready, lambda: said[-1])


def signed_in(layout: Layout) -> httpx.Client:
    """A therapist's browser, over the demonstration's sign-in."""
    layout.call("clock", "network", "create", "harbour", "--title", "Harbour", "--zone", "America/New_York")
    admit = ("clinician", "admit", "--email", "t@example.org", "--name", "Dr. Ines Vale", "--role", "therapist")
    layout.call("clock", *admit)
    layout.call("clock", "protocol", "adopt", CURRENT[0])
    (person,) = json.loads(layout.call("clock", "clinician", "list", "--json"))
    browser = httpx.Client(base_url=layout.api, timeout=PATIENCE_SECONDS, follow_redirects=False)
    assert browser.post("/sign-in", data={"person": person["clinician_id"]}).status_code == 303
    return browser


def test_one_command_is_seen_on_a_page_in_kafka_and_by_the_monitor_and_all_processes_end_well(layout: Layout) -> None:
    until_ready(layout)
    browser = signed_in(layout)
    page = browser.get("/refer")
    token = page.text.split('name="_csrf" value="')[1].split('"')[0]
    referral = {"name": PATIENT, "birth_date": "1984-03-11", "reason": "treatment-resistant depression"}
    headers = {"x-csrf-token": token, "idempotency-key": uuid4().hex, "x-request-id": REQUEST_ID}
    answer = browser.post("/api/referrals", json=referral, headers=headers)
    assert answer.status_code == 200, answer.text
    eventually(lambda: PATIENT in browser.get("/caseload").text)

    episode_id = answer.json()["episode_id"]
    report = {"term": "nausea", "grade": 3, "serious": True}
    headers |= {"idempotency-key": uuid4().hex}
    reported = browser.post(f"/api/episodes/{episode_id}/report-adverse-event", json=report, headers=headers)
    assert reported.status_code == 200, reported.text
    _is_in_kafka(layout, episode_id)
    _is_found_by_its_request_in_both_logs(layout)
    _are_monitored(layout)

    with browser.stream("GET", "/events/stream") as stream:
        is_open = stream.status_code == 200
        codes = layout.end()
    assert codes == dict.fromkeys(layout.running, 0), is_open
    everything = "".join((layout.folder / f"{name}.log").read_text() for name in layout.running)
    assert "Quarterbrook" not in everything
    assert "Traceback" not in everything


def _is_in_kafka(layout: Layout, episode_id: str) -> None:
    found: list[Received] = []

    def are_there() -> bool:
        everything = all_of(Brokers(layout.bootstrap), f"{layout.prefix}.internal.events.v1")
        found[:] = [one for one in everything if one.key == episode_id.encode()]
        return len(found) >= 2

    eventually(are_there)
    assert not any(PATIENT.encode() in (one.value or b"") for one in found)


def _is_found_by_its_request_in_both_logs(layout: Layout) -> None:
    answered = [line for line in layout.lines("api") if line.get("request_id") == REQUEST_ID]
    assert [line["status"] for line in answered] == [200, 200]
    eventually(lambda: any(line.get("correlation_id") == REQUEST_ID for line in layout.lines("react")))


def _are_monitored(layout: Layout) -> None:
    token = (layout.secrets / "throughline_metrics_token").read_text()
    for name in layout.running:
        asked = httpx.Client(base_url=f"http://127.0.0.1:{layout.ports[name]}", timeout=PATIENCE_SECONDS)
        assert asked.get("/live").status_code == 200, name
        assert asked.get("/metrics").status_code == 404, name
        told = asked.get("/metrics", headers={"authorization": f"Bearer {token}"}).text
        assert "throughline_database_answers 1.0" in told, name
        assert episode_free(told), name


def episode_free(text: str) -> bool:
    """No label holds an id."""
    return not any(len(part) == 36 and part.count("-") == 4 for part in text.replace('"', " ").split())
