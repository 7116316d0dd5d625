"""Taking decisions against a real database: envelopes, conflicts, refusals, who may, and when."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from domain.actor import Actor, Role
from domain.clinician.admit_clinician import AdmitClinician, admit_clinician
from domain.clinician.clinician import CLINICIAN
from domain.clinician.record_licence import LicenceRecorded, record_licence
from domain.clinician.reinstate_clinician import ReinstateClinician, reinstate_clinician
from domain.clinician.suspend_clinician import SuspendClinician, suspend_clinician
from domain.decision import RoleMayNotDecide
from domain.episode.episode import EPISODE
from domain.episode.referral.refer import PatientIsNotKnown
from domain.episode.safety.place_hold import PlaceHold, place_hold
from domain.episode.safety.safety import HoldReason
from domain.event import FactRelied
from domain.network.name_on_call import NameOnCall, OnCallMustBeAPrescriber, name_on_call
from domain.network.network import NETWORK
from domain.sealed import Sealed
from store.errors import AlreadyReserved, NotFound, SeedingIsOff, TimeIsInTheFuture
from store.states import States
from tests.postgres import Database, on_both_servers
from tests.store.house import House, house, second


def on_call(who: Actor) -> NameOnCall:
    return NameOnCall(prescriber_id=who.actor_id, phone="+1 555 0100")


@on_both_servers
def test_a_decision_is_recorded_with_its_envelope(database: Database) -> None:
    with house(database.app_url) as home:
        clinician = home.admit(Role.THERAPIST)
        receipt = home.record_licence(clinician.actor_id, zone="America/New_York")
        (recorded,) = home.care.history(CLINICIAN, clinician.actor_id, network_id=home.network_id)[1:]
        assert recorded == receipt.recorded[0]
        assert (receipt.version, receipt.position) == (2, recorded.envelope.position)
        assert recorded.envelope.actor_id == home.system.actor_id
        assert recorded.envelope.occurred_zone == "America/New_York"
        assert recorded.envelope.occurred_at <= recorded.envelope.recorded_at
        state, version = home.care.state(CLINICIAN, clinician.actor_id, network_id=home.network_id)
        assert version == 2
        assert state.licence_in("NY", Role.THERAPIST).expires_on == recorded.event.expires_on  # type: ignore[attr-defined]


@on_both_servers
def test_the_facts_a_decision_relied_on_are_recorded_with_their_versions(database: Database) -> None:
    with house(database.app_url) as home:
        prescriber = home.admit(Role.PRESCRIBER)
        receipt = home.decide(NETWORK, home.network_id, name_on_call, on_call(prescriber))
        assert receipt.recorded[0].envelope.facts == (FactRelied("clinician", prescriber.actor_id, 1),)


def test_writers_of_one_stream_decide_again_until_all_are_recorded(home: House) -> None:
    clinician = home.admit(Role.THERAPIST)
    start = threading.Barrier(8)

    def write() -> None:
        start.wait()
        home.record_licence(clinician.actor_id)

    with ThreadPoolExecutor(8) as people:
        for written in [people.submit(write) for _ in range(8)]:
            written.result()
    assert home.care.state(CLINICIAN, clinician.actor_id, network_id=home.network_id)[1] == 9


def test_another_process_decides_on_what_the_log_says(home: House, database: Database) -> None:
    clinician = home.admit(Role.THERAPIST)
    other = second(home, database)
    for who in (home, other, home, home, other):
        who.decide(CLINICIAN, clinician.actor_id, record_licence, home.licence_order())
    assert other.care.state(CLINICIAN, clinician.actor_id, network_id=home.network_id)[1] == 6
    other.close()


def test_a_fact_that_changed_meanwhile_is_read_again(home: House, database: Database) -> None:
    prescriber, relief = home.admit(Role.PRESCRIBER), home.admit(Role.PRESCRIBER)
    home.decide(NETWORK, home.network_id, name_on_call, on_call(prescriber))
    home.decide(NETWORK, home.network_id, name_on_call, on_call(relief))
    other = second(home, database)
    other.decide(CLINICIAN, prescriber.actor_id, suspend_clinician, SuspendClinician())
    with pytest.raises(OnCallMustBeAPrescriber):
        home.decide(NETWORK, home.network_id, name_on_call, on_call(prescriber))
    other.close()


def test_a_refusal_is_said_only_after_reading_anew(home: House, database: Database) -> None:
    prescriber = home.admit(Role.PRESCRIBER)
    other = second(home, database)
    home.decide(CLINICIAN, prescriber.actor_id, suspend_clinician, SuspendClinician())
    with pytest.raises(OnCallMustBeAPrescriber):
        home.decide(NETWORK, home.network_id, name_on_call, on_call(prescriber))
    other.decide(CLINICIAN, prescriber.actor_id, reinstate_clinician, ReinstateClinician())
    assert home.decide(NETWORK, home.network_id, name_on_call, on_call(prescriber)).recorded
    other.close()


def test_a_state_that_was_restored_from_a_copy_is_noticed(home: House, database: Database) -> None:
    clinician = home.admit(Role.THERAPIST)
    for _ in range(3):
        home.record_licence(clinician.actor_id)
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute("DELETE FROM events WHERE stream_id = %s AND version > 2", [clinician.actor_id])
    assert home.record_licence(clinician.actor_id).version == 3


def test_a_person_of_another_network_finds_nothing(database: Database) -> None:
    with house(database.app_url) as ours, house(database.app_url) as theirs:
        clinician = ours.admit(Role.THERAPIST)
        assert theirs.care.state(CLINICIAN, clinician.actor_id, network_id=theirs.network_id) == (CLINICIAN.initial, 0)
        assert theirs.care.history(CLINICIAN, clinician.actor_id, network_id=theirs.network_id) == []
        patient = theirs.register()
        by = ours.admit(Role.COORDINATOR)
        with pytest.raises(PatientIsNotKnown):
            ours.refer(uuid4(), patient, by=by)


def test_an_episode_is_not_found_by_whom_it_does_not_concern(home: House) -> None:
    episode_id = uuid4()
    home.refer(episode_id, home.register(), by=home.admit(Role.COORDINATOR))
    hold = PlaceHold(hold_id=uuid4(), reason=HoldReason.OTHER)
    for stranger in (home.admit(Role.THERAPIST), home.admit(Role.COMPLIANCE)):
        with pytest.raises(NotFound) as not_concerned:
            home.decide(EPISODE, episode_id, place_hold, hold, by=stranger)
        with pytest.raises(NotFound) as not_there:
            home.decide(EPISODE, uuid4(), place_hold, hold, by=stranger)
        assert str(not_concerned.value) == str(not_there.value)


def test_the_role_decides_where_the_relation_does_not(home: House) -> None:
    clinician = home.admit(Role.THERAPIST)
    with pytest.raises(RoleMayNotDecide):
        home.record_licence(clinician.actor_id, by=clinician)


@on_both_servers
def test_two_referrals_at_once_open_one_episode(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    # Both looked before either wrote: what is left to refuse the second is the reservation in the append.
    monkeypatch.setattr(States, "episodes_of", lambda *_: [])
    with house(database.app_url) as home:
        patient_id, coordinator = home.register(), home.admit(Role.COORDINATOR)
        home.refer(uuid4(), patient_id, by=coordinator)
        with pytest.raises(AlreadyReserved, match="There is an open episode of this patient already"):
            home.refer(uuid4(), patient_id, by=coordinator)
        assert home.query("SELECT kind, key FROM reservations") == [("open_episode", str(patient_id))]
        assert home.query("SELECT count(*) FROM events WHERE topic = 'PatientReferred'") == [(1,)]


def test_a_time_more_than_five_minutes_ahead_is_refused(home: House) -> None:
    clinician, now = home.admit(Role.THERAPIST), datetime.now(UTC)
    ahead = home.licence_order().model_copy(update={"occurred_at": now + timedelta(minutes=6)})
    with pytest.raises(TimeIsInTheFuture) as refused:
        home.decide(CLINICIAN, clinician.actor_id, record_licence, ahead)
    assert refused.value.field == "occurred_at"
    skewed = home.licence_order().model_copy(update={"occurred_at": now + timedelta(minutes=4)})
    receipt = home.decide(CLINICIAN, clinician.actor_id, record_licence, skewed)
    assert receipt.recorded[0].envelope.occurred_at == skewed.occurred_at


def test_only_a_demonstration_says_when_it_was_recorded(database: Database) -> None:
    long_ago = datetime(2026, 1, 5, 9, tzinfo=UTC)
    with house(database.app_url) as home, house(database.app_url, seeding=True) as demo:
        with pytest.raises(SeedingIsOff):
            home.record_licence(home.admit(Role.THERAPIST).actor_id, recorded_at=long_ago)
        receipt = demo.record_licence(demo.admit(Role.THERAPIST).actor_id, recorded_at=long_ago)
        assert receipt.recorded[0].envelope.recorded_at == receipt.recorded[0].envelope.occurred_at == long_ago


def test_a_state_as_of_a_moment_knows_what_had_happened_and_was_known(database: Database) -> None:
    with house(database.app_url, seeding=True) as home:
        january, march, april = (datetime(2026, month, 5, 9, tzinfo=UTC) for month in (1, 3, 4))
        clinician_id = uuid4()
        admission = AdmitClinician(
            email=Sealed.of("a@example.org"), display_name=Sealed.of("A"), roles=(Role.THERAPIST,)
        )
        home.decide(CLINICIAN, clinician_id, admit_clinician, admission, recorded_at=january)
        late = home.licence_order().model_copy(update={"occurred_at": march})
        home.decide(CLINICIAN, clinician_id, record_licence, late, recorded_at=april)

        def licences(**moment: datetime) -> int:
            state, _ = home.care.as_of(CLINICIAN, clinician_id, network_id=home.network_id, **moment)
            return len(state.licences)

        assert licences(occurred_until=january) == 0
        assert licences(occurred_until=march) == 1
        assert licences(occurred_until=march, recorded_until=march) == 0
        assert licences(recorded_until=april) == 1


def test_an_older_shape_is_brought_to_the_present_one(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    clinician = home.admit(Role.THERAPIST)
    home.record_licence(clinician.actor_id)
    monkeypatch.setattr(LicenceRecorded, "schema_version", 2)
    monkeypatch.setattr(LicenceRecorded, "upcast", classmethod(lambda cls, old, version: {**old, "state": "CA"}))
    event = home.care.history(CLINICIAN, clinician.actor_id, network_id=home.network_id)[-1].event
    assert event.state == "CA"  # type: ignore[attr-defined]
