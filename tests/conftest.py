"""What every test may ask for, and the rule that a skipped test fails where nothing may be skipped."""

import gc
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from anyio.from_thread import start_blocking_portal
from fastapi.testclient import TestClient

from tests.broker import Broker
from tests.identity_provider import OpenIdProvider, open_id_provider
from tests.kafka import Brokers
from tests.postgres import MEMORY, Database, Server, Servers
from tests.thoroughness import draw_alike

SERVERS_FOLDER = "THROUGHLINE_TEST_SERVERS"  # handed down to the test processes
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
LONG = (
    "deploy/installation/test_process_layout.py",
    "security/test_canaries.py",
    "security/test_erasure_drill.py",
    "projections/test_all_read_models.py",
    "deploy/commands/test_demo.py",
    "workers/test_project.py",
    "security/test_access_log.py",
    "workers/kafka/test_publish_faults.py",
    "deploy/kafka/test_topics.py",
)
ENOUGH_MEMORY = 8 * 2**30
NOTHING_MAY_SKIP = os.environ.get("CI") == "true"
YOUNG_OBJECTS = 10_000
"""So many new objects are looked through for garbage at a time."""


def pytest_configure(config: pytest.Config) -> None:
    """The process that starts the run makes the folder that all of its test processes share."""
    draw_alike()
    if not hasattr(config, "workerinput"):
        os.environ[SERVERS_FOLDER] = tempfile.mkdtemp(prefix="throughline-tests-", dir=_roomy_memory())


def _roomy_memory() -> Path | None:
    """A folder in memory, where there is room: hundreds of databases are made and dropped, each waiting for a disk."""
    is_roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH_MEMORY
    return MEMORY if is_roomy else None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the folder away when all test processes have left their servers."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(SERVERS_FOLDER), ignore_errors=True)


def pytest_xdist_auto_num_workers() -> int:
    """Two more than cores: tests wait for the disk, a browser, a process that ends."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever takes long begins first, so that no process is left alone with it in the end."""
    long = {Path(__file__).parent / name for name in LONG}
    items.sort(key=lambda item: item.get_closest_marker("browser") is None and item.path not in long)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Importing leaves no garbage, and half a million objects: from here on it is looked for among what tests make."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG_OBJECTS)
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that was skipped did not pass."""
    report = yield
    return _failed_if_skipped(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Nor did a file whose tests were skipped as a whole."""
    report = yield
    return _failed_if_skipped(report)


def _failed_if_skipped(report: Report) -> Report:
    if NOTHING_MAY_SKIP and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but with CI=true nothing may be: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def _one_event_loop() -> Iterator[None]:
    """One for all requests of a test process: a loop and its threads for each of them cost more than the request."""
    with start_blocking_portal() as portal, pytest.MonkeyPatch.context() as patch:
        patch.setattr(TestClient, "portal", portal)
        yield


@pytest.fixture(scope="session")
def crash_rounds() -> int:
    """How often a crash loop goes round: 20 in every run, more in `make faults`."""
    return int(os.environ.get("THROUGHLINE_CRASH_ROUNDS", "20"))


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The PostgreSQL servers of this run."""
    running = Servers(Path(os.environ[SERVERS_FOLDER]))
    yield running
    running.close()


@pytest.fixture
def server_kind(request: pytest.FixtureRequest) -> str:
    """Embedded, unless a test names another with `on_both_servers`."""
    return str(getattr(request, "param", "embedded"))


@pytest.fixture
def server(servers: Servers, server_kind: str) -> Server:
    """The server this test runs on."""
    return servers.get(server_kind)


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """A migrated database of this test's own."""
    with server.fresh_database() as fresh:
        yield fresh


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """The Kafka broker of this run, shared by all tests: each uses topics, groups and users with names of its own."""
    running = Brokers(Path(os.environ[SERVERS_FOLDER]) / "kafka")
    yield running.broker
    running.close()


@pytest.fixture(scope="session")
def open_id() -> Iterator[OpenIdProvider]:
    """An identity provider that runs beside all tests of a process; each entrance makes it forget what was."""
    with open_id_provider() as provider:
        yield provider
