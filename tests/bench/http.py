"""A command over HTTP with everything on, against a bare route with the same body and one durable INSERT."""

from collections.abc import Iterator
from uuid import UUID

import orjson

from deploy.read_models import bring_to_head
from deploy.wiring import Wiring
from tests.bench.house import House, house, make_reference_as_large, outcome_body, wiring_of
from tests.bench.load import rate
from tests.bench.log import courses
from tests.bench.pairs import Row, compare
from tests.bench.programs import Program, bare, serving, signed_in

SECONDS = 1
EPISODES = 600
LENGTH = 50


def run() -> Iterator[Row]:
    """One and sixteen at a time, each against one process."""
    with house() as built, wiring_of(built.data) as wiring:
        bring_to_head(wiring)
        yield from _compared(built, wiring)


def _compared(built: House, wiring: Wiring) -> Iterator[Row]:
    with serving(built.data) as ours, bare(built.data, wiring.addresses.for_app) as peer:
        headers = {"Content-Type": "application/json", **signed_in(wiring)}
        for concurrency in (1, 16):
            paths = [command_path(one) for one in courses(built.superuser_url, length=LENGTH, copies=EPISODES)]
            remember(ours, paths, headers, concurrency)
            make_reference_as_large(built.superuser_url)
            yield compare(
                f"command over HTTP, concurrency {concurrency}, {LENGTH} events remembered",
                lambda c=concurrency, p=paths: rate(  # type: ignore[misc]
                    ours.address, p, concurrency=c, seconds=SECONDS, headers=headers, body=body()
                ),
                lambda c=concurrency: rate(  # type: ignore[misc]
                    peer.address, ["/outcomes"], concurrency=c, seconds=SECONDS, headers=headers, body=body()
                ),
                target=0.50,
                note=f"memory: ours {ours.resident_mib} MiB, bare {peer.resident_mib} MiB",
            )


def remember(ours: Program, paths: list[str], headers: dict[str, str], concurrency: int) -> None:
    """One command on each course: from now on the process knows its state."""
    sent = 0.0
    while sent < len(paths):
        sent += 3 * rate(
            ours.address, paths[int(sent) :], concurrency=concurrency, seconds=3, headers=headers, body=body()
        )


def command_path(episode_id: UUID) -> str:
    """Where an outcome is recorded."""
    return f"/api/episodes/{episode_id}/record-outcome"


def body() -> str:
    """A PHQ-9 as JSON."""
    return orjson.dumps(outcome_body()).decode()
