"""Rotating the key-encryption key: in batches, beside processes that go on, and nothing is lost by who is killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from domain.patient.patient import PATIENT
from store.key_file import KeyFile, KeyIsNotInTheFile, KeyIsStillNeeded
from store.rewrapping import counts_by_key, is_needed, wrap_anew
from store.webhooks.secrets import open_secrets, sealed_secret
from tests.postgres import Database, on_both_servers
from tests.store.house import House, house, second


@contextmanager
def work(database: Database) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        yield connection


def read(home: House, patient_id: Any) -> str:
    state, _ = home.care.state(PATIENT, patient_id, network_id=home.network_id)
    return home.keyring.open(state.name, network_id=home.network_id, person=patient_id)


@on_both_servers
def test_everything_is_wrapped_anew_in_batches_and_still_opens(database: Database) -> None:
    with house(database.app_url) as home:
        people = {home.register(f"Ada {number} Example"): number for number in range(7)}
        secret = secret_of(home)
        home.kek.add_key()
        with work(database) as connection:
            payloads = home.query("SELECT payload FROM events ORDER BY position")
            assert list(wrap_anew(connection, home.kek, "2", batch=3)) == [3, 3, 1, 1]
            assert counts_by_key(connection) == {"2": {"data_keys": 7, "webhook_secrets": 1}}
            assert list(wrap_anew(connection, home.kek, "2")) == []
        home.kek.remove_key("1")
        later = second(home, database)
        assert [read(later, patient_id) for patient_id in people] == [f"Ada {n} Example" for n in people.values()]
        with later.datastore.in_network(home.network_id) as connection:
            assert open_secrets(connection, later.kek, [secret[0]]) == [secret[1]]
        assert home.query("SELECT payload FROM events ORDER BY position") == payloads, "no event is encrypted anew"
        later.close()


def secret_of(home: House) -> tuple[Any, str]:
    """A secret of a webhook, and what it is in clear."""
    secret_id, subscriber_id = uuid4(), uuid4()
    about = {"secret_id": secret_id, "network_id": home.network_id, "subscriber_id": subscriber_id}
    kek_id, wrapped = sealed_secret(home.kek, **about)
    with home.datastore.in_network(home.network_id, read_only=False) as connection:
        connection.execute(
            "INSERT INTO webhook_secret (secret_id, network_id, subscriber_id, kek_id, wrapped)"
            " VALUES (%s, %s, %s, %s, %s)",
            [secret_id, home.network_id, subscriber_id, kek_id, wrapped],
        )
        return secret_id, open_secrets(connection, home.kek, [secret_id])[0]


def test_whoever_is_killed_between_batches_is_followed_by_another_run(home: House, database: Database) -> None:
    people = [home.register("Ada Example") for _ in range(5)]
    home.kek.add_key()
    with work(database) as connection:
        assert next(wrap_anew(connection, home.kek, "2", batch=2)) == 2
    later = second(home, database)
    assert {read(later, patient_id) for patient_id in people} == {"Ada Example"}, "some under each key"
    with work(database) as connection:
        assert sum(wrap_anew(connection, later.kek, "2", batch=2)) == 3
    later.close()


def test_a_process_that_runs_beside_it_learns_the_new_key_by_itself(home: House, database: Database) -> None:
    other = second(home, database)
    ada = home.register("Ada Example")
    added = KeyFile.open(home.kek.path).add_key()
    ben = other.register("Ben Example")
    assert {kek_id for (kek_id,) in home.query("SELECT kek_id FROM data_keys WHERE person_id = %s", [ben])} == {added}
    assert (read(home, ben), read(other, ada)) == ("Ben Example", "Ada Example")
    with work(database) as connection:
        list(wrap_anew(connection, KeyFile.open(home.kek.path), added))
    third = second(home, database)
    assert (read(third, ada), read(third, ben)) == ("Ada Example", "Ben Example")
    for one in (other, third):
        one.close()


def test_an_erased_person_stays_erased(home: House, database: Database) -> None:
    ada = home.register("Ada Example")
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute("UPDATE data_keys SET wrapped = NULL, kek_id = NULL, destroyed_at = now()")
    home.kek.add_key()
    with work(database) as connection:
        assert list(wrap_anew(connection, home.kek, "2")) == []
        assert counts_by_key(connection) == {}
    assert home.query("SELECT wrapped FROM data_keys WHERE person_id = %s", [ada]) == [(None,)]


def test_a_key_that_wraps_anything_is_needed_also_by_whoever_is_writing(home: House, database: Database) -> None:
    home.kek.add_key()
    with work(database) as connection, connection.transaction():
        assert not is_needed(connection, "1")
    home.register("Ada Example")
    with work(database) as connection, connection.transaction():
        assert (is_needed(connection, "1"), is_needed(connection, "2")) == (False, True)
        with psycopg.connect(database.app_url, options="-c lock_timeout=200") as writer:
            writer.execute("SELECT set_config('throughline.network_id', %s, true)", [str(home.network_id)])
            with pytest.raises(psycopg.errors.LockNotAvailable):
                writer.execute(
                    "INSERT INTO data_keys (key_id, network_id, person_id, wrapped, kek_id)"
                    " VALUES (%s, %s, %s, '', '1')",
                    [uuid4(), home.network_id, uuid4()],
                )


def test_the_application_neither_locks_keys_nor_wraps_them_anew(home: House) -> None:
    home.register("Ada Example")
    home.kek.add_key()
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        home.datastore.in_network(home.network_id, read_only=False) as connection,
    ):
        list(wrap_anew(connection, home.kek, "2"))
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        home.datastore.in_network(home.network_id, read_only=False) as connection,
    ):
        is_needed(connection, "1")


def test_the_newest_key_is_not_removed_nor_one_that_is_not_there(tmp_path: Path) -> None:
    file = KeyFile.open_or_create(tmp_path / "keys.json")
    with pytest.raises(KeyIsStillNeeded):
        file.remove_key("1")
    with pytest.raises(KeyIsNotInTheFile):
        file.remove_key("7")


def test_two_who_add_at_once_lose_no_key(tmp_path: Path) -> None:
    first = KeyFile.open_or_create(tmp_path / "keys.json")
    other = KeyFile.open(first.path)
    assert (first.add_key(), other.add_key()) == ("2", "3")
    assert KeyFile.open(first.path).ids == ["1", "2", "3"]
    kek_id, wrapped = other.wrap(b"k" * 32, b"about")
    assert (kek_id, first.unwrap(kek_id, wrapped, b"about")) == ("3", b"k" * 32)


def test_the_index_key_stays_and_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = KeyFile.open_or_create(tmp_path / "keys.json")
    before = file.blind(b"x")
    file.add_key()
    assert KeyFile.open(file.path).blind(b"x") == before
    assert file.path.stat().st_mode & 0o077 == 0


def test_what_was_wrapped_by_a_key_that_is_missing_says_so(tmp_path: Path) -> None:
    file = KeyFile.open_or_create(tmp_path / "keys.json")
    file.add_key()
    kek_id, wrapped = file.wrap(b"k" * 32, b"about")
    (tmp_path / "old.json").write_bytes(file.path.read_bytes())
    (tmp_path / "old.json").chmod(0o600)
    old = KeyFile.open(tmp_path / "old.json")
    old._replace({"1": old._keys["1"]})
    with pytest.raises(KeyIsNotInTheFile):
        old.unwrap(kek_id, wrapped, b"about")
