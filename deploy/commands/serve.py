"""`throughline serve`: the pages, the JSON routes and the event feed over HTTP."""

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.commands.output import AsJson, print_json, say
from deploy.commands.work import ParentPipe
from deploy.failures import CannotGoOn

if TYPE_CHECKING:
    import socket

    import uvicorn
    from starlette.types import ASGIApp

    from deploy.settings import Settings

Port = Annotated[int | None, typer.Option(min=0, max=65535, help="THROUGHLINE_PORT, else 8000; 0 for any free one.")]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
GRACE_SECONDS = 5


def serve(
    port: Port = None,
    host: Host = "127.0.0.1",
    listening: Annotated[int | None, typer.Option(hidden=True, help="A socket that listens already.")] = None,
    parent_pipe: ParentPipe = None,
    as_json: AsJson = False,
) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    from deploy.process.ending import end_with_parent
    from deploy.process.listening import listen, taken_over
    from deploy.process.log_lines import configure_log_lines
    from deploy.settings import read_settings

    if parent_pipe is not None:
        end_with_parent(parent_pipe)
    settings = read_settings()
    configure_log_lines("serve", settings.log_format, settings.log_level)
    _require_a_sign_in(settings)
    door = taken_over(listening) if listening is not None else listen(host, settings.port if port is None else port)
    with door:
        _serve(settings, door, is_child=listening is not None, as_json=as_json)


def _require_a_sign_in(settings: "Settings") -> None:
    if not settings.demo and settings.oidc_issuer is None:
        raise CannotGoOn(
            "Nobody could sign in: set THROUGHLINE_OIDC_ISSUER, THROUGHLINE_OIDC_CLIENT_ID and THROUGHLINE_ADDRESS. "
            "To try it out with invented patients, never with real ones, run `throughline demo`."
        )


def _serve(settings: "Settings", door: "socket.socket", *, is_child: bool, as_json: bool) -> None:
    from api.app import create_app
    from deploy.edge import open_edge
    from deploy.process.ending import end_by_force_later, on_end_signals
    from deploy.process.garbage import collect_all_seldom
    from deploy.process.http_server import HttpServer
    from deploy.process.listening import address_of, told_in
    from deploy.process.threads import take_short_turns
    from deploy.wiring import wired

    take_short_turns()
    collect_all_seldom()
    address = address_of(door)
    told = told_in(settings.data, address) if settings.is_embedded else nullcontext()
    with wired(settings, name="throughline serve") as wiring, told, open_edge(wiring) as edge:
        config = server_of(create_app(edge), settings)
        if as_json:
            print_json({"address": address})
        elif not is_child:
            _tell(address)
        on_end_signals(lambda: None)  # uvicorn puts its own in force, and sends itself the signal again afterwards

        def end() -> None:
            end_by_force_later()
            edge.tails.let_go()

        HttpServer(config, end).run(sockets=[door])


def server_of(app: "ASGIApp", settings: "Settings") -> "uvicorn.Config":
    """How the application is served."""
    import uvicorn

    from deploy.process.bounded_http import BoundedHttp

    return uvicorn.Config(
        app,
        http=BoundedHttp,
        loop="uvloop",
        lifespan="off",
        access_log=False,  # addresses carry ids; what must be logged about readings is in the access log
        log_config=None,
        server_header=False,
        forwarded_allow_ips=settings.proxies,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def _tell(address: str) -> None:
    """A sentence for somebody at a terminal, a log line for whoever collects them."""
    import structlog

    if sys.stderr.isatty():
        say(f"Throughline is at {address}")
    else:
        structlog.get_logger().info("serving", address=address)
