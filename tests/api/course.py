"""A course of care driven through the JSON routes by the people concerned, as far as a test needs it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from domain.episode.episode import EPISODE, Episode
from domain.episode.referral.refer import Refer, refer
from domain.patient.patient import PATIENT
from domain.patient.register_patient import RegisterPatient, register_patient
from tests.api.clinic import ZONE, Clinic

TERMS: dict[str, Any] = {
    "ways": ["in_person", "remote"],
    "next_dose_mg": "100",
    "maximum_mg": "200",
    "booster": {"dose_mg": "50", "from_minutes": 20, "until_minutes": 45},
    "tablets": {"strength_mg": "100", "divisible": "halves"},
    "usual_days": 14,
    "minimum_interval_days": 7,
    "sessions_authorised": 2,
    "vital_limits": {
        "systolic_limit_mmhg": 160,
        "diastolic_limit_mmhg": 90,
        "pulse_limit_per_min": 100,
        "systolic_min_mmhg": 90,
        "diastolic_min_mmhg": 50,
        "pulse_min_per_min": 50,
        "recheck_after_minutes": 10,
        "rechecks_allowed": 2,
    },
    "food_minutes": 240,
    "fluid_minutes": 60,
    "hold_minutes": 12,
    "after_hold": "spit",
    "observation_minutes": 120,
    "instruments": ["phq-9"],
    "review_by": "2026-09-12",
}


@dataclass
class Course:
    """Ana Whitfield's episode, and the steps that bring it forward."""

    clinic: Clinic
    episode_id: UUID

    @property
    def href(self) -> str:
        return f"/episodes/{self.episode_id}"

    @property
    def state(self) -> Episode:
        state: Episode
        state, _ = self.clinic.edge.care.state(EPISODE, self.episode_id, network_id=self.clinic.network_id)
        return state

    def assign(self) -> "Course":
        """Dr. Rivera joins Dr. Lindqvist, who referred."""
        prescriber = {"clinician_id": str(self.clinic.rivera.actor_id), "role": "prescriber"}
        self.clinic.coordinator.recorded(self.episode_id, "assign_care_team_member", **prescriber)
        return self

    def take_in(self) -> "Course":
        """The intake, and found eligible."""
        now = self.clinic.now
        self.clinic.prescriber.recorded(
            self.episode_id,
            "complete_intake",
            started_at=(now - timedelta(minutes=58)).isoformat(),
            ended_at=now.isoformat(),
            way="in_person",
            diagnoses=["F33.2"],
            weight={"value": "70", "unit": "kg", "measured_on": now.astimezone(ZONE).date().isoformat()},
            ketamine_allergy="no",
            other_allergies="latex",
            allergies_asked=True,
            medicines=[
                {"medicine_class": "antidepressant", "name": "Sertraline", "dose": "50 mg", "instruction": "continue"}
            ],
            baseline_systolic_mmhg=124,
            baseline_diastolic_mmhg=78,
            baseline_pulse_per_min=70,
            pregnancy="not_applicable",
            nursing="no",
            emergency_contact="Ben Whitfield, 555-0117",
            home_state="CA",
            patient_zone=str(ZONE),
        )
        self.clinic.prescriber.recorded(
            self.episode_id, "determine_eligibility", outcome="eligible", rationale="Sound."
        )
        return self

    def consent(self) -> "Course":
        """The consents a session in person asks for."""
        for consent_type, version in (("ketamine", 4), ("telehealth", 2)):
            self.clinic.therapist.recorded(
                self.episode_id, "sign_consent", consent_type=consent_type, text_version=version, method="electronic"
            )
        return self

    def plan(self, **changed: Any) -> "Course":
        """Plan 1, and its prescription."""
        self.clinic.prescriber.recorded(self.episode_id, "issue_plan", terms=TERMS | changed)
        today = self.clinic.now.astimezone(ZONE).date().isoformat()
        self.clinic.prescriber.recorded(
            self.episode_id,
            "record_prescription",
            reference="RX-8841",
            strength_mg="100",
            quantity=4,
            issued_on=today,
        )
        return self

    def prepare(self) -> "Course":
        """A preparation session that has just ended, and a PHQ-9."""
        now = self.clinic.now
        began = (now - timedelta(minutes=60)).isoformat()
        session_id = str(uuid4())
        booked = {"session_id": session_id, "kind": "preparation", "starts_at": began, "way": "in_person"}
        self.clinic.therapist.recorded(self.episode_id, "book_session", **booked)
        done = {"session_id": session_id, "started_at": began, "ended_at": now.isoformat()}
        self.clinic.therapist.recorded(self.episode_id, "complete_preparation", **done)
        answers = [2, 2, 2, 2, 1, 1, 1, 1, 0]
        self.clinic.therapist.recorded(
            self.episode_id, "record_outcome", instrument="phq-9", answers=answers, taken_at=now.isoformat()
        )
        return self

    def book(self, way: str = "in_person", **changed: Any) -> UUID:
        """A dosing session in half an hour, with a ride home."""
        session_id = uuid4()
        booked = {
            "session_id": str(session_id),
            "kind": "dosing",
            "starts_at": (self.clinic.now + timedelta(minutes=30)).isoformat(),
            "minutes": 180,
            "way": way,
            "companion_name": "Ben Whitfield",
            "companion_phone": "555-0117",
            "companion_is_adult": True,
        }
        self.clinic.therapist.recorded(self.episode_id, "book_session", **(booked | changed))
        return session_id


def referred(clinic: Clinic, name: str = "Ana Whitfield", born: str = "1984-03-11") -> Course:
    """A patient whom Dr. Lindqvist has referred."""
    patient_id, episode_id = uuid4(), uuid4()
    body = {"reference": f"KAP-{patient_id.hex[:8].upper()}", "name": name, "birth_date": born}
    clinic.decide(PATIENT, patient_id, register_patient, RegisterPatient.model_validate(body))
    order = Refer.model_validate(
        {"patient_id": patient_id, "reason": "Treatment-resistant depression", "diagnoses": ["F33.2"]}
    )
    clinic.decide(EPISODE, episode_id, refer, order, by=clinic.lindqvist)
    clinic.catch_up()
    return Course(clinic, episode_id)


def ready_to_dose(clinic: Clinic) -> Course:
    """Everything that can be done before the day of the first dose; two days go by."""
    course = referred(clinic).assign().take_in().consent().plan().prepare()
    clinic.travel(days=2)
    return course
