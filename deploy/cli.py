"""The `throughline` command line: puts the commands together and turns every failure into one sentence."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from deploy.commands.bench import bench
from deploy.commands.clinician import clinician
from deploy.commands.cohort import cohort
from deploy.commands.copies import backup, restore
from deploy.commands.demo import demo
from deploy.commands.events import events
from deploy.commands.importing import importing
from deploy.commands.info import info
from deploy.commands.instruments import instruments
from deploy.commands.keys import keys
from deploy.commands.migrate import migrate
from deploy.commands.network import network
from deploy.commands.parked import parked
from deploy.commands.patient import patient
from deploy.commands.prepare import prepare
from deploy.commands.protocol import protocol
from deploy.commands.rebuild import rebuild
from deploy.commands.replay import replay
from deploy.commands.score import score
from deploy.commands.secrets import secrets
from deploy.commands.serve import serve
from deploy.commands.subscriber import subscriber
from deploy.commands.topics import topics
from deploy.commands.work import work
from deploy.failures import in_one_sentence
from deploy.process.ending import unwinding_on_sigterm
from deploy.process.memory import leave_no_core


class OneSentence(TyperGroup):
    """Failures end with one sentence on stderr and exit code 1; wrong calls, code 2, are explained by the library."""

    def invoke(self, ctx: Any) -> Any:
        leave_no_core()
        try:
            with unwinding_on_sigterm():
                return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException, BrokenPipeError):
            raise
        except Exception as failure:
            if ctx.params.get("traceback"):
                raise
            typer.echo(f"throughline: {in_one_sentence(failure)}", err=True)
            raise typer.Exit(1) from None


app = typer.Typer(
    name="throughline",
    cls=OneSentence,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def throughline(
    traceback: Annotated[bool, typer.Option("--traceback", help="Show where a fault of the program lies.")] = False,
) -> None:
    """Care coordination for ketamine-assisted psychotherapy: every course of care as its events."""


for command in (
    demo,
    serve,
    work,
    secrets,
    prepare,
    migrate,
    info,
    rebuild,
    cohort,
    replay,
    score,
    backup,
    restore,
    bench,
):
    app.command()(command)
for name, group in (
    ("events", events),
    ("subscriber", subscriber),
    ("network", network),
    ("clinician", clinician),
    ("patient", patient),
    ("protocol", protocol),
    ("keys", keys),
    ("import", importing),
    ("instruments", instruments),
    ("parked", parked),
    ("topics", topics),
):
    app.add_typer(group, name=name)

if __name__ == "__main__":
    app()
