"""What policies decide in the open episode because of what happened elsewhere, on the real log."""

from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import psycopg
import pytest

from domain.actor import Role
from domain.derived import derived_id
from domain.episode.episode import EPISODE
from domain.episode.outcome.record_outcome import RecordOutcome, record_outcome
from domain.episode.safety.report_adverse_event import (
    AdverseEventReported,
)
from domain.episode.safety.review_adverse_event import ReviewAdverseEvent, review_adverse_event
from domain.episode.safety.safety import HoldReason
from domain.patient.correct_patient_details import CorrectPatientDetails, correct_patient_details
from domain.patient.patient import PATIENT
from domain.sealed import Sealed
from store.command import system_clock
from tests.postgres import Database
from tests.store.house import House, house
from tests.workers.reacting import POLICY, Course, react


@pytest.fixture
def home(database: Database) -> Iterator[House]:
    with house(database.app_url) as opened:
        yield opened


def test_an_event_reported_after_discharge_stops_dosing_in_the_open_episode(home: House, database: Database) -> None:
    course = Course(home)
    grave, _ = course.report(), course.report(grade=2)
    react(home, database)
    assert course.carried_over() == [grave]
    _, envelope = home.care.history(EPISODE, course.open, network_id=home.network_id)[-1]
    (reported,) = (
        one.envelope
        for one in home.care.history(EPISODE, course.ended, network_id=home.network_id)
        if isinstance(one.event, AdverseEventReported) and one.event.adverse_event_id == grave
    )
    assert envelope.causation_id == reported.event_id
    assert envelope.correlation_id == reported.correlation_id
    assert (envelope.actor_role, envelope.actor_id) == (Role.SYSTEM, derived_id("policy", POLICY.name))


def test_a_review_after_discharge_that_says_dosing_stops_does_so_in_the_open_episode(
    home: House, database: Database
) -> None:
    course = Course(home)
    mild = course.report(grade=2)
    order = ReviewAdverseEvent.model_validate(
        {
            "adverse_event_id": mild,
            "related": "probable",
            "expected": False,
            "action": "dosing_paused",
            "dosing_may_go_on": False,
            "note": Sealed.of("Seen"),
        }
    )
    home.decide(EPISODE, course.ended, review_adverse_event, order, by=course.prescriber)
    react(home, database)
    assert course.carried_over() == [mild]


def test_a_high_c_ssrs_recorded_after_discharge_stops_dosing_in_the_open_episode(
    home: House, database: Database
) -> None:
    course = Course(home)
    order = RecordOutcome(
        outcome_id=uuid4(), instrument="c-ssrs", taken_at=system_clock(), answers=(1, 1, 1, 1, 0, 0, None)
    )
    home.decide(EPISODE, course.ended, record_outcome, order, by=course.therapist)
    react(home, database)
    state, version = home.care.state(EPISODE, course.open, network_id=home.network_id)
    assert [hold.reason for hold in state.holds.values() if hold.because_of == order.outcome_id] == [
        HoldReason.HIGH_RISK
    ]
    assert state.earlier.high_risk is not None
    assert state.earlier_high is not None
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        connection.execute("UPDATE read_models.checkpoint SET position = 0")
    react(home, database)
    assert home.care.state(EPISODE, course.open, network_id=home.network_id)[1] == version


def test_a_birth_date_corrected_to_a_minors_is_known_in_the_open_episode_alone(home: House, database: Database) -> None:
    course = Course(home)
    ended = home.care.state(EPISODE, course.ended, network_id=home.network_id)[1]
    for born, adult in ((date(system_clock().year - 10, 1, 1), False), (date(1984, 3, 11), True)):
        order = CorrectPatientDetails(birth_date=born)
        home.decide(PATIENT, course.patient_id, correct_patient_details, order, by=course.therapist)
        react(home, database)
        state, _ = home.care.state(EPISODE, course.open, network_id=home.network_id)
        assert (state.is_adult, state.found_minor is None) == (adult, adult)
    assert home.care.state(EPISODE, course.ended, network_id=home.network_id)[1] == ended
