"""Psychotherapy notes in the store: their author's alone, opened by two keys, seen by no reader of the log."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from gzip import decompress
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from deploy.database.backup import backup
from domain.actor import Actor, Role
from domain.psychotherapy_note.notes import AuthorAndPatient
from domain.psychotherapy_note.write_psychotherapy_note import WritePsychotherapyNote
from store.command import Receipt, system_clock
from store.datastore import Datastore
from store.errors import KeyWasDestroyed, KeyWasUsedForAnother, SealIsBroken
from store.feed import Feed
from store.held_notes import HeldNotes
from store.keyring import Keyring
from store.paired_keys import PairedKeys
from store.psychotherapy_notes import OPENS_NOTES, PsychotherapyNotes
from store.reader import Reader
from store.rewrapping import wrap_anew
from tests.postgres import Database
from tests.store.house import House
from tests.store.test_sealing import workers_keyring
from workers.tidy import tidy_once

TEXT = "She came back to the dream about the house."


class Desk:
    """An author with a patient, and the way to their notes."""

    def __init__(self, home: House) -> None:
        self.home, self.author, self.patient_id = home, home.admit(Role.THERAPIST), home.register()
        keyring = Keyring(home.datastore, home.kek, remembered_seconds=0)
        self.notes = PsychotherapyNotes(home.datastore, keyring, home.kek, system_clock)

    def write(self, text: str = TEXT, by: Actor | None = None, key: UUID | None = None) -> Receipt:
        key = key or uuid4()
        order = WritePsychotherapyNote.model_validate({"note_id": key, "patient_id": self.patient_id, "text": text})
        return self.notes.write(by or self.author, order, command_id=key, correlation_id=key)

    def read(self, by: Actor | None = None) -> list[str]:
        return [note.text for note in self.notes.read(by or self.author, self.patient_id)]


@pytest.fixture
def desk(home: House) -> Desk:
    return Desk(home)


def events_seen(url: str) -> Iterator[str]:
    """The stream of every event that a role sees in whatever network, asked as plainly as can be."""
    with psycopg.connect(url) as connection:
        yield from (kind for (kind,) in connection.execute("SELECT stream_type FROM events"))


def test_an_author_reads_their_own_newest_first_and_nobody_else_any(desk: Desk) -> None:
    assert desk.read() == []
    desk.write()
    desk.write("And the door that would not close.")
    assert desk.read() == ["And the door that would not close.", TEXT]
    colleague = desk.home.admit(Role.THERAPIST)
    assert desk.read(by=colleague) == []
    desk.write("Mine.", by=colleague)
    assert desk.read(by=colleague) == ["Mine."]
    assert desk.read(by=desk.author._replace(network_id=uuid4())) == []


def test_the_same_note_again_is_kept_once_and_another_under_its_key_not_at_all(desk: Desk) -> None:
    key = uuid4()
    desk.write(key=key)
    assert desk.write(key=key).repeated
    with pytest.raises(KeyWasUsedForAnother):
        desk.write("Other words.", key=key)
    assert desk.read() == [TEXT]


def test_no_role_sees_a_note_but_on_a_connection_that_opens_them(desk: Desk, database: Database) -> None:
    position = desk.write().position
    assert "psychotherapy_note" not in set(events_seen(database.work_url))
    assert list(events_seen(database.app_url)) == [], "no network in force"
    query = "SELECT count(*) FROM events WHERE stream_type = 'psychotherapy_note' OR position = %s"
    assert desk.home.query(query, [position]) == [(0,)]
    assert desk.home.query("SELECT count(*) FROM psychotherapy_note_key") == [(0,)]
    with psycopg.connect(database.work_url) as connection:
        connection.execute("SET throughline.psychotherapy_notes = 'open'")
        ((count,),) = connection.execute(query.encode(), [position]).fetchall()
    assert count == 1


def test_a_note_cannot_be_recorded_through_the_door_of_the_record(desk: Desk) -> None:
    desk.write()
    copied = (
        "INSERT INTO events (stream_type, stream_id, version, network_id, event_id, topic, schema_version, payload,"
        " occurred_at, occurred_zone, actor_id, actor_role, command_id, ordinal, correlation_id, sensitivity)"
        " VALUES ('psychotherapy_note', gen_random_uuid(), 1, %s, gen_random_uuid(), 'x', 1, '', now(), 'UTC',"
        " gen_random_uuid(), 'therapist', gen_random_uuid(), 0, gen_random_uuid(), 'standard')"
    )
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        desk.home.datastore.in_network(desk.home.network_id, read_only=False) as connection,
    ):
        connection.execute(copied.encode(), [desk.home.network_id])


def test_readers_and_feeds_go_past_a_note_and_tell_their_consumers_of_no_gap(desk: Desk, database: Database) -> None:
    home = desk.home
    noted = desk.write().position
    home.register("Ben Example")
    last = desk.write("The last of all.").position
    with closing(Datastore(database.work_url)) as work:
        whole = Reader(work)
        assert noted not in {row.position for row in whole.rows(0, 1000)}
        assert whole.head() < last, "the head is that of what can be seen, so nobody is ever behind by a note"
        assert whole.page(0, 1000).position == whole.head()
        for feed in (Feed(work), Feed(home.datastore, network_id=home.network_id)):
            events = feed.page(None, 1000).events
            positions = [event["position"] for event in events]
            assert noted not in positions
            assert [event.get("previous") for event in events] == [None, *positions[:-1]]
            assert "psychotherapy" not in str(events).lower()
            step, cursor = [], None
            while page := feed.page(cursor, 1).events:
                step += page
                cursor = f"{page[-1]['logid']}:{page[-1]['position']}"
            assert step == events
            after_the_note = feed.page(f"{events[0]['logid']}:{noted}", 1).events
            assert after_the_note[0]["previous"] == max(p for p in positions if p < noted)


@pytest.mark.parametrize("erased", ["author", "patient"])
def test_destroying_either_key_erases(desk: Desk, database: Database, erased: str) -> None:
    desk.write()
    person = desk.author.actor_id if erased == "author" else desk.patient_id
    with workers_keyring(desk.home, database) as worker:
        worker.destroy(desk.home.network_id, person)
    with pytest.raises(KeyWasDestroyed):
        desk.read()
    with pytest.raises(KeyWasDestroyed):
        desk.write("After it.")


def test_neither_persons_key_opens_a_note_by_itself(desk: Desk) -> None:
    recorded = desk.write().recorded
    token = recorded[0].event.text.token  # type: ignore[attr-defined]
    keyring = desk.home.keyring
    with pytest.raises(SealIsBroken):
        keyring.open(token, network_id=desk.home.network_id)
    for person in (desk.author.actor_id, desk.patient_id):
        with pytest.raises(SealIsBroken):
            keyring.open(token, network_id=desk.home.network_id, person=person)


def test_the_key_of_one_pair_opens_nothing_of_another(desk: Desk) -> None:
    text = desk.write().recorded[0].event.text  # type: ignore[attr-defined]
    other = AuthorAndPatient(desk.home.admit(Role.THERAPIST).actor_id, desk.patient_id)
    with closing(Datastore(desk.home.datastore.conninfo, settings=OPENS_NOTES)) as opened:
        keys = PairedKeys(opened, desk.home.keyring)
        with pytest.raises(SealIsBroken):
            keys.open_all([text], network_id=desk.home.network_id, pair=other)


def test_rotating_the_wrapping_keys_leaves_notes_readable(desk: Desk, database: Database) -> None:
    desk.write()
    desk.home.kek.add_key()
    with psycopg.connect(database.work_url, autocommit=True) as worker:
        assert sum(wrap_anew(worker, desk.home.kek, "2")) == 2
    desk.home.kek.remove_key("1")
    assert desk.read() == [TEXT]


def test_a_copy_is_whole_and_holds_nothing_in_clear(desk: Desk, database: Database, tmp_path: Path) -> None:

    desk.write()
    folder = tmp_path / "copy"
    backup(database.work_url, desk.home.kek.path, folder)
    assert b"PsychotherapyNoteWritten" in decompress((folder / "events.copy.gz").read_bytes())
    assert decompress((folder / "psychotherapy_note_key.copy.gz").read_bytes()).count(b"\n") == 1
    for path in folder.glob("*.gz"):
        assert TEXT.encode() not in decompress(path.read_bytes())
        assert TEXT.encode().hex().encode() not in decompress(path.read_bytes())


TYPED = {"text": (TEXT,)}


def test_what_came_too_late_waits_for_its_author_about_this_patient_alone(desk: Desk) -> None:
    held_id, notes = uuid4(), desk.notes
    notes.hold(desk.author, desk.patient_id, held_id, TYPED)
    assert notes.held(desk.author, desk.patient_id, held_id) == TYPED
    colleague = desk.home.admit(Role.THERAPIST)
    assert notes.held(colleague, desk.patient_id, held_id) is None
    assert notes.held(desk.author, desk.home.register("Ben Example"), held_id) is None
    assert notes.held(desk.author._replace(network_id=uuid4()), desk.patient_id, held_id) is None
    assert desk.home.query("SELECT count(*) FROM held_psychotherapy_note") == [(0,)], "without opening notes"
    notes.let_go(desk.author, desk.patient_id, held_id)
    assert notes.held(desk.author, desk.patient_id, held_id) is None


def test_what_came_too_late_waits_for_an_hour(desk: Desk, database: Database) -> None:
    """The workers' role drops it after that, and sees none of it before."""
    now = system_clock()
    recent, old = uuid4(), uuid4()
    for held_id, minutes in ((recent, 59), (old, 61)):
        with closing(Datastore(desk.home.datastore.conninfo, settings=OPENS_NOTES)) as opened:
            held = HeldNotes(opened, desk.home.keyring, desk.home.network_id)
            pair = AuthorAndPatient(desk.author.actor_id, desk.patient_id)
            held.hold(pair, held_id, TYPED, now=now - timedelta(minutes=minutes))
    assert desk.notes.held(desk.author, desk.patient_id, recent) == TYPED
    assert desk.notes.held(desk.author, desk.patient_id, old) is None
    tidy_once(database.work_url)
    with psycopg.connect(database.superuser_url) as connection:
        left = connection.execute("SELECT held_id FROM held_psychotherapy_note").fetchall()
    assert left == [(recent,)]
    with psycopg.connect(database.work_url) as worker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        worker.execute("SELECT FROM held_psychotherapy_note")


@pytest.mark.parametrize("erased", ["author", "patient"])
def test_destroying_either_key_erases_what_came_too_late(desk: Desk, database: Database, erased: str) -> None:
    held_id = uuid4()
    desk.notes.hold(desk.author, desk.patient_id, held_id, TYPED)
    with workers_keyring(desk.home, database) as worker:
        worker.destroy(desk.home.network_id, desk.author.actor_id if erased == "author" else desk.patient_id)
    with pytest.raises(KeyWasDestroyed):
        desk.notes.held(desk.author, desk.patient_id, held_id)
    with pytest.raises(KeyWasDestroyed):
        desk.notes.hold(desk.author, desk.patient_id, held_id, TYPED)
