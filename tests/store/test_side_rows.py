"""Rows that an append writes beside its events say what the state of the stream says."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.actor import Actor, Role
from domain.clinician.clinician import CLINICIAN
from domain.clinician.reinstate_clinician import ReinstateClinician, reinstate_clinician
from domain.clinician.suspend_clinician import SuspendClinician, suspend_clinician
from domain.episode.course.discharge_patient import DischargePatient, DischargeReason, discharge_patient
from domain.episode.course.mark_in_error import MarkInError, mark_in_error
from domain.episode.episode import EPISODE
from domain.episode.team.assign_care_team_member import AssignCareTeamMember, assign_care_team_member
from domain.episode.team.remove_care_team_member import RemoveCareTeamMember, remove_care_team_member
from domain.sealed import Sealed
from store.blind_index import email_token
from store.errors import AlreadyReserved
from tests.store.house import House

TEAM = "SELECT clinician_id, role, from_at, until_at FROM care_team_member WHERE episode_id = %s"


@pytest.fixture
def coordinator(home: House) -> Actor:
    return home.admit(Role.COORDINATOR)


@pytest.fixture
def episode_id(home: House, coordinator: Actor) -> UUID:
    """An episode that is open."""
    opened = uuid4()
    home.refer(opened, home.register(), by=coordinator)
    return opened


def team_in_state(home: House, episode_id: UUID) -> set[tuple[Any, ...]]:
    state, _ = home.care.state(EPISODE, episode_id, network_id=home.network_id)
    return {(member.clinician_id, member.role, member.from_at, member.until_at) for member in state.team}


def test_the_table_of_care_teams_follows_every_change(home: House, coordinator: Actor, episode_id: UUID) -> None:
    prescriber, therapist = home.admit(Role.PRESCRIBER), home.admit(Role.THERAPIST)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    for order in (
        AssignCareTeamMember(clinician_id=prescriber.actor_id, role=Role.PRESCRIBER),
        AssignCareTeamMember(clinician_id=therapist.actor_id, role=Role.THERAPIST),
        AssignCareTeamMember(clinician_id=prescriber.actor_id, role=Role.PRESCRIBER, until_at=tomorrow),
    ):
        assigned = home.decide(EPISODE, episode_id, assign_care_team_member, order, by=coordinator)
        assert set(home.query(TEAM, [episode_id])) == team_in_state(home, episode_id)
    assert len(team_in_state(home, episode_id)) == 2
    leaves = RemoveCareTeamMember(clinician_id=therapist.actor_id, role=Role.THERAPIST)
    home.decide(EPISODE, episode_id, remove_care_team_member, leaves, by=coordinator)
    assert set(home.query(TEAM, [episode_id])) == team_in_state(home, episode_id)
    wrong = MarkInError(event_id=assigned.event_ids[0], reason=Sealed.of("Another patient was meant"))
    home.decide(EPISODE, episode_id, mark_in_error, wrong, by=coordinator)
    assert set(home.query(TEAM, [episode_id])) == team_in_state(home, episode_id)


def test_a_discharge_makes_room_and_its_withdrawal_takes_it_again(
    home: House, coordinator: Actor, episode_id: UUID
) -> None:
    ((patient,),) = home.query("SELECT patient_id FROM patient_episode WHERE episode_id = %s", [episode_id])
    taken = ("SELECT stream_id FROM reservations WHERE kind = 'open_episode' AND key = %s", [str(patient)])
    assert home.query(*taken) == [(episode_id,)]
    prescriber = home.admit(Role.PRESCRIBER)
    joins = AssignCareTeamMember(clinician_id=prescriber.actor_id, role=Role.PRESCRIBER)
    home.decide(EPISODE, episode_id, assign_care_team_member, joins, by=coordinator)
    order = DischargePatient(reason=DischargeReason.COMPLETED)
    closed = home.decide(EPISODE, episode_id, discharge_patient, order, by=prescriber)
    assert home.query(*taken) == []
    wrong = MarkInError(event_id=closed.event_ids[0], reason=Sealed.of("Another patient was meant"))

    other = uuid4()
    home.refer(other, patient, by=coordinator)
    with pytest.raises(AlreadyReserved):
        home.decide(EPISODE, episode_id, mark_in_error, wrong, by=prescriber)
    assert home.query(*taken) == [(other,)]


def test_an_account_stands_as_the_clinician_does(home: House) -> None:
    clinician = home.admit(Role.THERAPIST, email="Robin@Example.org")
    account = (
        "SELECT status FROM clinician_account WHERE email_token = %s",
        [email_token(home.kek, home.network_id, "robin@example.org")],
    )
    assert home.query(*account) == [("active",)]
    home.decide(CLINICIAN, clinician.actor_id, suspend_clinician, SuspendClinician())
    assert home.query(*account) == [("suspended",)]
    home.decide(CLINICIAN, clinician.actor_id, reinstate_clinician, ReinstateClinician())
    assert home.query(*account) == [("active",)]


def test_an_address_belongs_to_one_account(home: House) -> None:
    home.admit(Role.THERAPIST, email="robin@example.org")
    with pytest.raises(AlreadyReserved, match="an account with this address"):
        home.admit(Role.PRESCRIBER, email="ROBIN@example.org")
