"""Assigning, removing, and taking a patient from the referral pool."""

from typing import Any

from domain.actor import Role
from domain.episode.referral.import_history import import_history
from domain.episode.refusals import EpisodeIsNotOpen
from domain.episode.team.assign_care_team_member import (
    AssignmentEndsBeforeItBegins,
    CannotServeInThisRole,
    CareTeamMemberAssigned,
    assign_care_team_member,
)
from domain.episode.team.remove_care_team_member import (
    CareTeamMemberRemoved,
    IsNotOnTheCareTeam,
    NobodyWouldBeWithThePatient,
    remove_care_team_member,
)
from domain.episode.team.take_patient_from_pool import AnotherPrescriberHasThisPatient, take_patient_from_pool
from tests.domain.given import at, given
from tests.domain.people import ABARA, ADA, LINDQVIST, OKAFOR, RIVERA, SOLIS, clinician, clinicians, local
from tests.dosing_day import DOSED, RELEASED
from tests.situations import ASSIGNED, REFERRED

ABARA_PRESCRIBES: dict[str, Any] = {"clinician_id": ABARA.actor_id, "role": Role.PRESCRIBER}
RIVERA_PRESCRIBES: dict[str, Any] = {"clinician_id": RIVERA.actor_id, "role": Role.PRESCRIBER}


def test_a_coordinator_assigns_a_prescriber() -> None:
    moment = local("2026-02-26 12:00")
    assigned = given(REFERRED).when(assign_care_team_member, now="2026-02-26 12:00", **ABARA_PRESCRIBES)
    assigned.then(CareTeamMemberAssigned(**ABARA_PRESCRIBES, from_at=moment))
    assert assigned.state.prescriber_at(moment) == ABARA.actor_id


def test_assigned_twice_is_assigned_once() -> None:
    given(ASSIGNED).when(assign_care_team_member, **RIVERA_PRESCRIBES).then()


def test_an_assignment_with_an_end_replaces_the_one_without() -> None:
    order = RIVERA_PRESCRIBES | {"until_at": local("2026-06-01 00:00")}
    state = given(ASSIGNED).when(assign_care_team_member, now="2026-03-01 09:00", **order).state
    assert len(state.members_at(local("2026-05-31 23:59"), Role.PRESCRIBER)) == 1
    assert not state.members_at(local("2026-06-01 00:00"), Role.PRESCRIBER)


def test_a_later_place_of_the_same_person_stands_beside_the_earlier_one() -> None:
    first = RIVERA_PRESCRIBES | {"until_at": local("2026-03-10 00:00")}
    later = RIVERA_PRESCRIBES | {"from_at": local("2026-04-01 00:00")}
    covering = given(REFERRED).when(assign_care_team_member, **first).when(assign_care_team_member, **later)
    on_team = [covering.state.prescriber_at(local(day)) for day in ("2026-03-09 12:00", "2026-03-20 12:00")]
    assert on_team == [RIVERA.actor_id, None]
    assert covering.state.prescriber_at(local("2026-04-01 00:00")) == RIVERA.actor_id


def test_assigning_one_leaves_the_others() -> None:
    both = given(ASSIGNED).when(assign_care_team_member, **ABARA_PRESCRIBES).state
    assert len(both.members_at(local("2026-03-10 12:00"), Role.PRESCRIBER)) == 2


def test_imported_history_has_a_team_that_reads_it() -> None:
    imported = {"patient_id": ADA, "reference": "BTHEB-001", "source": "btheb.csv", "file_sha256": "0" * 64}
    history = given().when(import_history, **imported, name="Patient 1")
    order = {"clinician_id": LINDQVIST.actor_id, "role": Role.THERAPIST}
    history.when(assign_care_team_member, **order).includes(CareTeamMemberAssigned)


def test_nobody_serves_in_a_role_they_were_not_admitted_in() -> None:
    order = {"clinician_id": LINDQVIST.actor_id, "role": Role.PRESCRIBER}
    given(REFERRED).when(assign_care_team_member, **order).refused(CannotServeInThisRole, rule="17")


def test_a_suspended_clinician_is_not_assigned() -> None:
    suspended = clinicians(clinician(ABARA, suspended=True))
    refused = given(REFERRED).when(assign_care_team_member, **ABARA_PRESCRIBES, clinicians=suspended)
    refused.refused(CannotServeInThisRole, field="clinician_id")


