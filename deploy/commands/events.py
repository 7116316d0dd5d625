"""`throughline events`: the event feed as JSON, one event a line."""

from typing import Annotated

import typer

from deploy.commands.clinician import OfNetwork
from deploy.commands.output import AsJson, json_line

PAGE = 1_000


def events(
    after: Annotated[
        str | None, typer.Option(help="Cursor: the log's id, a colon, the last position you have.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many events at most.")] = 100,
    of_network: OfNetwork = None,
    as_json: AsJson = False,
) -> None:
    """Write events after a cursor as CloudEvents, one JSON document a line, oldest first; ids only."""
    from deploy.networks import the_network
    from deploy.wiring import wired
    from store.feed import Feed

    with wired() as wiring:
        network = the_network(wiring, of_network) if of_network else None
        feed = Feed(wiring.datastore, network_id=network.network_id) if network else Feed(wiring.every_network)
        while limit > 0:
            page = feed.page(after, min(limit, PAGE))
            for event in page.events:
                typer.echo(json_line(event))
            if not page.events:
                return
            after, limit = page.cursor, limit - len(page.events)
