"""The clinic as people reach it: the real application over HTTP, its workers running, and a clock that tests move."""

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp

from api.app import create_app
from api.edge import Edge
from deploy.edge import open_edge
from deploy.settings import Settings
from deploy.wiring import Wiring, wired
from deploy.workers import tasks_of
from projections.engine.read_model import ReadModel
from projections.engine.waiting import Key, Waiting, read_checkpoints
from store.application import CareApplication
from store.care import Care
from store.command import Clock, Command, Receipt
from tests.api.clinic import MORNING, Clinic
from tests.ports import free_port
from tests.postgres import Database
from tests.waiting import PATIENCE_SECONDS, eventually
from workers.supervisor import Supervisor


class CareByTheClock(Care):
    """Records as of the clock that tests move, as a demonstration's seeding does, so that pages show its times."""

    def __init__(self, application: CareApplication, *rest: Any, clock: Clock) -> None:
        super().__init__(application, *rest, clock=clock, seeding=True)
        self._now = clock

    def decide(self, *order: Any, command: Command) -> Receipt:
        return super().decide(*order, command=command._replace(recorded_at=self._now()))


class ServedClinic(Clinic):
    """The clinic, recording as of its own clock."""

    def _edge(self, keys: Path) -> Edge:
        edge = super()._edge(keys)
        care = CareByTheClock(CareApplication(self.datastore), edge.keyring, edge.kek, clock=lambda: self.now)
        return replace(edge, care=care)


class PatientWaiting(Waiting):
    """As long as it takes: on a busy machine the two seconds of a page are over before the workers had their turn."""

    def wait_until(self, position: int, models: Iterable[ReadModel], timeout: float = PATIENCE_SECONDS) -> bool:
        ask = partial(super().wait_until, position, tuple(models))
        return eventually(ask)


class Server:
    """The application behind a port of its own; may be stopped, and started again behind the same port."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._port = free_port()  # ours also while we are stopped
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Listen and answer."""
        door = socket.create_server(("127.0.0.1", self._port))
        config = uvicorn.Config(self._app, lifespan="off", access_log=False, log_config=None, server_header=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [door]}, name="serve", daemon=True)
        self._thread.start()
        eventually(lambda: self._server.started)

    def stop(self) -> None:
        """Nobody answers at the address any more."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()


class Served:
    """A clinic, the server in front of it, and how to move the clock of both."""

    def __init__(self, clinic: Clinic, server: Server, database: Database) -> None:
        self.clinic, self.server, self.database = clinic, server, database

    @property
    def address(self) -> str:
        return self.server.address


def settings_of(database: Database, folder: Path) -> Settings:
    """As an installation on a PostgreSQL server sets them, with the demonstration's sign-in."""
    return Settings(
        data=folder,
        database_url=database.app_url,
        work_database_url=database.work_url,
        migrate_database_url=database.owner_url,
        key_file=folder / "keys.json",
        session_secret="of the browser tests, 32 characters",
        demo=True,
    )


@contextmanager
def served_clinic(database: Database) -> Iterator[Served]:
    """Bay KAP Network on Thu 12 Mar 2026, 09:42, behind a port."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="throughline-browser-")))
        clinic = ServedClinic(database, folder / "keys.json", MORNING)
        stack.callback(clinic.close)
        wiring = stack.enter_context(wired(settings_of(database, folder), name="browser", clock=lambda: clinic.now))
        waiting = PatientWaiting(partial(_checkpoints, wiring))
        stack.callback(waiting.close)
        edge = _by_the_clock(stack.enter_context(open_edge(wiring)), wiring, waiting)
        _work(stack, wiring)
        server = Server(create_app(edge))
        stack.callback(server.stop)
        _wait_until_ready(server, edge)
        yield Served(clinic, server, database)


def _by_the_clock(edge: Edge, wiring: Wiring, waiting: Waiting) -> Edge:
    application = CareApplication(wiring.datastore, on_append=wiring.on_append)
    care = CareByTheClock(application, wiring.keyring, wiring.kek, clock=wiring.clock)
    return replace(edge, care=care, waiting=waiting)


def _checkpoints(wiring: Wiring) -> dict[Key, int]:
    with wiring.datastore.get_connection() as connection:
        return read_checkpoints(connection)


def _work(stack: ExitStack, wiring: Wiring) -> None:
    workers = Supervisor(tasks_of(wiring, ["project", "react"]))
    workers.start()
    stack.callback(workers.stop, PATIENCE_SECONDS)


def _wait_until_ready(server: Server, edge: Edge) -> None:
    def is_ready() -> bool:
        return httpx.get(f"{server.address}/ready", timeout=PATIENCE_SECONDS).status_code == 200

    eventually(is_ready, lambda: httpx.get(f"{server.address}/ready").text)
