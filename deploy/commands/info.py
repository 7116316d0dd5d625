"""`throughline info`: which log this is, how far it reaches, and how far each read model and policy has come."""

from typing import TYPE_CHECKING, Any

import typer

from deploy.commands.output import AsJson, print_facts, print_json, print_table

if TYPE_CHECKING:
    import psycopg

    from deploy.wiring import Wiring


def info(as_json: AsJson = False) -> None:
    """Show the database, its log, the read models, the policies and the Kafka topics."""
    from deploy.wiring import wired

    with wired() as wiring:
        found = _found(wiring)
    if as_json:
        print_json(found)
        return
    followers, topics = [*found.pop("read_models"), *found.pop("policies")], found.pop("topics")
    print_facts(found)
    typer.echo("")
    columns = ["name", "version", "position", "lag"]
    print_table(columns, [[one[column] for column in columns] for one in followers])
    if topics:
        typer.echo("")
        columns = ["topic", "position", "lag", "parked", "failure", "since"]
        print_table(columns, [[one[column] for column in columns] for one in topics])
        for one in topics:
            said = " until ".join(filter(None, (one["who_waits"], one["remedy"])))
            typer.echo(f"{one['topic']}: {said}") if said else None


def _found(wiring: "Wiring") -> dict[str, Any]:
    from domain.policies import POLICIES
    from projections import READ_MODELS
    from projections.engine.positions import positions

    with wiring.work_connection() as connection:
        log = connection.execute(
            "SELECT log_id, (SELECT coalesce(max(position), 0) FROM events) FROM log_identity"
        ).fetchone()
        log_id, head = log or ("", 0)
        models, policies = (
            [
                {"name": one.name, "version": one.version, "position": one.position, "lag": max(0, head - one.position)}
                for one in positions(connection, followers)
            ]
            for followers in (READ_MODELS, POLICIES)
        )
        messages, topics = _messages(connection), _topics(connection, head)
    answer = {"database": _database(wiring), "log_id": log_id, "head": head}
    return {**answer, **messages, "read_models": models, "policies": policies, "topics": topics}


def _messages(connection: "psycopg.Connection[Any]") -> dict[str, Any]:
    """How many messages to staff wait, and how many never went out: somebody has to look at those."""
    from store.reminders import count_of

    waiting, lost = count_of(connection)
    return {"messages_waiting": waiting, "messages_lost": lost}


def _topics(connection: "psycopg.Connection[Any]", head: int) -> list[dict[str, Any]]:
    """How far each Kafka topic has come, and why one stands still."""
    from store.publishing import places

    return [
        {
            "topic": one.topic,
            "position": one.position,
            "lag": max(0, head - one.position) if one.is_served else None,
            "parked": one.parked,
            "failure": one.failure,
            "since": one.since if one.parked or one.failure else None,
            "remedy": one.remedy,
            "who_waits": one.who_waits if one.parked and one.is_served else None,
        }
        for one in places(connection).values()
    ]


def _database(wiring: "Wiring") -> str:
    """Where the database is, without the password that an address may hold."""
    from psycopg.conninfo import conninfo_to_dict

    if wiring.addresses.is_embedded:
        return f"embedded in {wiring.settings.data.resolve()}, never for real patients"
    parts = conninfo_to_dict(wiring.addresses.for_work)
    return f"{parts.get('dbname', '')} at {parts.get('host', 'localhost')}:{parts.get('port', '5432')}"
