"""Erasing a patient on the store: with the event, in its transaction, at whatever moment, and again after a restore."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from deploy.database.backup import backup
from deploy.database.restore import restore
from domain.actor import Actor, Role
from domain.episode.episode import EPISODE
from domain.patient.confirm_erasure import ConfirmErasure, EraseAgain, confirm_erasure, erase_again
from domain.patient.erasure import LegalBasis
from domain.patient.patient import PATIENT
from domain.patient.place_legal_hold import PlaceLegalHold, place_legal_hold
from domain.patient.propose_erasure import ProposeErasure, propose_erasure
from domain.patient.refusals import EpisodeIsOpen, PatientIsErased, RecordIsUnderLegalHold
from domain.refusal import Refused
from domain.sealed import Sealed
from store.erased_list import Erased, ErasedListIsDamaged, add_to_list, erased_in, read_list
from store.errors import AlreadyReserved, KeyWasDestroyed
from store.reach import open_episodes
from tests.postgres import Database, Server, on_both_servers
from tests.store.house import House, house, second
from tests.store.test_sealing import found_by

LATER = datetime.now(UTC) + timedelta(days=20)


class Clock:
    """Moves when somebody says so."""

    now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def home(database: Database) -> Iterator[House]:
    clock = Clock()
    with house(database.app_url, clock=clock) as opened:
        opened.clock = clock  # type: ignore[attr-defined]
        yield opened


def officers(home: House) -> tuple[Actor, Actor]:
    first, other = home.admit(Role.COMPLIANCE), home.admit(Role.COMPLIANCE)
    return first._replace(reauthenticated=True), other._replace(reauthenticated=True)


def name_of(home: House, patient_id: UUID) -> Sealed[str]:
    name: Sealed[str] = home.care.state(PATIENT, patient_id, network_id=home.network_id)[0].name
    return name


def reference_of(home: House, patient_id: UUID) -> str:
    return str(home.care.state(PATIENT, patient_id, network_id=home.network_id)[0].reference)


def propose(home: House, patient_id: UUID, by: Actor) -> UUID:
    erasure_id = uuid4()
    order = ProposeErasure(
        erasure_id=erasure_id,
        reference=reference_of(home, patient_id),
        legal_basis=LegalBasis.RETENTION_PERIOD_OVER,
        reason=Sealed.of("Seven years are over."),
    )
    home.decide(PATIENT, patient_id, propose_erasure, order, by=by)
    return erasure_id


def confirm(home: House, patient_id: UUID, erasure_id: UUID, by: Actor, **command: Any) -> Any:
    home.clock.now = LATER  # type: ignore[attr-defined]
    order = ConfirmErasure(erasure_id=erasure_id, reference=reference_of(home, patient_id))
    return home.decide(PATIENT, patient_id, confirm_erasure, order, by=by, **command)


def erase(home: House, patient_id: UUID) -> UUID:
    first, other = officers(home)
    erasure_id = propose(home, patient_id, first)
    confirm(home, patient_id, erasure_id, other)
    home.keyring.forget(home.network_id, patient_id)
    return erasure_id


@on_both_servers
def test_the_key_goes_with_the_event(database: Database) -> None:
    clock = Clock()
    with house(database.app_url, clock=clock) as home:
        home.clock = clock  # type: ignore[attr-defined]
        ada, ben = home.register("Ada Example"), home.register("Ben Example")
        name = name_of(home, ada)
        assert home.keyring.open(name, network_id=home.network_id) == "Ada Example"
        erase(home, ada)
        for one in (home, later := second(home, database)):
            with pytest.raises(KeyWasDestroyed):
                one.keyring.open(name, network_id=home.network_id)
            assert one.keyring.open(name_of(one, ben), network_id=home.network_id) == "Ben Example"
        assert (found_by(home, "ada"), found_by(home, "ben")) == ([], [ben])
        assert len(later.care.history(PATIENT, ada, network_id=home.network_id)) == 3, "the history stays"
        later.close()


def test_a_key_is_destroyed_for_nobody_of_whom_no_event_says_so(home: House) -> None:
    ada = home.register("Ada Example")
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        home.datastore.in_network(home.network_id, read_only=False) as connection,
    ):
        connection.execute("SELECT destroy_key_of_erased(%s, %s)", [home.network_id, ada])


def test_nobody_erases_from_another_network(home: House, database: Database) -> None:
    ada = home.register("Ada Example")
    erase(home, ada)
    ben = home.register("Ben Example")
    with house(database.app_url) as theirs, pytest.raises(psycopg.errors.InsufficientPrivilege):  # noqa: SIM117
        with theirs.datastore.in_network(theirs.network_id, read_only=False) as connection:
            connection.execute("SELECT destroy_key_of_erased(%s, %s)", [theirs.network_id, ben])


def test_what_is_not_recorded_destroys_nothing(home: House, database: Database) -> None:
    """The transaction fails behind the destruction, as when the server is killed there."""
    ada = home.register("Ada Example")
    first, other = officers(home)
    erasure_id, command_id = propose(home, ada, first), uuid4()
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'killed'; END $$;"
            "CREATE TRIGGER fail BEFORE DELETE ON patient_search FOR EACH ROW EXECUTE FUNCTION fail()"
        )
    with pytest.raises(Exception, match="killed"):
        confirm(home, ada, erasure_id, other, command_id=command_id)
    assert home.keyring.open(name_of(home, ada), network_id=home.network_id) == "Ada Example"
    assert home.query("SELECT destroyed_at FROM data_keys WHERE person_id = %s", [ada]) == [(None,)]
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute("DROP TRIGGER fail ON patient_search")
    confirm(home, ada, erasure_id, other, command_id=command_id)
    assert confirm(home, ada, erasure_id, other, command_id=command_id).repeated
    assert found_by(home, "ada") == []


def test_an_episode_that_opens_meanwhile_stops_it_and_none_opens_afterwards(home: House) -> None:
    ada, coordinator = home.register("Ada Example"), home.admit(Role.COORDINATOR)
    first, other = officers(home)
    erasure_id = propose(home, ada, first)
    home.care.state(PATIENT, ada, network_id=home.network_id)  # remembered, as a process has it that decides
    with home.datastore.in_network(home.network_id, read_only=False) as connection:
        connection.execute(
            "INSERT INTO reservations (network_id, kind, key, stream_id) VALUES (%s, 'open_episode', %s, %s)",
            [home.network_id, str(ada), uuid4()],
        )  # as by a referral that this process has not seen
    with pytest.raises(AlreadyReserved):
        confirm(home, ada, erasure_id, other)
    assert home.keyring.open(name_of(home, ada), network_id=home.network_id) == "Ada Example"
    with home.datastore.in_network(home.network_id, read_only=False) as connection:
        connection.execute("DELETE FROM reservations WHERE key = %s", [str(ada)])
    confirm(home, ada, erasure_id, other)
    with pytest.raises(Refused):
        home.refer(uuid4(), ada, by=coordinator)
    assert open_episodes(home.datastore, home.network_id) == [], "the place that is kept is no episode"


def test_two_who_confirm_and_refer_at_once_never_both_succeed(home: House, database: Database) -> None:
    coordinator = home.admit(Role.COORDINATOR)
    first, other = officers(home)
    proposals = {home.register("Ada Example"): None for _ in range(8)}
    erasures = {patient_id: propose(home, patient_id, first) for patient_id in proposals}
    home.clock.now = LATER  # type: ignore[attr-defined]
    rival = second(home, database)
    for patient_id, erasure_id in erasures.items():
        done: list[str] = []

        def attempt(what: str, done: list[str] = done, patient_id: UUID = patient_id, then: Any = erasure_id) -> None:
            try:
                rival.refer(then, patient_id, coordinator) if what == "referred" else confirm(
                    home, patient_id, then, other
                )
            except (Refused, KeyWasDestroyed):
                return
            done.append(what)

        episode_id = uuid4()
        both = [
            threading.Thread(target=attempt, args=("erased",)),
            threading.Thread(target=attempt, args=("referred",), kwargs={"then": episode_id}),
        ]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert len(done) == 1, done
        opened, _ = rival.care.state(EPISODE, episode_id, network_id=home.network_id)
        assert (opened.patient_id is not None) == (done == ["referred"])
    rival.close()


def test_an_open_episode_and_a_legal_hold_stop_it_on_the_log(home: House) -> None:
    ada, ben = home.register("Ada Example"), home.register("Ben Example")
    first, _ = officers(home)
    home.refer(uuid4(), ada, by=home.admit(Role.COORDINATOR))
    with pytest.raises(EpisodeIsOpen):
        propose(home, ada, first)
    home.decide(PATIENT, ben, place_legal_hold, PlaceLegalHold(hold_id=uuid4(), reason=Sealed.of("Doe")), by=first)
    with pytest.raises(RecordIsUnderLegalHold):
        propose(home, ben, first)


@pytest.fixture
def empty(server: Server) -> Iterator[Database]:
    """Where copies are brought back."""
    with server.fresh_database() as database:
        yield database


def test_a_copy_of_before_is_brought_back_without_them(
    home: House, database: Database, empty: Database, tmp_path: Path
) -> None:
    ada, ben = home.register("Ada Example"), home.register("Ben Example")
    name = name_of(home, ada)
    backup(database.work_url, home.kek.path, tmp_path / "before")
    erasure_id = erase(home, ada)
    with psycopg.connect(database.work_url) as connection:
        (erased,) = listed = erased_in(connection)
    assert (erased.patient_id, erased.erasure_id, erased.erased_at) == (ada, erasure_id, LATER)

    restore(empty.owner_url, tmp_path / "keys.json", tmp_path / "before", listed)
    there = House(empty.app_url, tmp_path / "keys.json")
    there.network_id, there.system = home.network_id, home.system
    with pytest.raises(KeyWasDestroyed):
        there.keyring.open(name, network_id=home.network_id)
    assert there.keyring.open(name_of(there, ben), network_id=home.network_id) == "Ben Example"
    assert (found_by(there, "ada"), found_by(there, "ben")) == ([], [ben])
    assert there.query("SELECT destroyed_at FROM data_keys WHERE person_id = %s", [ada]) == [(LATER,)]
    with psycopg.connect(empty.work_url) as connection:
        assert erased_in(connection) == [], "the log does not know yet"
    order = EraseAgain(**erased.model_dump(include={"erasure_id", "legal_basis", "proposed_by", "confirmed_by"}))
    there.decide(PATIENT, ada, erase_again, order)
    with pytest.raises(PatientIsErased):
        propose(there, ada, officers(there)[0])
    there.close()


def one_erased() -> Erased:
    return Erased(
        network_id=uuid4(),
        patient_id=uuid4(),
        erasure_id=uuid4(),
        legal_basis=LegalBasis.PATIENT_RIGHT,
        proposed_by=uuid4(),
        confirmed_by=uuid4(),
        erased_at=LATER,
    )


def test_the_list_takes_each_once_and_outlives_whoever_is_killed_writing(tmp_path: Path) -> None:
    path, first, other = tmp_path / "erased" / "list.jsonl", one_erased(), one_erased()
    assert read_list(path) == []
    assert add_to_list(path, [first]) == 1
    with path.open("ab") as file:
        file.write(b'{"network_id": "half')
    assert read_list(path) == [first]
    assert add_to_list(path, [first, other]) == 1
    assert read_list(path) == [first, other]
    assert add_to_list(path, [first, other]) == 0
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(b"nonsense\n" + path.read_bytes())
    with pytest.raises(ErasedListIsDamaged):
        read_list(path)


def test_an_empty_list_says_that_somebody_kept_it(tmp_path: Path) -> None:
    assert add_to_list(tmp_path / "list.jsonl", []) == 0
    assert (tmp_path / "list.jsonl").exists()
