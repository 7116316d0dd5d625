"""`throughline work`: the long-running processes beside the API."""

import threading
from typing import Annotated

import typer

from deploy.commands.output import AsJson, print_json

ParentPipe = Annotated[int | None, typer.Option(hidden=True, help="End when the other end of this pipe closes.")]


def work(
    names: Annotated[list[str] | None, typer.Argument(help="Which workers; none named is all of them.")] = None,
    parent_pipe: ParentPipe = None,
    as_json: AsJson = False,
) -> None:
    """Run workers until SIGTERM or Ctrl-C; whatever fails is started again, a little later each time."""
    from deploy.ending import end_with_parent, on_end_signals
    from deploy.garbage import collect_all_seldom
    from deploy.log_lines import configure_log_lines
    from deploy.metrics.wired import monitored
    from deploy.settings import read_settings
    from deploy.threads import take_short_turns
    from deploy.wiring import wired
    from deploy.workers import tasks_of
    from workers.supervisor import Supervisor

    if parent_pipe is not None:
        end_with_parent(parent_pipe)
    settings = read_settings()
    configure_log_lines("work", settings.log_format)
    take_short_turns()
    collect_all_seldom()
    with wired(settings, name="throughline work") as wiring:
        supervisor = Supervisor(tasks_of(wiring, names or []))
        stopping = threading.Event()
        on_end_signals(stopping.set)
        with monitored(wiring, supervisor) as port:
            supervisor.start()
            if as_json:
                print_json({"workers": list(supervisor.tasks), "port": port})
            stopping.wait()
        supervisor.stop()