def test_an_assignment_ends_after_it_begins() -> None:
    order = ABARA_PRESCRIBES | {"until_at": local("2026-02-26 12:00")}
    refused = given(REFERRED).when(assign_care_team_member, now="2026-02-26 12:00", **order)
    refused.refused(AssignmentEndsBeforeItBegins, field="until_at")


def test_a_care_team_needs_an_episode() -> None:
    given().when(assign_care_team_member, **ABARA_PRESCRIBES).refused(EpisodeIsNotOpen)


def test_a_member_is_removed_from_a_moment_on() -> None:
    moment = local("2026-03-20 17:00")
    removed = given(ASSIGNED).when(remove_care_team_member, now=moment, **RIVERA_PRESCRIBES)
    removed.then(CareTeamMemberRemoved(**RIVERA_PRESCRIBES, until_at=moment))
    assert removed.state.members_at(local("2026-03-20 16:59"), Role.PRESCRIBER)
    assert not removed.state.members_at(moment, Role.PRESCRIBER)
    assert removed.state.prescriber_at(moment) is None
    assert removed.state.members_at(moment, Role.THERAPIST)


def test_an_earlier_end_is_not_moved_later() -> None:
    first = given(ASSIGNED).when(remove_care_team_member, now="2026-03-10 17:00", **RIVERA_PRESCRIBES)
    again = CareTeamMemberRemoved(**RIVERA_PRESCRIBES, until_at=local("2026-03-20 17:00"))
    assert not first.after(at("2026-03-20 17:00", again)).state.members_at(local("2026-03-15 12:00"), Role.PRESCRIBER)


def test_removed_twice_is_removed_once() -> None:
    removed = given(ASSIGNED).when(remove_care_team_member, **RIVERA_PRESCRIBES)
    removed.when(remove_care_team_member, **RIVERA_PRESCRIBES).then()


def test_only_who_was_on_the_team_is_removed() -> None:
    given(ASSIGNED).when(remove_care_team_member, **ABARA_PRESCRIBES).refused(IsNotOnTheCareTeam)


def test_a_prescriber_takes_a_patient_from_the_pool() -> None:
    taken = given(REFERRED).when(take_patient_from_pool, by=ABARA, now="2026-02-26 12:00")
    taken.then(CareTeamMemberAssigned(**ABARA_PRESCRIBES, from_at=local("2026-02-26 12:00"), from_pool=True))
    taken.when(take_patient_from_pool, by=ABARA).then()


def test_a_patient_with_a_prescriber_is_not_in_the_pool() -> None:
    given(ASSIGNED).when(take_patient_from_pool, by=ABARA).refused(AnotherPrescriberHasThisPatient)


def test_a_suspended_prescriber_takes_nobody() -> None:
    suspended = clinicians(clinician(ABARA, suspended=True))
    given(REFERRED).when(take_patient_from_pool, by=ABARA, clinicians=suspended).refused(CannotServeInThisRole)


def test_nobody_is_left_alone_in_a_session_by_taking_their_therapist_away() -> None:
    away: dict[str, Any] = {"clinician_id": LINDQVIST.actor_id, "role": "therapist"}
    alone = given(DOSED).when(remove_care_team_member, by=OKAFOR, now="2026-03-17 14:30", **away)
    alone.refused(NobodyWouldBeWithThePatient)
    tomorrow = given(DOSED).when(
        remove_care_team_member, by=OKAFOR, now="2026-03-17 14:30", until_at=local("2026-03-18 09:00"), **away
    )
    tomorrow.includes(CareTeamMemberRemoved)
    taken_over = given(DOSED).when(
        assign_care_team_member, by=OKAFOR, now="2026-03-17 14:28", clinician_id=SOLIS.actor_id, role="therapist"
    )
    taken_over.when(remove_care_team_member, by=OKAFOR, now="2026-03-17 14:30", **away).includes(CareTeamMemberRemoved)
    over = given(RELEASED).when(remove_care_team_member, by=OKAFOR, now="2026-03-17 18:30", **away)
    over.includes(CareTeamMemberRemoved)
