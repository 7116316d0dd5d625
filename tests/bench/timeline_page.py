"""The timeline page of a 50-event episode with everything on, against a bare route: 50 rows and Jinja."""

from collections.abc import Iterator
from urllib.request import Request, urlopen

import psycopg

from deploy.read_models import bring_to_head
from tests.bench.house import House, house, wiring_of
from tests.bench.load import rate
from tests.bench.log import courses
from tests.bench.pairs import Row, compare
from tests.bench.programs import bare, serving, signed_in

CONCURRENCY = 16
SECONDS = 1
EPISODES = 200
LENGTH = 50
PEERS_ROWS = """
    CREATE TABLE bench.timeline AS
    SELECT stream_id, version, topic, occurred_at, recorded_at, actor_role,
           convert_from(payload, 'UTF8')::jsonb AS payload
      FROM events
     WHERE stream_type = 'episode';
    ALTER TABLE bench.timeline ADD PRIMARY KEY (stream_id, version);
    GRANT SELECT ON bench.timeline TO throughline_app;
    ANALYZE bench.timeline;
"""


def run() -> Iterator[Row]:
    with house() as built, wiring_of(built.data) as wiring:
        episodes = courses(built.superuser_url, length=LENGTH, copies=EPISODES)
        _copy_for_the_peer(built)
        bring_to_head(wiring)
        with serving(built.data) as ours, bare(built.data, wiring.addresses.for_app) as peer:
            headers = signed_in(wiring)
            our_paths = [f"/episodes/{one}/timeline" for one in episodes]
            their_paths = [f"/timeline/{one}" for one in episodes]
            sizes = [_size(ours.address + our_paths[0], headers), _size(peer.address + their_paths[0], {})]
            yield compare(
                f"timeline page of {LENGTH} events, concurrency {CONCURRENCY}",
                lambda: rate(ours.address, our_paths, concurrency=CONCURRENCY, seconds=SECONDS, headers=headers),
                lambda: rate(peer.address, their_paths, concurrency=CONCURRENCY, seconds=SECONDS, headers={}),
                target=0.75,
                note=f"page: ours {sizes[0]} kB, bare {sizes[1]} kB; "
                f"memory: ours {ours.resident_mib} MiB, bare {peer.resident_mib} MiB",
            )


def _copy_for_the_peer(built: House) -> None:
    with psycopg.connect(built.superuser_url, autocommit=True) as connection:
        connection.execute(PEERS_ROWS)


def _size(url: str, headers: dict[str, str]) -> int:
    with urlopen(Request(url, headers=headers)) as answer:  # noqa: S310 our own process
        return len(answer.read()) // 1024
