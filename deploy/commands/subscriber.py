"""`throughline subscriber`: programs of other organisations that follow a network's events, their grants and keys."""

from typing import Annotated, Any
from uuid import UUID, uuid4

import typer

from deploy.commands.options import OfNetwork
from deploy.commands.output import AsJson, print_facts, print_json, print_table, say

subscriber = typer.Typer(no_args_is_help=True, help="Programs that follow a network's events.")
COMPLIANCE = "Address of the person of compliance"
SubscriberId = Annotated[UUID, typer.Argument(metavar="SUBSCRIBER", help="Its id, as `list` shows it.")]


@subscriber.command()
def register(
    title: Annotated[str, typer.Argument(help="The organisation and its program, never a person.")],
    purpose: Annotated[str, typer.Option(help="treatment, payment, health_care_operations, research, …")],
    way: Annotated[str, typer.Option(help="feed, webhook or kafka.")] = "feed",
    of_network: OfNetwork = None,
    as_json: AsJson = False,
) -> None:
    """Register a subscriber. It receives nothing before compliance grants it something."""
    from deploy.operating.acting import act
    from deploy.operating.networks import the_network
    from deploy.wiring import wired
    from domain.subscriber.register_subscriber import RegisterSubscriber, register_subscriber
    from domain.subscriber.subscriber import SUBSCRIBER

    order = RegisterSubscriber.model_validate({"title": title, "purpose": purpose, "way": way})
    subscriber_id = uuid4()
    with wired() as wiring:
        network = the_network(wiring, of_network)
        act(wiring, network.network_id, SUBSCRIBER, subscriber_id, register_subscriber, order)
    answer = {"subscriber_id": subscriber_id, "network": network.slug, "title": order.title, "way": order.way}
    print_json(answer) if as_json else print_facts(answer)


