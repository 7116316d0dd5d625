"""A licence that has run out is noted once, and what counts on it is found in the episode, through the real log."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from deploy.read_models import open_log
from domain.actor import Actor, Role
from domain.clinician.clinician import CLINICIAN
from domain.clinician.complete_training import CompleteTraining, complete_training
from domain.clinician.record_licence import RecordLicence, record_licence
from domain.episode.episode import EPISODE
from domain.episode.intake.complete_intake import CompleteIntake, complete_intake
from domain.episode.session.book_session import BookSession, book_session
from domain.episode.team.assign_care_team_member import AssignCareTeamMember, assign_care_team_member
from domain.episode.team.recheck_credentials import CredentialLapseFound
from domain.episode.team.team import CredentialProblem
from domain.network.adopt_protocol import AdoptProtocol, adopt_protocol
from domain.network.network import NETWORK
from domain.policies.recheck_credentials_when_a_protocol_is_adopted import (
    RECHECK_CREDENTIALS_WHEN_A_PROTOCOL_IS_ADOPTED,
)
from domain.policies.recheck_credentials_when_one_changes import RECHECK_CREDENTIALS_WHEN_ONE_CHANGES
from domain.protocol.shipped import CURRENT, document
from domain.sealed import Sealed
from store.command import system_clock
from tests.postgres import Database
from tests.store.house import House, house
from workers.expire import Expiry
from workers.react import react_to_all
from workers.reaction import Reaction
from workers.shift import connect

ENDED = date(2026, 1, 31)


@pytest.fixture
def home(database: Database) -> Iterator[House]:
    with house(database.app_url) as opened:
        yield opened


def licensed(home: House, who: Actor) -> None:
    order = RecordLicence(profession_role=Role.THERAPIST, state="NY", licence_number=Sealed.of("T-1"), expires_on=ENDED)
    home.decide(CLINICIAN, who.actor_id, record_licence, order)


def course(home: House, therapist: Actor) -> UUID:
    """A course with a dosing session booked with this therapist."""
    prescriber, episode_id, now = home.admit(Role.PRESCRIBER), uuid4(), system_clock()
    home.refer(episode_id, home.register(), therapist)
    member = AssignCareTeamMember(clinician_id=prescriber.actor_id, role=Role.PRESCRIBER)
    home.decide(EPISODE, episode_id, assign_care_team_member, member, by=therapist)
    intake = CompleteIntake.model_validate(
        {
            "started_at": now - timedelta(hours=1),
            "ended_at": now,
            "way": "in_person",
            "diagnoses": ["F33.2"],
            "ketamine_allergy": "no",
            "allergies_asked": True,
            "home_state": "NY",
            "patient_zone": "America/New_York",
        }
    )
    home.decide(EPISODE, episode_id, complete_intake, intake, by=prescriber)
    booked = BookSession.model_validate(
        {
            "session_id": uuid4(),
            "companion_id": uuid4(),
            "kind": "dosing",
            "starts_at": now + timedelta(days=3),
            "way": "in_person",
            "confirm_day": True,
        }
    )
    home.decide(EPISODE, episode_id, book_session, booked, by=therapist)
    return episode_id


def test_a_licence_that_has_run_out_is_noted_and_the_sessions_that_count_on_it_are_found(
    home: House, database: Database
) -> None:
    therapist = home.admit(Role.THERAPIST)
    licensed(home, therapist)
    episode_id = course(home, therapist)
    before = Expiry(home.care, home.datastore, lambda: datetime(2026, 1, 31, 23, tzinfo=UTC))
    after = Expiry(home.care, home.datastore, lambda: datetime(2026, 2, 1, 1, tzinfo=UTC))
    assert (before.once(), after.once(), after.once()) == (0, 1, 0)
    reaction = Reaction(home.care, home.datastore, system_clock)
    with connect(database.work_url) as connection, open_log(database.work_url) as log:
        react_to_all(connection, log, [RECHECK_CREDENTIALS_WHEN_ONE_CHANGES], reaction)
        react_to_all(connection, log, [RECHECK_CREDENTIALS_WHEN_ONE_CHANGES], reaction)
    history = home.care.history(EPISODE, episode_id, network_id=home.network_id)
    (found,) = [event for event, _ in history if isinstance(event, CredentialLapseFound)]
    assert (found.clinician_id, found.problem, found.since_on) == (
        therapist.actor_id,
        CredentialProblem.LICENCE_ENDED,
        ENDED,
    )
    assert len(found.session_ids) == 1


def test_a_protocol_that_asks_for_more_training_is_looked_at_wherever_it_was_adopted(
    home: House, database: Database
) -> None:
    therapist = home.admit(Role.THERAPIST)
    licence = RecordLicence(
        profession_role=Role.THERAPIST, state="NY", licence_number=Sealed.of("T-1"), expires_on=date(2036, 1, 31)
    )
    home.decide(CLINICIAN, therapist.actor_id, record_licence, licence)
    episode_id = course(home, therapist)
    shipped = document(*CURRENT)
    for known in shipped["trainings"]:
        done = CompleteTraining(course=known["course"], course_version="2026", completed_on=date(2026, 1, 2))
        home.decide(CLINICIAN, therapist.actor_id, complete_training, done)
    more = {"course": "new-training", "title": "New training", "accepted_versions": ["1"]}
    adopted = shipped | {"protocol_version": "99", "trainings": [*shipped["trainings"], more]}
    reaction = Reaction(home.care, home.datastore, system_clock)
    policy = RECHECK_CREDENTIALS_WHEN_A_PROTOCOL_IS_ADOPTED

    def found() -> list[CredentialLapseFound]:
        with connect(database.work_url) as connection, open_log(database.work_url) as log:
            react_to_all(connection, log, [policy], reaction)
        history = home.care.history(EPISODE, episode_id, network_id=home.network_id)
        return [event for event, _ in history if isinstance(event, CredentialLapseFound)]

    assert found() == []
    home.decide(NETWORK, home.network_id, adopt_protocol, AdoptProtocol(document=adopted))
    (lapse,) = found()
    assert (lapse.clinician_id, lapse.problem) == (therapist.actor_id, CredentialProblem.NOT_TRAINED)
    assert len(found()) == 1
