"""Licences that end, are withdrawn or run out, and training that is kept."""

from datetime import date
from typing import Any

from domain.actor import Role
from domain.clinician.admit_clinician import ClinicianAdmitted
from domain.clinician.complete_training import TrainingCompleted, complete_training
from domain.clinician.note_expired_licences import LicenceExpired, note_expired_licences
from domain.clinician.record_licence import LicenceRecorded, record_licence
from domain.clinician.withdraw_licence import LicenceWithdrawn, NoSuchLicence, WithdrawnBecause, withdraw_licence
from domain.protocol.protocol import RequiredTraining
from tests.domain.given import Scenario, at, given
from tests.domain.people import NETWORK_ID, OKAFOR, SYSTEM, sealed

ADMITTED = at(
    "2025-01-02 09:00",
    ClinicianAdmitted(
        network_id=NETWORK_ID, email=sealed("email"), display_name=sealed("name"), roles=(Role.PRESCRIBER,)
    ),
)
NY: dict[str, Any] = {"profession_role": Role.PRESCRIBER, "state": "NY"}
LICENSED = (
    ADMITTED,
    at("2025-01-03 09:00", LicenceRecorded(**NY, licence_number=sealed("1"), expires_on=date(2026, 12, 31))),
)


def withdrawing(**changed: Any) -> Scenario:
    order = NY | {"because": "suspended"} | changed
    return given(LICENSED).when(withdraw_licence, by=OKAFOR, now="2026-03-12 09:00", **order)


def test_a_withdrawn_licence_counts_from_that_day_no_longer() -> None:
    withdrawn = withdrawing()
    withdrawn.then(LicenceWithdrawn(**NY, because=WithdrawnBecause.SUSPENDED, from_on=date(2026, 3, 12)))
    assert withdrawn.state.is_licensed_in("NY", date(2026, 3, 11), Role.PRESCRIBER)
    assert not withdrawn.state.is_licensed_in("NY", date(2026, 3, 12), Role.PRESCRIBER)
    withdrawn.when(withdraw_licence, by=OKAFOR, now="2026-03-13 09:00", **NY, because="suspended").then()
    withdrawing(state="NJ").refused(NoSuchLicence, field="state")


def test_recorded_anew_it_counts_again() -> None:
    back = withdrawing().when(record_licence, by=OKAFOR, **NY, licence_number="1", expires_on=date(2026, 12, 31))
    back.includes(LicenceRecorded)
    assert back.state.is_licensed_in("NY", date(2026, 3, 12), Role.PRESCRIBER)


def test_a_licence_that_has_run_out_is_noted_once() -> None:
    given(LICENSED).when(note_expired_licences, by=SYSTEM, now="2026-12-31 23:00").then()
    noted = given(LICENSED).when(note_expired_licences, by=SYSTEM, now="2027-01-01 00:10")
    noted.then(LicenceExpired(**NY, expired_on=date(2026, 12, 31)))
    noted.when(note_expired_licences, by=SYSTEM, now="2027-01-02 00:10").then()
    renewed = noted.when(record_licence, by=OKAFOR, **NY, licence_number="1", expires_on=date(2027, 6, 30))
    renewed.when(note_expired_licences, by=SYSTEM, now="2027-07-01 00:10").includes(LicenceExpired)


def test_licences_that_end_within_60_days_are_listed() -> None:
    state = given(LICENSED).state
    assert state.licences_ending(date(2026, 11, 1), 59) == ()
    (one,) = state.licences_ending(date(2026, 11, 1), 60)
    assert one.last_day == date(2026, 12, 31)


def test_training_that_is_kept_counts_in_whatever_version() -> None:
    asked = RequiredTraining(course="kap-theory-and-method", title="Theory", accepted_versions=("2026",))
    order = {"course": asked.course, "course_version": "2019", "completed_on": date(2019, 5, 1)}
    plain = given(ADMITTED).when(complete_training, by=OKAFOR, now="2026-03-12 09:00", **order)
    assert not plain.state.has_completed(asked, date(2026, 3, 12))
    kept = plain.when(complete_training, by=OKAFOR, **order, is_grandfathered=True)
    kept.includes(TrainingCompleted, is_grandfathered=True)
    assert kept.state.has_completed(asked, date(2026, 3, 12))
    kept.when(complete_training, by=OKAFOR, **order, is_grandfathered=True).then()
