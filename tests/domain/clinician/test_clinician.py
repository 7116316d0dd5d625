"""Admitting, licensing, training, suspending and reinstating."""

from datetime import date
from typing import Any

from domain.actor import Actor, Role
from domain.clinician.admit_clinician import (
    ClinicianAdmitted,
    ClinicianBelongsToAnotherNetwork,
    RoleCannotBeGiven,
    admit_clinician,
)
from domain.clinician.complete_training import TrainingCompleted, TrainingIsNotCompletedYet, complete_training
from domain.clinician.record_licence import LicenceIsForAnotherProfession, LicenceRecorded, record_licence
from domain.clinician.refusals import ClinicianIsNotAdmitted
from domain.clinician.reinstate_clinician import ClinicianReinstated, reinstate_clinician
from domain.clinician.suspend_clinician import ClinicianSuspended, suspend_clinician
from domain.protocol.protocol import RequiredTraining
from tests.domain.given import at, given
from tests.domain.people import NETWORK_ID, OTHER_NETWORK_ID, SYSTEM, sealed

ADMITTED = at(
    "2026-01-02 09:00",
    ClinicianAdmitted(network_id=NETWORK_ID, email=sealed("e"), display_name=sealed("n"), roles=(Role.PRESCRIBER,)),
)
PERSON: dict[str, Any] = {"email": "alma@example.org", "display_name": "Dr. Alma Rivera"}
LICENCE: dict[str, Any] = {
    "profession_role": "prescriber",
    "state": "NY",
    "licence_number": "123456",
    "expires_on": date(2026, 3, 16),
}
TRAINING: dict[str, Any] = {"course": "kap-protocols", "course_version": "2026", "completed_on": date(2026, 1, 10)}


def test_a_person_is_admitted_in_roles() -> None:
    admitted = given(stream="clinician").when(admit_clinician, by=SYSTEM, **PERSON, roles=("therapist", "prescriber"))
    admitted.then(
        ClinicianAdmitted(
            network_id=NETWORK_ID,
            email=sealed("e"),
            display_name=sealed("n"),
            roles=(Role.PRESCRIBER, Role.THERAPIST),
        )
    )
    admitted.when(admit_clinician, by=SYSTEM, **PERSON, roles=("prescriber", "therapist")).then()


def test_roles_can_change() -> None:
    changed = given(ADMITTED).when(admit_clinician, by=SYSTEM, **PERSON, roles=("coordinator",))
    assert changed.state.roles == {Role.COORDINATOR}


def test_a_person_belongs_to_one_network() -> None:
    other = Actor(SYSTEM.actor_id, OTHER_NETWORK_ID, SYSTEM.roles)
    refused = given(ADMITTED).when(admit_clinician, by=other, **PERSON, roles=("prescriber",))
    refused.refused(ClinicianBelongsToAnotherNetwork)


def test_nobody_is_the_system() -> None:
    given(stream="clinician").when(admit_clinician, by=SYSTEM, **PERSON, roles=("system",)).refused(RoleCannotBeGiven)


def test_x3_a_licence_is_valid_through_its_last_day() -> None:
    recorded = given(ADMITTED).when(record_licence, **LICENCE)
    recorded.then(
        LicenceRecorded(
            profession_role=Role.PRESCRIBER, state="NY", licence_number=sealed("l"), expires_on=date(2026, 3, 16)
        )
    )
    clinician = recorded.state
    assert clinician.is_licensed_in("NY", date(2026, 3, 16), Role.PRESCRIBER)
    assert not clinician.is_licensed_in("NY", date(2026, 3, 17), Role.PRESCRIBER)
    assert not clinician.is_licensed_in("NJ", date(2026, 3, 16), Role.PRESCRIBER)
    assert not clinician.is_licensed_in("NY", date(2026, 3, 16), Role.THERAPIST)
    recorded.when(record_licence, **LICENCE).then()


def test_a_renewal_replaces_the_licence() -> None:
    renewed = (
        given(ADMITTED)
        .when(record_licence, **LICENCE)
        .when(record_licence, **(LICENCE | {"expires_on": date(2028, 3, 16)}))
    )
    assert renewed.state.is_licensed_in("NY", date(2028, 3, 16), Role.PRESCRIBER)


def test_a_licence_is_for_a_role_one_has() -> None:
    refused = given(ADMITTED).when(record_licence, **(LICENCE | {"profession_role": "therapist"}))
    refused.refused(LicenceIsForAnotherProfession, field="profession_role")
    given(stream="clinician").when(record_licence, **LICENCE).refused(ClinicianIsNotAdmitted)


def test_rule_18_a_training_counts_by_version() -> None:
    trained = given(ADMITTED).when(complete_training, now="2026-01-10 12:00", **TRAINING)
    trained.then(TrainingCompleted(**TRAINING))
    required = RequiredTraining(course="kap-protocols", title="KAP protocols", accepted_versions=("2026",))
    older = required.model_copy(update={"accepted_versions": ("2024",)})
    clinician = trained.state
    assert clinician.has_completed(required, date(2026, 1, 10))
    assert not clinician.has_completed(required, date(2026, 1, 9))
    assert not clinician.has_completed(older, date(2026, 1, 10))
    trained.when(complete_training, **TRAINING).then()


def test_a_training_is_recorded_when_completed() -> None:
    early = given(ADMITTED).when(complete_training, now="2026-01-09 12:00", **TRAINING)
    early.refused(TrainingIsNotCompletedYet, field="completed_on")
    given(stream="clinician").when(complete_training, **TRAINING).refused(ClinicianIsNotAdmitted)


def test_a_suspended_clinician_is_not_active_until_reinstated() -> None:
    suspended = given(ADMITTED).when(suspend_clinician, reason="complaint")
    suspended.then(ClinicianSuspended(reason=sealed("r")))
    assert not suspended.state.is_active_as(Role.PRESCRIBER)
    suspended.when(suspend_clinician).then()
    reinstated = suspended.when(reinstate_clinician)
    reinstated.then(ClinicianReinstated())
    assert reinstated.state.is_active_as(Role.PRESCRIBER)
    reinstated.when(reinstate_clinician).then()


def test_only_admitted_people_are_suspended_or_reinstated() -> None:
    given(stream="clinician").when(suspend_clinician).refused(ClinicianIsNotAdmitted)
    given(stream="clinician").when(reinstate_clinician).refused(ClinicianIsNotAdmitted)
