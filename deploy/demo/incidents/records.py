"""Entries that were wrong or late: another patient's, from paper, signed after the fact."""

from datetime import datetime, timedelta

from deploy.demo import chapters, measures
from deploy.demo.cast import RIVERA
from deploy.demo.dosing_day import (
    DosingDay,
    arrive,
    book_dosing,
    clear,
    starts_at,
    vitals_before,
    watch_and_release,
)
from deploy.demo.ordinary_course import so_far, up_to_plan
from deploy.demo.story import Decide, Story
from domain.derived import derived_id
from domain.episode.alert.acknowledge_alert import acknowledge_alert
from domain.episode.alert.alert import AlertKind, id_of
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.dosing.declare_emergency import declare_emergency
from domain.episode.dosing.end_dosing_session import end_dosing_session
from domain.episode.dosing.record_check import record_check
from domain.episode.dosing.record_companion_arrival import record_companion_arrival
from domain.episode.dosing.record_dose import record_dose
from domain.episode.dosing.record_vitals import record_vitals
from domain.episode.outcome.record_outcome import record_outcome
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.safety import HoldReason

FROM_PAPER = "The server was down; written on paper and entered the same evening."


def wrong_patient(story: Story, now: datetime) -> None:
    """A questionnaire of somebody else, marked in error three days later."""
    so_far(story, scores=(19, 17))
    recorded_at = story.at(36, "12:00")
    measures.measure(story, recorded_at, "phq-9", 3)
    story.beat("another patient's questionnaire is entered")
    story.step(
        story.at(39, "09:15"),
        story.therapist,
        mark_in_error,
        event_id=story.event_id_of_last(record_outcome),
        reason="Outcome of another patient.",
    )
    story.beat("marked in error")


def emergency_on_paper(story: Story, now: datetime) -> None:
    """The server is down while a patient has to go to hospital; everything is entered from paper that evening."""
    up_to_plan(story)
    day = DosingDay(16)
    session_id = book_dosing(story, day)
    arrive(story, session_id, day)
    vitals_before(story, session_id, day, starts_at(story, day))
    taken, evening = starts_at(story, day), story.at(16, "19:05")
    clear(story, session_id, taken - timedelta(minutes=2), "first", day.dose_mg)
    story.beat("cleared, and the server goes down")

    def enter(minutes: int, happened: datetime, decide: Decide, **body: object) -> None:
        story.step(
            evening + timedelta(minutes=minutes),
            story.therapist,
            decide,
            occurred_at=happened,
            late_reason=FROM_PAPER,
            session_id=session_id,
            **body,
        )

    tablets = [{"strength_mg": 100, "count": 1}]
    dose_id = story.id("dose", session_id, "first")
    enter(0, taken, record_dose, dose_id=dose_id, part="first", amount_mg=100, tablets=tablets, held_minutes=12)
    looked, measured = taken + timedelta(minutes=15), taken + timedelta(minutes=38)
    enter(2, looked, record_check, at=looked, responsive=True, distress=3, sedation=1, dissociation=4)
    pressure = {"systolic_mmhg": 176, "diastolic_mmhg": 104, "pulse_per_min": 116}
    enter(4, measured, record_vitals, phase="during", taken_at=measured, symptoms=True, **pressure)
    enter(6, taken + timedelta(minutes=40), declare_emergency, emergency_id=story.id("emergency"))
    gone = taken + timedelta(minutes=58)
    enter(8, gone, end_dosing_session, ended_as="emergency_transfer", ended_at=gone)
    enter(10, taken + timedelta(minutes=40), report_adverse_event, term="hypertension", grade=3, serious=True)
    story.beat("entered from paper")
    emergency_id = story.id("emergency")
    alert_id = id_of(AlertKind.EMERGENCY, derived_id(emergency_id, "hold", HoldReason.EMERGENCY))
    story.step(evening + timedelta(minutes=11), RIVERA, acknowledge_alert, alert_id=alert_id)
    story.beat("the alert is taken on")


def consent_signed_after(story: Story, now: datetime) -> None:
    """Without consent the session never opens; the dose is given all the same, and the form is signed after it."""
    up_to_plan(story, consented=False)
    day = DosingDay(16, way="in_person")
    session_id = book_dosing(story, day)
    taken = starts_at(story, day)
    came = {"companion_id": story.id("companion", 1), "is_booked_companion": True, "is_adult": True}
    story.step(taken - timedelta(minutes=5), story.therapist, record_companion_arrival, session_id=session_id, **came)
    dose_id = story.id("dose", session_id, "first")
    dose = {"session_id": session_id, "dose_id": dose_id, "part": "first", "amount_mg": 100, "taken_at": taken}
    tablets = [{"strength_mg": 100, "count": 1}]
    story.step(taken + timedelta(minutes=1), story.therapist, record_dose, tablets=tablets, held_minutes=12, **dose)
    story.beat("dosed without consent")
    chapters.consents(story, 16, clock="14:2")
    story.beat("signed after the dose")
    watch_and_release(story, session_id, day, taken)
