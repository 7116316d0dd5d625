"""A course of care with something of everything in it."""

from tests.api.clinic import Clinic
from tests.api.course import Course, ready_to_dose


def in_the_middle(clinic: Clinic) -> Course:
    """Dosed a quarter of an hour ago, with vitals, an open hold, an adverse event, a clearance and a measure."""
    course = ready_to_dose(clinic)
    session = {"session_id": str(course.book())}
    therapist, episode_id = clinic.therapist, course.episode_id
    therapist.recorded(episode_id, "open_dosing_session", **session)
    measured = {"systolic_mmhg": 124, "diastolic_mmhg": 78, "pulse_per_min": 70}
    therapist.recorded(episode_id, "record_vitals", **session, phase="before", **measured)
    therapist.recorded(episode_id, "record_dose", **session, amount_mg="100")
    clinic.travel(minutes=15)
    therapist.recorded(episode_id, "record_check", **session, responsive=True)
    therapist.recorded(episode_id, "place_hold", reason="other", note="words")
    therapist.recorded(episode_id, "report_adverse_event", term="nausea", grade=2, serious=False)
    clinic.prescriber.recorded(episode_id, "request_clearance", specialty="cardiology")
    return course
