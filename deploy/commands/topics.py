"""`throughline topics`: the Kafka topics of this installation, their settings and who may read and write them."""

from typing import Annotated

import typer

from deploy.commands.output import AsJson, print_json

topics = typer.Typer(no_args_is_help=True, help="The Kafka topics of this installation.")


@topics.callback()
def about() -> None:
    """The Kafka topics of this installation."""


@topics.command()
def apply(
    without_acls: Annotated[
        bool, typer.Option("--without-acls", help="For a cluster without an authorizer, such as one for trying out.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make what `topics.yaml` describes and is missing; again after a Kafka subscriber's grant was given or ended."""
    from deploy.kafka.topics import apply as make_so
    from deploy.kafka.topics import read_topics_file, wanted
    from deploy.kafka.wiring import brokers_needed, names_of
    from deploy.wiring import wired
    from domain.subscriber.subscriber import Way
    from store.subscribers import subscribers
    from workers.kafka.topics import Admin

    with wired() as wiring:
        brokers, names = brokers_needed(wiring.settings), names_of(wiring.settings)
        granted = [one.subscriber_id for one in subscribers(wiring.every_network, Way.KAFKA) if one.grant is not None]
    with Admin(brokers) as admin:
        applied = make_so(admin, names, wanted(read_topics_file(), names, granted), with_acls=not without_acls)
    if as_json:
        print_json(applied._asdict())
        return
    for verb, found in (("made", applied.made), ("corrected", applied.corrected)):
        typer.echo("\n".join(f"{verb} {name}" for name in found)) if found else None
    typer.echo(f"{applied.allowed} permissions given, {applied.revoked} taken away.")
