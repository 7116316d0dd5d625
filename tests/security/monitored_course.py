"""A second patient, under the monitored protocol: one dosing session, and the form about it that was sent."""

from typing import Any

from tests.api.clinic import Clinic
from tests.api.monitored_course import monitored
from tests.security.canaries import Canaries
from tests.security.canary_course import ASKED, CRITERIA, CanaryCourse


class MonitoredCourse(CanaryCourse):
    """Begins where the patient is ready for the first dose."""

    def __init__(self, clinic: Clinic, canaries: Canaries) -> None:
        super().__init__(clinic, canaries)
        self.course = monitored(clinic)

    def drive(self) -> "MonitoredCourse":
        """Dosed, watched for two hours, released; the form is sent the same day."""
        clinic, record, therapist = self.clinic, self.record, self.clinic.therapist
        session = {"session_id": str(self.course.book())}
        record(therapist, "open_dosing_session", **session)
        record(therapist, "record_companion_arrival", **session, is_booked_companion=True, is_adult=True)
        eaten = {"last_food_at": self._ago(hours=6), "last_fluid_at": self._ago(hours=3)}
        record(therapist, "record_checklist", **session, **(ASKED | eaten | {"label_strength_mg": "28"}))
        self._measured("before", **session)
        devices = [{"strength_mg": "28", "count": "2"}]
        record(therapist, "clear_to_dose", **session, dose_mg="56", tablets=devices, plan_version=1)
        record(therapist, "record_dose", **session, amount_mg="56", tablets=devices, held_minutes=0, lot="A1234")
        for minutes, phase in ((39, "during"), (40, "during"), (38, "after")):
            clinic.travel(minutes=minutes)
            seen = {"sedation": 0, "dissociation": 0, "breathing_depressed": False}
            record(therapist, "record_check", **session, responsive=True, **seen)
            self._measured(phase, **session)
        criteria = dict.fromkeys(CRITERIA, True)
        record(therapist, "end_dosing_session", **session, ended_as="released", criteria=criteria)
        record(clinic.coordinator, "record_monitoring_form_sent", **session)
        return self

    def _measured(self, phase: str, **session: Any) -> None:
        values = {"systolic_mmhg": 124, "diastolic_mmhg": 80, "pulse_per_min": 72, "spo2_percent": 98}
        self.record(self.clinic.therapist, "record_vitals", **session, phase=phase, **values)
