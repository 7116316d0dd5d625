"""`throughline events`: the event feed as JSON, one event a line; following it, sending again, sending on trial."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid4

import typer

from deploy.commands.output import AsJson, json_line, print_facts, print_json

if TYPE_CHECKING:
    from deploy.wiring import Wiring
    from store.feed import Feed

PAGE = 1_000
events = typer.Typer(invoke_without_command=True, help="The event feed: list it, follow it, send parts of it again.")
After = Annotated[str | None, typer.Option(help="Cursor: the log's id, a colon, the last position you have.")]
OfNetwork = Annotated[str | None, typer.Option("--network", help="Short name of the network; all, where left out.")]
OneALine = Annotated[bool, typer.Option("--json", help="As without: one JSON document a line.")]
ToSubscriber = Annotated[UUID, typer.Option("--to-subscriber", help="Its id, as `throughline subscriber list` shows.")]


@events.callback()
def list_events(
    context: typer.Context,
    after: After = None,
    limit: Annotated[int, typer.Option(min=1, help="How many events at most.")] = 100,
    of_network: OfNetwork = None,
    as_json: OneALine = False,
) -> None:
    """Write events after a cursor as CloudEvents, one JSON document a line, oldest first; ids only."""
    if context.invoked_subcommand is not None:
        return
    from deploy.wiring import wired

    with wired() as wiring:
        feed = _feed(wiring, of_network)
        while limit > 0:
            page = feed.page(after, min(limit, PAGE))
            for event in page.events:
                typer.echo(json_line(event))
            if not page.events:
                return
            after, limit = page.cursor, limit - len(page.events)


@events.command()
def tail(
    after: Annotated[str | None, typer.Option(help="Cursor to go on from; from now on without.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="End after so many; otherwise with Ctrl-C.")] = None,
    of_network: OfNetwork = None,
    as_json: OneALine = False,
) -> None:
    """Follow events as they come, one JSON document a line; ids only."""
    from itertools import islice

    from deploy.wiring import wired

    with wired() as wiring:
        for event in islice(_coming(wiring, _feed(wiring, of_network), after), limit):
            typer.echo(json_line(event))


@events.command()
def resend(
    to_subscriber: ToSubscriber,
    from_position: Annotated[str, typer.Option("--from", help="First position, or a cursor.")],
    to_position: Annotated[str, typer.Option("--to", help="Last position, or a cursor.")],
    as_json: AsJson = False,
) -> None:
    """Have the events of a stretch sent to a subscriber once more, under their ids and its grant as it is then."""
    from deploy.operating.subscribers import position_in, the_subscriber
    from deploy.wiring import operator, wired
    from store.subscriber_requests import ask_to_resend

    request_id = uuid4()
    with wired() as wiring:
        found = the_subscriber(wiring, to_subscriber)
        first, last = (position_in(wiring, text) for text in (from_position, to_position))
        by = operator(found.network_id).actor_id
        ask_to_resend(wiring.datastore, found, first, last, by=by, request_id=request_id)
    answer = {"request_id": request_id, "subscriber_id": to_subscriber, "from": first, "to": last}
    print_json(answer) if as_json else print_facts(answer)


@events.command()
def trigger(
    stored_name: Annotated[str, typer.Argument(metavar="TYPE", help="A type of event, such as PlanIssued.")],
    to_subscriber: ToSubscriber,
    as_json: AsJson = False,
) -> None:
    """Have an invented event of a type sent to a subscriber; it says that it is a test, and discloses nothing."""
    from deploy.operating.subscribers import the_subscriber
    from deploy.wiring import operator, wired
    from store.subscriber_requests import ask_for_test

    request_id = uuid4()
    with wired() as wiring:
        found = the_subscriber(wiring, to_subscriber)
        _ = wiring.care  # so that every type of event is known
        by = operator(found.network_id).actor_id
        ask_for_test(wiring.datastore, found, stored_name, by=by, request_id=request_id)
    answer = {"request_id": request_id, "subscriber_id": to_subscriber, "type": stored_name}
    print_json(answer) if as_json else print_facts(answer)


def _feed(wiring: "Wiring", of_network: str | None) -> "Feed":
    """The feed of one network, or of all."""
    from deploy.messages import schema_address_of
    from deploy.operating.networks import the_network
    from store.feed import Feed

    address = schema_address_of(wiring)
    if of_network is None:
        return Feed(wiring.every_network, address=address)
    return Feed(wiring.datastore, network_id=the_network(wiring, of_network).network_id, address=address)


def _coming(wiring: "Wiring", feed: "Feed", after: str | None) -> Iterator[dict[str, object]]:
    """What comes after a cursor, without an end."""
    import threading

    from store.wake import wakes

    cursor = after or feed.end()
    for _ in wakes(wiring.addresses.for_work, threading.Event()):
        while (page := feed.page(cursor, PAGE)).events:
            yield from page.events
            cursor = page.cursor
