"""`throughline demo`: ready, alone on its data folder, and gone without a trace when it is told to stop."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from tests.waiting import PATIENCE_SECONDS, eventually


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that is not empty, so that no demonstration data is written first."""
    with tempfile.TemporaryDirectory(prefix="throughline-demo-") as folder:
        call(Path(folder), "network", "create", "harbour", "--title", "Harbour", "--zone", "America/New_York")
        yield Path(folder)
        for left in processes_of(Path(folder)):
            left.kill()


def environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("THROUGHLINE_")}
    return {**kept, "THROUGHLINE_DATA": str(data)}


def call(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.cli", *arguments]
    return subprocess.run(command, env=environment(data), capture_output=True, text=True, check=False)


@contextmanager
def demo(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running demonstration and its address."""
    command = [sys.executable, "-m", "deploy.cli", "demo", "--port", "0", "--json"]
    running = subprocess.Popen(
        command, env=environment(data), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout is not None
        yield running, json.loads(running.stdout.readline())["address"]
    finally:
        running.kill()
        running.communicate()


def processes_of(data: Path) -> list[psutil.Process]:
    """Whatever runs for this folder: our commands by their environment, the server by its arguments."""
    return [process for process in psutil.process_iter() if _belongs_to(process, data)]


def _belongs_to(process: psutil.Process, data: Path) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False  # a server whose starter has ended is the init process's to reap
        mentioned = [*process.cmdline(), process.environ().get("THROUGHLINE_DATA", "")]
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
    return any(str(data) in part for part in mentioned)


def is_ready(address: str) -> bool:
    """Whether all is well now; of a machine that was busy it may say meanwhile that nobody has kept something up."""
    return httpx.get(f"{address}/ready", timeout=PATIENCE_SECONDS).status_code == 200


def ends_well(running: subprocess.Popen[str], data: Path, number: signal.Signals) -> None:
    """Told to stop, it does, quietly, and leaves nothing behind."""
    running.send_signal(number)
    assert running.wait(PATIENCE_SECONDS) == 0
    assert running.stderr is not None
    assert not [line for line in running.stderr if "answered" in line or "serving" in line], "the terminal is quiet"
    eventually(lambda: not processes_of(data), lambda: processes_of(data))


def test_it_gets_ready_lets_other_commands_join_and_leaves_nothing_behind(data: Path) -> None:
    with demo(data) as (running, address):
        eventually(lambda: is_ready(address))
        assert len(processes_of(data)) >= 4  # demo, serve, work and the database
        refuses_a_second_one(data, running.pid, address)
        listed = json.loads(call(data, "network", "list", "--json").stdout)
        assert [one["slug"] for one in listed] == ["harbour"]
        eventually(lambda: is_ready(address))
        ends_well(running, data, signal.SIGINT)


def refuses_a_second_one(data: Path, pid: int, address: str) -> None:
    """Neither on the same folder nor behind the same port, and nothing is begun."""
    second = call(data, "demo", "--port", "0")
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.startswith(f"throughline: Process {pid} already serves {data}")

    port = address.rsplit(":", 1)[1]
    with tempfile.TemporaryDirectory(prefix="throughline-demo-") as elsewhere:
        same_port = call(Path(elsewhere), "demo", "--port", port)
        assert same_port.returncode == 1
        assert f"Port {port} is in use" in same_port.stderr
        assert not (Path(elsewhere) / "postgres").exists()


def test_children_end_with_a_demonstration_that_is_killed_and_the_next_one_starts(data: Path) -> None:
    with demo(data) as (running, _):
        children = psutil.Process(running.pid).children()
        running.kill()
        running.wait()
        _, alive = psutil.wait_procs(children, timeout=PATIENCE_SECONDS)
        assert alive == []
    with demo(data) as (running, address):
        eventually(lambda: is_ready(address))
        ends_well(running, data, signal.SIGTERM)


def test_an_unfinished_demonstration_is_written_anew(data: Path) -> None:
    from deploy.demo.demonstration import Unfinished

    unfinished = Unfinished(data)
    assert not unfinished.clear_away()
    unfinished.begin()
    assert Unfinished(data).clear_away()
    assert not (data / "postgres").exists()
    assert not Unfinished(data).clear_away()


def test_serving_without_a_sign_in_is_refused(data: Path) -> None:
    refused = call(data, "serve", "--port", "0")
    assert refused.returncode == 1
    assert refused.stderr.startswith("throughline: Nobody could sign in")
