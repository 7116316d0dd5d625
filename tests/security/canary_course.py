"""Decisions through the JSON routes, with a canary wherever somebody writes, and everything that was answered."""

from datetime import timedelta
from typing import Any

import httpx

from domain.episode import DECISIONS
from tests.api.clinic import Browser, Clinic
from tests.api.course import Course
from tests.security.canaries import Canaries

ORDER_OF = {decision.name: decision.order for decision in DECISIONS}
CRITERIA = (
    "is_oriented",
    "walks_steadily",
    "keeps_fluids_down",
    "pressure_near_baseline",
    "adult_stays",
    "knows_when_to_drive",
)
ASKED = {
    "medicines_held": True,
    "medicines_changed": False,
    "suicidal_thoughts_today": False,
    "intoxicated": False,
    "alcohol_or_thc_within_hold": False,
    "pregnancy_changed": False,
    "ketamine_elsewhere": False,
    "capacity_in_doubt": False,
    "driving_acknowledged": True,
    "room_is_ready": True,
    "medicine_in_hand": True,
    "label_strength_mg": "100",
    "two_identifiers": True,
}


class CanaryCourse:
    """`told` are the decisions taken; `answers` everything that was said to those who took them."""

    course: Course

    def __init__(self, clinic: Clinic, canaries: Canaries) -> None:
        self.clinic, self.canaries = clinic, canaries
        self.told: set[str] = set()
        self.answers: list[httpx.Response] = []

    def record(self, browser: Browser, decision: str, /, **body: Any) -> dict[str, Any]:
        """A decision, with everything written that can be."""
        filled = self.canaries.fill(ORDER_OF[decision], body)
        answer = browser.decide(self.course.episode_id, decision, filled)
        self.answers.append(answer)
        assert answer.status_code == 200, f"{decision}: {answer.text}"
        self.told.add(decision)
        self.clinic.travel(minutes=1)
        found: dict[str, Any] = answer.json()
        return found

    @property
    def _now(self) -> str:
        return self.clinic.now.isoformat()

    def _ago(self, **by: float) -> str:
        return (self.clinic.now - timedelta(**by)).isoformat()
