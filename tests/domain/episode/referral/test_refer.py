"""Referring a patient: the episode begins."""

from datetime import date
from typing import Any

import pytest

from domain.actor import Actor, Role
from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.eligibility.find_contraindication import ContraindicationFound
from domain.episode.eligibility.resolve_contraindication import ContraindicationResolved
from domain.episode.episode import EarlierCourse, Episode
from domain.episode.gates import Checkpoint
from domain.episode.referral.elsewhere import Elsewhere
from domain.episode.referral.refer import (
    AllianceBeginsLater,
    DeathWasReported,
    EpisodeWasReferredBefore,
    PatientHasAnOpenEpisode,
    PatientIsNotKnown,
    PatientReferred,
    refer,
)
from domain.episode.safety.report_adverse_event import AdverseEventReported, AdverseEventTerm
from domain.episode.team.assign_care_team_member import CareTeamMemberAssigned
from domain.patient.patient import Patient
from domain.stream import change
from tests.domain.given import Scenario, at, given
from tests.domain.people import ADA, ADA_PATIENT, LINDQVIST, OKAFOR, OTHER_NETWORK_ID, PARK, SOLIS, local, sealed
from tests.dosing_day import DOSED
from tests.situations import ADA_REFERRED, REFERRED


def referring(by: Actor | None = None, **more: Any) -> Scenario:
    order = {"patient_id": ADA, "reason": "treatment-resistant depression", "diagnoses": ("F33.2",)}
    return given().when(refer, by=by, now="2026-02-26 10:00", **(order | more))


def closed_course(*more: Any) -> Episode:
    """Ada's earlier course: one dose on 17 March 2026, then discharge."""
    state: Episode = given(DOSED, *more).state
    return change(state, closed_at=local("2026-05-01 12:00"))


def test_a_therapist_refers_a_registered_patient_and_stays_on_the_team() -> None:
    moment = local("2026-02-26 10:00")
    place = CareTeamMemberAssigned(clinician_id=LINDQVIST.actor_id, role=Role.THERAPIST, from_at=moment)
    referring(LINDQVIST).then(ADA_REFERRED, place)


def test_a_coordinator_refers_without_joining_the_team() -> None:
    referring(OKAFOR).excludes(CareTeamMemberAssigned)


def test_said_twice_referred_once() -> None:
    order = {"patient_id": ADA, "reason": "again"}
    referring(LINDQVIST).when(refer, by=LINDQVIST, **order).then()


def test_one_referral_opens_one_episode() -> None:
    given(REFERRED).when(refer, by=SOLIS, patient_id=ADA, reason="x").refused(EpisodeWasReferredBefore)


def test_an_unknown_patient_is_registered_first() -> None:
    referring(patient=Patient()).refused(PatientIsNotKnown, field="patient_id")


def test_a_patient_of_another_network_is_not_known() -> None:
    referring(patient=change(ADA_PATIENT, network_id=OTHER_NETWORK_ID)).refused(PatientIsNotKnown)


def test_compliance_does_not_refer() -> None:
    referring(PARK).refused(RoleMayNotDecide)


def test_a_patient_has_one_open_episode() -> None:
    referring(elsewhere=Elsewhere((given(DOSED).state,))).refused(PatientHasAnOpenEpisode)


def test_an_alliance_cannot_begin_in_the_future() -> None:
    referring(alliance_since=date(2026, 2, 27)).refused(AllianceBeginsLater, field="alliance_since")
    referring(alliance_since=date(2026, 2, 26)).includes(PatientReferred, alliance_since=date(2026, 2, 26))


def test_a_minor_can_be_referred_and_is_known_as_one() -> None:
    assert referring(patient=change(ADA_PATIENT, is_adult=False)).state.is_adult is False


def test_r1_a_new_referral_carries_what_the_earlier_course_found() -> None:
    earlier = closed_course(ContraindicationFound(code="ketamine_allergy"))
    referred = referring(elsewhere=Elsewhere((earlier,)))
    expected = EarlierCourse(contraindications=("ketamine_allergy",), last_dose_at=local("2026-03-17 14:05"))
    referred.includes(PatientReferred, earlier=expected)
    assert referred.state.unresolved_contraindications == {"ketamine_allergy"}


def test_r1_serious_events_are_carried_with_their_grade() -> None:
    def reported(term: AdverseEventTerm, grade: int, serious: bool) -> AdverseEventReported:
        event_id = derived_id("adverse event", term)
        happened_at = local("2026-03-18 10:00")
        return AdverseEventReported(
            adverse_event_id=event_id, term=term, grade=grade, serious=serious, happened_at=happened_at
        )

    earlier = closed_course(
        reported(AdverseEventTerm.NAUSEA, 2, False),
        reported(AdverseEventTerm.VOMITING, 3, False),
        reported(AdverseEventTerm.HEADACHE, 2, True),
    )
    assert Elsewhere((earlier,)).earlier_course().serious_adverse_events == ("headache", "vomiting")


def test_r1_the_gates_use_the_earlier_course() -> None:
    earlier = Elsewhere((closed_course(ContraindicationFound(code="primary_psychosis")),))
    order = {"patient_id": ADA, "reason": "a second course"}
    referred = given().when(refer, now="2026-05-02 10:00", elsewhere=earlier, **order)
    closed = {g.rule for g in referred.gates(Checkpoint.OPEN, now="2026-05-02 11:00") if not g.is_open}
    assert "22" in closed
    interval = [g for g in referred.gates(Checkpoint.OPEN, now="2026-05-02 11:00") if g.key == "interval"]
    assert any("17 Mar 2026" in fact for gate in interval for fact in gate.facts)


def test_r1_what_resolved_is_not_carried_on_and_older_courses_are() -> None:
    first = EarlierCourse(
        contraindications=("cystitis", "primary_psychosis"),
        serious_adverse_events=("fall",),
        last_dose_at=local("2025-06-01 10:00"),
    )
    second = given(
        at("2026-02-26 10:00", ADA_REFERRED.model_copy(update={"earlier": first})),
        ContraindicationResolved(code="cystitis", evidence=sealed("urology")),
    ).state
    carried = Elsewhere((change(second, closed_at=local("2026-04-01 10:00")),)).earlier_course()
    assert carried == EarlierCourse(
        contraindications=("primary_psychosis",),
        serious_adverse_events=("fall",),
        last_dose_at=local("2025-06-01 10:00"),
    )


def test_every_role_that_cares_may_refer() -> None:
    assert refer.decision.by == {Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR}  # type: ignore[attr-defined]


@pytest.mark.parametrize("died", [DischargeReason.DIED, None])
def test_a2_after_a_death_nobody_is_referred_again(died: DischargeReason | None) -> None:
    """Reported as the reason of the discharge, or as an adverse event."""
    reported = AdverseEventReported(
        adverse_event_id=derived_id("death"),
        term=AdverseEventTerm.OTHER,
        grade=5,
        serious=True,
        happened_at=local("2026-03-20 08:00"),
    )
    reason = died or DischargeReason.COMPLETED
    ended = PatientDischarged(patient_id=ADA, reason=reason, on=date(2026, 3, 20))
    earlier = given(DOSED, *(() if died else (reported,)), ended).state
    referring(elsewhere=Elsewhere((earlier,))).refused(DeathWasReported)
