"""A dosing session in person, driven through its page as a therapist does it on the day."""

from typing import Any
from uuid import UUID

import httpx

from tests.api.clinic import Clinic, local
from tests.api.course import Course, ready_to_dose
from tests.api.forms_driven import fields_in

ANSWERS = {
    "last_food_at": "08:00",
    "last_fluid_at": "11:00",
    "medicines_held": "true",
    "medicines_changed": "false",
    "suicidal_thoughts_today": "false",
    "intoxicated": "false",
    "alcohol_or_thc_within_hold": "false",
    "pregnancy_changed": "false",
    "ketamine_elsewhere": "false",
    "capacity_in_doubt": "false",
    "room_is_ready": "true",
    "medicine_in_hand": "true",
    "two_identifiers": "yes",
    "label_strength_mg": "100",
    "driving_acknowledged": "yes",
}


class Day:
    """Dosing session 1 on Tue 17 Mar 2026, scheduled for 13:00."""

    def __init__(self, clinic: Clinic, way: str = "in_person") -> None:
        self.clinic = clinic
        self.course: Course = ready_to_dose(clinic)
        clinic.now = local("2026-03-17 12:30")
        self.session_id: UUID = self.course.book(way)
        self.href = f"{self.course.href}/sessions/1"
        clinic.now = local("2026-03-17 13:02")

    def send(self, decision: str, query: str = "", /, **typed: Any) -> httpx.Response:
        """Type into the open step's form and send it."""
        page = self.clinic.therapist.get(self.href + query)
        assert page.status_code == 200, page.text[:800]
        action = f"{self.href}/{decision.replace('_', '-')}"
        sent = fields_in(page.text, action) | {name.replace("__", "."): value for name, value in typed.items()}
        return self.clinic.therapist.post(action, data=sent)

    def record(self, decision: str, query: str = "", /, **typed: Any) -> None:
        """The same, where it has to be recorded."""
        answer = self.send(decision, query, **typed)
        assert answer.status_code == 303, answer.text[answer.text.find("error-summary") :][:900]
        self.clinic.travel(minutes=1)

    def start(self) -> "Day":
        self.record("open_dosing_session")
        self.record("record_companion_arrival")
        return self

    def ask(self, **changed: Any) -> "Day":
        self.record("record_checklist", **(ANSWERS | changed))
        return self

    def measure(self, systolic: int = 132, diastolic: int = 84, pulse: int = 78, query: str = "") -> "Day":
        values = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic, "pulse_per_min": pulse}
        self.record("record_vitals", query, **values)
        return self

    def dose(self) -> "Day":
        self.record("clear_to_dose")
        self.record("record_dose", held_minutes="12")
        return self

    def dosed(self) -> "Day":
        """100 mg taken at 13:08."""
        return self.start().ask().measure().dose()
