"""`throughline parked`: events that a read model could not take in, and asking for another try."""

from typing import Annotated
from uuid import UUID

import typer

from deploy.commands.output import AsJson, print_json, print_table

parked = typer.Typer(no_args_is_help=True, help="Events that wait aside because a read model could not take them in.")


@parked.command("list")
def list_parked(as_json: AsJson = False) -> None:
    """List what waits aside, the oldest first; a failure names its kind and place."""
    from deploy.wiring import wired
    from projections.engine.parking import parked_events

    with wired() as wiring, wiring.work_connection() as connection:
        found = [one._asdict() for one in parked_events(connection)]
    if as_json:
        print_json(found)
        return
    columns = ["position", "read_model", "version", "stored_as", "stream_id", "failure", "attempts", "replay_asked_at"]
    print_table(columns, [[one[column] for column in columns] for one in found], empty="Nothing waits aside.")


@parked.command()
def replay(
    read_model: Annotated[str | None, typer.Option(help="Only of this read model.")] = None,
    stream: Annotated[str | None, typer.Option(help="Only of this stream (an id).")] = None,
    as_json: AsJson = False,
) -> None:
    """Try again, in order: now where no worker runs, else by the worker within seconds."""
    from deploy.failures import CannotGoOn
    from deploy.read_models import engine, replay_parked
    from deploy.wiring import wired
    from projections.engine.parking import ask_for_replay, parked_events

    try:
        stream_id = UUID(stream) if stream else None
    except ValueError:
        raise CannotGoOn("A stream is named by its id, as `throughline parked list` shows it.") from None
    with wired() as wiring, engine(wiring) as (connection, log):
        asked = ask_for_replay(connection, read_model=read_model, stream_id=stream_id)
        replayed = replay_parked(connection, log)
        answer = {"asked": asked, "replayed": replayed, "waiting": len(parked_events(connection))}
    if as_json:
        print_json(answer)
    else:
        typer.echo(f"Asked for {asked}, folded {replayed} here, {answer['waiting']} still wait.")
