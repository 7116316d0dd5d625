"""The append itself: every fact relied on is asked about, and what it refuses leaves nothing behind."""

from uuid import UUID, uuid4

import pytest

from domain.event import FactRelied
from store.append import Append
from store.errors import FactHasChanged, StreamStandsElsewhere
from store.recorder import CareRecorder
from tests.postgres import Database, on_both_servers
from tests.store.house import House
from tests.store.writers import batch


def stream_of(recorder: CareRecorder, events: int) -> UUID:
    stream_id = uuid4()
    assert len(recorder.insert_events(batch(stream_id, 0, events)) or ()) == events
    return stream_id


def left_behind(home: House) -> list[tuple[int, ...]]:
    return home.query("SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM commands)")


@on_both_servers
@pytest.mark.parametrize("size", [0, 1, 3])
def test_a_fact_that_moved_on_keeps_everything_out(home: House, database: Database, size: int) -> None:
    recorder = home.care.application.recorder.in_network(home.network_id)
    relied = [FactRelied("bare", stream_of(recorder, 2), 2) for _ in range(3)]
    for moved in range(len(relied)):
        facts = tuple(fact._replace(version=1) if n == moved else fact for n, fact in enumerate(relied))
        before, append = left_behind(home), append_to(home, facts=facts)
        with pytest.raises(FactHasChanged):
            recorder.insert_events(batch(append.stream_id, 0, size), append=append)
        assert left_behind(home) == before
    append = append_to(home, facts=tuple(relied))
    recorder.insert_events(batch(append.stream_id, 0, size), append=append)
    assert (append.recorded.from_version, append.recorded.to_version) == (0, size)
    assert len(append.recorded.positions or ()) == size


def test_a_version_that_never_was_keeps_everything_out(home: House) -> None:
    recorder = home.care.application.recorder.in_network(home.network_id)
    stream_id, before = stream_of(recorder, 2), left_behind(home)
    append = append_to(home, stream_id=stream_id, version=3)
    with pytest.raises(StreamStandsElsewhere):
        recorder.insert_events(batch(stream_id, 3, 1), append=append)
    assert left_behind(home) == before


def append_to(
    home: House, *, stream_id: UUID | None = None, version: int = 0, facts: tuple[FactRelied, ...] = ()
) -> Append:
    bare = Append.of_bare(batch(stream_id or uuid4(), version, 1), home.network_id)
    bare.facts = facts
    return bare