@subscriber.command()
def grant(
    subscriber_id: SubscriberId,
    by: Annotated[str, typer.Option(prompt=COMPLIANCE, help=f"{COMPLIANCE}; asked for if left out.")],
    event_type: Annotated[
        list[str] | None, typer.Option("--type", help="Such as PlanIssued; may be repeated; all where left out.")
    ] = None,
    full: Annotated[bool, typer.Option("--full/--thin", help="Open fields of each event, or ids and times.")] = False,
    with_history: Annotated[
        bool,
        typer.Option(
            help="From the beginning of the log. What a webhook or topic has gone past comes only with `events resend`."
        ),
    ] = False,
    until: Annotated[str | None, typer.Option(help="A time with its zone, such as 2027-01-31T12:00:00Z.")] = None,
    purpose: Annotated[str | None, typer.Option(help="What it was registered for, where left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Grant what may be disclosed to it, in the name of a person of compliance, in place of the grant before."""
    from deploy.operating.acting import act
    from deploy.operating.subscribers import compliance_by_email, network_of, the_subscriber
    from deploy.wiring import wired
    from domain.subscriber.grant_disclosure import GrantDisclosure, grant_disclosure
    from domain.subscriber.subscriber import SUBSCRIBER

    wanted = {"stored_names": event_type or None, "is_full": full, "with_history": with_history, "until_at": until}
    order = GrantDisclosure.model_validate({"grant_id": uuid4(), "purpose": purpose, **wanted})
    with wired() as wiring:
        found = the_subscriber(wiring, subscriber_id)
        person = compliance_by_email(wiring, network_of(wiring, found), by)
        act(wiring, found.network_id, SUBSCRIBER, subscriber_id, grant_disclosure, order, by=person)
        now = the_subscriber(wiring, subscriber_id)
    print_json(_shown(now)) if as_json else print_facts(_shown(now))


@subscriber.command()
def key(
    subscriber_id: SubscriberId,
    scope: Annotated[list[str] | None, typer.Option(help="events or account; both where left out.")] = None,
    expires: Annotated[str | None, typer.Option(help="A time with its zone; in a year, where left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Issue a key and write it out: this once, and never again."""
    from deploy.operating.acting import act
    from deploy.operating.subscribers import the_subscriber
    from deploy.wiring import wired
    from domain.subscriber.issue_key import IssueKey, issue_key
    from domain.subscriber.subscriber import SUBSCRIBER
    from store.subscribers import show_key

    wanted = {"scopes": scope} if scope else {}
    order = IssueKey.model_validate({"key_id": uuid4(), "expires_at": expires, **wanted})
    with wired() as wiring:
        found = the_subscriber(wiring, subscriber_id)
        act(wiring, found.network_id, SUBSCRIBER, subscriber_id, issue_key, order)
        text = show_key(wiring.datastore, found.network_id, order.key_id)
    answer = {"subscriber_id": subscriber_id, "key_id": order.key_id, "key": text}
    print_json(answer) if as_json else print_facts(answer)
    say("Hand the key over on a way of its own; it is kept nowhere.")


@subscriber.command()
def revoke(
    subscriber_id: SubscriberId,
    key_id: Annotated[UUID, typer.Option("--key", help="The key's id, as `list --json` shows it.")],
    as_json: AsJson = False,
) -> None:
    """Revoke a key: it opens nothing from the next request on."""
    from deploy.operating.acting import act
    from deploy.operating.subscribers import the_subscriber
    from deploy.wiring import wired
    from domain.subscriber.revoke_key import RevokeKey, revoke_key
    from domain.subscriber.subscriber import SUBSCRIBER

    with wired() as wiring:
        found = the_subscriber(wiring, subscriber_id)
        act(wiring, found.network_id, SUBSCRIBER, subscriber_id, revoke_key, RevokeKey(key_id=key_id))
    answer = {"subscriber_id": subscriber_id, "key_id": key_id, "revoked": True}
    print_json(answer) if as_json else print_facts(answer)


def _add_command(name: str, decided: str, says: str) -> None:
    """A decision with nothing to fill in."""

    def command(subscriber_id: SubscriberId, as_json: AsJson = False) -> None:
        from deploy.operating.acting import act
        from deploy.operating.subscribers import the_subscriber
        from deploy.wiring import wired
        from domain.subscriber import DECISIONS
        from domain.subscriber.subscriber import SUBSCRIBER

        decision = next(decision for decision in DECISIONS if decision.name == decided)
        with wired() as wiring:
            found = the_subscriber(wiring, subscriber_id)
            receipt = act(wiring, found.network_id, SUBSCRIBER, subscriber_id, decision.decide, decision.order())
        events = [event.stored_as for event, _ in receipt.recorded]
        answer = {"subscriber_id": subscriber_id, "position": receipt.position, "recorded": events}
        print_json(answer) if as_json else print_facts(answer | {"recorded": ", ".join(events) or "nothing new"})

    subscriber.command(name, help=says)(command)


_add_command("withdraw", "withdraw_grant", "Withdraw its grant: from the next request on nothing is disclosed to it.")
_add_command("pause", "pause_subscriber", "Send it nothing until it is resumed; nothing is lost.")
_add_command("resume", "resume_subscriber", "Go on from where it was paused.")
_add_command("end", "end_subscriber", "End it for good: its keys open nothing, and it takes a new one to begin anew.")


@subscriber.command("list")
def list_subscribers(of_network: OfNetwork = None, as_json: AsJson = False) -> None:
    """List the subscribers of a network with their grants and keys; keys by id only."""
    from deploy.operating.networks import the_network
    from deploy.wiring import wired
    from store.subscribers import keys_of, subscribers_of

    with wired() as wiring:
        network = the_network(wiring, of_network)
        found = [
            _shown(one)
            | {"keys": [key._asdict() for key in keys_of(wiring.datastore, network.network_id, one.subscriber_id)]}
            for one in subscribers_of(wiring.datastore, network.network_id)
        ]
    if as_json:
        print_json(found)
        return
    columns = ["subscriber_id", "title", "way", "purpose", "types", "full", "until_at", "paused"]
    print_table(columns, [[one[column] for column in columns] for one in found], empty="There is no subscriber.")


def _shown(one: Any) -> dict[str, Any]:
    """A subscriber as it stands now."""
    grant = one.grant
    types = "none" if grant is None else "all" if grant.stored_names is None else sorted(grant.stored_names)
    return {
        "subscriber_id": one.subscriber_id,
        "title": one.title,
        "way": one.way,
        "grant_id": grant and grant.grant_id,
        "purpose": grant and grant.purpose,
        "types": types,
        "full": grant and grant.full,
        "until_at": grant and grant.until_at,
        "paused": one.is_paused,
        "since_position": one.since_position,
    }
