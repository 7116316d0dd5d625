"""A command is recorded once, whatever happens to its reply."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from domain.actor import Role
from domain.clinician.clinician import CLINICIAN
from domain.clinician.record_licence import record_licence
from domain.network.create_network import CreateNetwork, create_network
from domain.network.network import NETWORK
from store.command import Receipt
from store.errors import KeyWasUsedForAnother
from tests.postgres import Database, on_both_servers
from tests.store.house import House, house
from tests.store.proxy import LosesReplies


def licences(home: House, clinician_id: UUID) -> int:
    history = home.care.history(CLINICIAN, clinician_id, network_id=home.network_id)
    return sum(event.stored_as == "LicenceRecorded" for event, _ in history)


@on_both_servers
def test_the_same_key_and_body_answer_the_same(database: Database) -> None:
    with house(database.app_url) as home:
        clinician = home.admit(Role.THERAPIST)
        order = home.licence_order()
        command = home.command(order)
        first = home.care.decide(CLINICIAN, clinician.actor_id, record_licence, order, command=command)
        home.record_licence(clinician.actor_id)
        again = home.care.decide(CLINICIAN, clinician.actor_id, record_licence, order, command=command)
        assert again == first._replace(repeated=True)
        assert licences(home, clinician.actor_id) == 2


@on_both_servers
def test_the_same_key_with_another_body_is_refused(database: Database) -> None:
    with house(database.app_url) as home:
        clinician, key = home.admit(Role.THERAPIST), uuid4()
        home.record_licence(clinician.actor_id, command_id=key)
        with pytest.raises(KeyWasUsedForAnother):
            home.record_licence(clinician.actor_id, command_id=key)
        assert licences(home, clinician.actor_id) == 1


def test_a_key_belongs_to_the_person_and_the_stream_it_was_used_for(home: House) -> None:
    clinician, other = home.admit(Role.THERAPIST), home.admit(Role.THERAPIST)
    coordinator = home.admit(Role.COORDINATOR)
    order = home.licence_order()
    command = home.command(order)
    home.care.decide(CLINICIAN, clinician.actor_id, record_licence, order, command=command)
    with pytest.raises(KeyWasUsedForAnother):
        home.care.decide(CLINICIAN, other.actor_id, record_licence, order, command=command)
    with pytest.raises(KeyWasUsedForAnother):
        home.care.decide(CLINICIAN, clinician.actor_id, record_licence, order, command=command._replace(by=coordinator))


def test_a_key_of_another_network_says_nothing_about_it(database: Database) -> None:
    with house(database.app_url) as ours, house(database.app_url) as theirs:
        key = uuid4()
        theirs.record_licence(theirs.admit(Role.THERAPIST).actor_id, command_id=key)
        with pytest.raises(KeyWasUsedForAnother):
            ours.record_licence(ours.admit(Role.THERAPIST).actor_id, command_id=key)


def test_a_command_that_changed_nothing_is_remembered_too(home: House) -> None:
    order = CreateNetwork(slug=f"n{home.network_id.hex[:12]}", title="Test", zone="UTC", crisis_text="Call 988")
    command = home.command(order)
    first = home.care.decide(NETWORK, home.network_id, create_network, order, command=command)
    again = home.care.decide(NETWORK, home.network_id, create_network, order, command=command)
    assert (first.recorded, first.repeated, again.recorded, again.repeated) == ((), False, (), True)
    with pytest.raises(KeyWasUsedForAnother):
        home.care.decide(
            NETWORK, home.network_id, create_network, order, command=command._replace(body_hash=b"another")
        )


@on_both_servers
def test_fifty_at_once_record_once_and_all_answer_the_same(database: Database) -> None:
    with house(database.app_url, max_size=20) as home:
        clinician, order = home.admit(Role.THERAPIST), home.licence_order()
        command = home.command(order)
        start = threading.Barrier(50)

        def send() -> Receipt:
            start.wait()
            return home.care.decide(CLINICIAN, clinician.actor_id, record_licence, order, command=command)

        with ThreadPoolExecutor(50) as people:
            receipts = [sent.result() for sent in [people.submit(send) for _ in range(50)]]
        assert licences(home, clinician.actor_id) == 1
        assert sum(not receipt.repeated for receipt in receipts) == 1
        assert len({receipt._replace(repeated=True, recorded=()) for receipt in receipts}) == 1


def test_a_key_whose_month_was_dropped_is_known_by_its_events(home: House, database: Database) -> None:
    clinician, order = home.admit(Role.THERAPIST), home.licence_order()
    command = home.command(order)
    first = home.care.decide(CLINICIAN, clinician.actor_id, record_licence, order, command=command)
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute("DELETE FROM commands")
    again = home.care.decide(CLINICIAN, clinician.actor_id, record_licence, order, command=command)
    assert again == first._replace(repeated=True)
    assert licences(home, clinician.actor_id) == 1


@pytest.mark.faults
def test_a_reply_lost_after_commit_doubles_nothing(database: Database, crash_rounds: int) -> None:
    cluster = database.server
    with LosesReplies(cluster.socket_dir / ".s.PGSQL.5432", b"append_to_stream") as proxy:
        through = make_conninfo(database.app_url, host="127.0.0.1", port=proxy.port)
        with house(through) as home:
            clinician = home.admit(Role.THERAPIST)
            for done in range(1, crash_rounds + 1):
                order = home.licence_order()
                command = home.command(order)
                proxy.lose_next_reply()
                receipt = home.care.decide(CLINICIAN, clinician.actor_id, record_licence, order, command=command)
                assert receipt.repeated, "the lost reply was the append's"
                assert licences(home, clinician.actor_id) == done
                again = home.care.decide(CLINICIAN, clinician.actor_id, record_licence, order, command=command)
                assert again == receipt
            assert proxy.lost == crash_rounds
