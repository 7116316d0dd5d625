"""Episodes in several states, on Tue 17 Mar 2026 at the clinic."""

from tests.api.clinic import Clinic
from tests.api.course import Course, ready_to_dose, referred
from tests.api.dosing_day import Day

LONG_NAME = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewis"
"""Without a place to break it: every page that shows it has to."""


class World:
    """`courses` by the state they are in; `day` is a dosing session that is about to start."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        just_referred = referred(clinic, "Noor Haddad")
        eligible = referred(clinic, LONG_NAME).assign().take_in()
        self.flagged = self._flagged()
        self.suspended = self._suspended()
        self.day = Day(clinic)
        self.courses: dict[str, Course] = {
            "referred": just_referred,
            "eligible": eligible,
            "discharged": self._discharged(),
            "paused": self._paused(),
            "flagged": self.flagged,
            "suspended": self.suspended,
            "ready": self.day.course,
        }

    def _flagged(self) -> Course:
        """Item 9 above 0, and an adverse event that waits for its review."""
        course = referred(self.clinic, "Ana Whitfield").assign().take_in().consent().plan().prepare()
        self.clinic.travel(minutes=1)
        answers = {"instrument": "phq-9", "answers": [1] * 9, "taken_at": self.clinic.now.isoformat()}
        self.clinic.therapist.recorded(course.episode_id, "record_outcome", **answers)
        event = {"term": "headache", "grade": 3, "serious": False}
        self.clinic.therapist.recorded(course.episode_id, "report_adverse_event", **event)
        return course

    def _suspended(self) -> Course:
        course = ready_to_dose(self.clinic)
        plan = course.state.plan
        assert plan is not None
        why = {"plan_id": str(plan.plan_id), "because": "patient_wish", "reason": "Wants to think."}
        self.clinic.prescriber.recorded(course.episode_id, "suspend_plan", **why)
        return course

    def _discharged(self) -> Course:
        course = referred(self.clinic, "Grace Hollis").assign()
        self.clinic.therapist.recorded(course.episode_id, "discharge_patient", reason="patient_choice")
        return course

    def _paused(self) -> Course:
        course = referred(self.clinic, "Elena Sorensen").assign().take_in().consent().plan()
        self.clinic.therapist.recorded(course.episode_id, "pause_episode", reason="Away.")
        return course
