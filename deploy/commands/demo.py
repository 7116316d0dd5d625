"""`throughline demo`: everything on this machine, with invented patients; one command to look around."""

import os
from typing import TYPE_CHECKING

import typer

from deploy.commands.output import AsJson, print_json, say
from deploy.commands.serve import Host, Port
from deploy.failures import CannotGoOn

if TYPE_CHECKING:
    import socket

    from deploy.demo.processes import Processes
    from deploy.settings import Settings

READY_SECONDS = 90.0
QUIET = {"THROUGHLINE_LOG_FORMAT": "text", "THROUGHLINE_LOG_LEVEL": "warning"}
"""How its processes log unless the environment says otherwise: somebody at the terminal looks for the address."""


def demo(port: Port = None, host: Host = "127.0.0.1", as_json: AsJson = False) -> None:
    """Start the demonstration: embedded database, invented data, server and workers. Ctrl-C stops all of it."""
    from deploy.database.data_folder import DataFolderLock
    from deploy.process.listening import listen
    from deploy.process.log_lines import configure_log_lines
    from deploy.settings import read_settings

    settings = read_settings().model_copy(update={"demo": True})
    if not settings.is_embedded:
        raise CannotGoOn("The demonstration brings its own database; unset the THROUGHLINE_…DATABASE_URL variables.")
    configure_log_lines("demo")
    with DataFolderLock(settings.data), listen(host, settings.port if port is None else port) as door:
        _run(settings, door, as_json=as_json)


def _run(settings: "Settings", door: "socket.socket", *, as_json: bool) -> None:
    from deploy.demo.demonstration import Unfinished, seed_when_empty
    from deploy.demo.processes import Processes
    from deploy.demo.readiness import wait_until_ready
    from deploy.process.listening import address_of
    from deploy.progress import progress_bar
    from deploy.wiring import wired

    if Unfinished(settings.data).clear_away():
        say("The last start was cut short while the demonstration's data was written; it is written anew.")
    with wired(settings, name="throughline demo") as wiring:
        seed_when_empty(wiring, progress_bar)
        processes = Processes()
        processes.stop_on_signals()
        try:
            _start(processes, door)
            host, port = door.getsockname()[:2]
            if wait_until_ready(host, port, seconds=READY_SECONDS, is_stopping=processes.wait):
                _announce(address_of(door), as_json=as_json)
                processes.wait()
        finally:
            processes.stop()


def _start(processes: "Processes", door: "socket.socket") -> None:
    environment = {**QUIET, **os.environ, "THROUGHLINE_DEMO": "1", "THROUGHLINE_PORT": str(door.getsockname()[1])}
    processes.start("work", ["work"], environment)
    processes.start("serve", ["serve", "--listening", str(door.fileno())], environment, hand_over=[door.fileno()])


def _announce(address: str, *, as_json: bool) -> None:
    from deploy.demo.cast import SIGN_INS

    if as_json:
        print_json({"address": address, "sign_ins": [{"name": one.name, "role": one.role} for one in SIGN_INS]})
        return
    people = "\n".join(f"  {one.name} ({one.role})" for one in SIGN_INS)
    typer.echo(
        f"\nThroughline is ready at {address}\n\nSign in there as one of these invented people:\n{people}\n\n"
        "All patients are invented: never use the demonstration for real ones. Ctrl-C stops everything."
    )
