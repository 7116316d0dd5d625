"""The append itself: every fact relied on is asked about, and what it refuses leaves nothing behind."""

from uuid import UUID, uuid4

import psycopg
import pytest

from domain.event import FactRelied
from domain.psychotherapy_note.notes import PSYCHOTHERAPY_NOTE
from store.append import Append
from store.errors import AppendConflict, FactHasChanged, StreamStandsElsewhere
from store.recorder import APPEND_PLAINLY, CareRecorder
from tests.postgres import Database, on_both_servers
from tests.store.house import House, house
from tests.store.writers import batch


def stream_of(recorder: CareRecorder, events: int) -> UUID:
    stream_id = uuid4()
    assert len(recorder.insert_events(batch(stream_id, 0, events)) or ()) == events
    return stream_id


def left_behind(home: House) -> list[tuple[int, ...]]:
    return home.query("SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM commands)")


@on_both_servers
@pytest.mark.parametrize(("size", "facts_relied_on"), [(0, 3), (1, 1), (1, 3), (3, 3)])
def test_a_fact_that_moved_on_keeps_everything_out(
    home: House, database: Database, size: int, facts_relied_on: int
) -> None:
    recorder = home.care.application.recorder.in_network(home.network_id)
    relied = [FactRelied("bare", stream_of(recorder, 2), 2) for _ in range(facts_relied_on)]
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


@on_both_servers
@pytest.mark.parametrize("size", [1, 3])
def test_neither_way_of_appending_reaches_over_the_wall(database: Database, size: int) -> None:
    with house(database.app_url) as ours, house(database.app_url) as theirs:
        there = stream_of(theirs.care.application.recorder.in_network(theirs.network_id), 2)
        recorder = ours.care.application.recorder.in_network(ours.network_id)
        before = left_behind(ours), left_behind(theirs)
        for version in (0, 1, 2):  # where that stream does stand is not to be told
            append = append_to(ours, stream_id=there, version=version)
            with pytest.raises(AppendConflict):
                recorder.insert_events(batch(there, version, size), append=append)
        assert (left_behind(ours), left_behind(theirs)) == before
        append = append_to(ours, facts=(FactRelied("bare", there, 1),))
        recorder.insert_events(batch(append.stream_id, 0, size), append=append)
        assert append.recorded.status == "recorded", "what moved on behind the wall is not seen"


@on_both_servers
def test_the_plain_way_writes_no_note(home: House, database: Database) -> None:
    note = append_to(home)
    note.stream_type = PSYCHOTHERAPY_NOTE.name
    events = batch(note.stream_id, 0, 1)
    assert not note.is_plain(events)
    with psycopg.connect(database.app_url) as connection:
        connection.execute("SET throughline.psychotherapy_notes = 'open'")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            APPEND_PLAINLY.call(connection, note.plain_parameters(events[0]))


@on_both_servers
def test_the_owner_itself_stays_behind_the_wall(home: House, database: Database) -> None:
    append = append_to(home)
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            APPEND_PLAINLY.call(connection, append.plain_parameters(*batch(append.stream_id, 0, 1)))


def append_to(
    home: House, *, stream_id: UUID | None = None, version: int = 0, facts: tuple[FactRelied, ...] = ()
) -> Append:
    bare = Append.of_bare(batch(stream_id or uuid4(), version, 1), home.network_id)
    bare.facts = facts
    return bare
