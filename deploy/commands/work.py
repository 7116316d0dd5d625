"""`throughline work`: the long-running processes beside the API."""

import threading
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.commands.output import AsJson, print_json, say

if TYPE_CHECKING:
    from deploy.wiring import Wiring

STOP_SECONDS = 7.0
"""A worker that waits for a database that is away is left behind then: the process has nine in all."""
GOES_ON = (
    "Goes on as the relay until SIGTERM or Ctrl-C. Where another relay runs, that one sends it, this one only stands "
    "by and may be ended. `throughline info` says how far each topic has come."
)
ParentPipe = Annotated[int | None, typer.Option(hidden=True, help="End when the other end of this pipe closes.")]


def work(
    names: Annotated[list[str] | None, typer.Argument(help="Which workers; none named is all of them.")] = None,
    sent_after: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="With publish: send to Kafka again what follows this cursor, and go on as the relay. "
            "With project: kafka, to share the work with others that are started so.",
        ),
    ] = None,
    read_model: Annotated[
        list[str] | None, typer.Option(help="With project --from kafka: only this one; may be said several times.")
    ] = None,
    topic: Annotated[str | None, typer.Option(help="To which topic; left out, to all that are parked.")] = None,
    parent_pipe: ParentPipe = None,
    as_json: AsJson = False,
) -> None:
    """Run workers until SIGTERM or Ctrl-C; whatever fails is started again, a little later each time."""
    from deploy.failures import CannotGoOn
    from deploy.kafka.read_models import FROM_KAFKA, project_from_kafka
    from deploy.metrics.wired import monitored
    from deploy.process.ending import end_by_force_later, end_with_parent, on_end_signals
    from deploy.process.garbage import collect_all_seldom
    from deploy.process.log_lines import configure_log_lines
    from deploy.process.threads import take_short_turns
    from deploy.settings import read_settings
    from deploy.wiring import wired
    from deploy.workers import tasks_of
    from workers.supervisor import Supervisor

    if parent_pipe is not None:
        end_with_parent(parent_pipe)
    settings = read_settings()
    configure_log_lines("work", settings.log_format, settings.log_level)
    take_short_turns()
    collect_all_seldom()
    with wired(settings, name="throughline work") as wiring:
        if names == ["project"] and sent_after == FROM_KAFKA:
            supervisor = Supervisor(project_from_kafka(wiring, read_model or []))
        else:
            if read_model:
                raise CannotGoOn("--read-model is for `throughline work project --from kafka`.")
            if sent_after is not None:
                _publish_again(wiring, names, sent_after, topic)
            supervisor = Supervisor(tasks_of(wiring, names or []))
        stopping = threading.Event()
        on_end_signals(stopping.set)
        with monitored(wiring, supervisor) as port:
            supervisor.start()
            if as_json:
                print_json({"workers": list(supervisor.tasks), "port": port})
            stopping.wait()
            end_by_force_later()
        supervisor.stop(STOP_SECONDS)


def _publish_again(wiring: "Wiring", names: list[str] | None, cursor: str, topic: str | None) -> None:
    from deploy.failures import CannotGoOn
    from deploy.kafka.publish_again import publish_again
    from deploy.kafka.wiring import brokers_needed

    if names != ["publish"]:
        raise CannotGoOn("--from is for `throughline work publish`.")
    with wiring.work_connection() as connection:
        for one in publish_again(connection, brokers_needed(wiring.settings), cursor, topic):
            say(f"sends again to {one}")
    say(GOES_ON)
