"""A course under the monitored protocol that the network adopted beside its own: a nasal device, at the practice."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from deploy.demo import chapters, measures
from deploy.demo.cast import OKAFOR
from deploy.demo.dosing_day import CRITERIA, DosingDay, arrive, book_dosing, end, starts_at, vitals
from deploy.demo.story import Story
from deploy.demo.writing import note
from domain.episode.dosing.clear_to_dose import clear_to_dose
from domain.episode.dosing.record_check import record_check
from domain.episode.dosing.record_dose import record_dose
from domain.episode.dosing.record_next_day_check_in import record_next_day_check_in
from domain.episode.plan.issue_plan import issue_plan
from domain.episode.prescription.record_prescription import record_prescription
from domain.episode.prescription.track_prescription import track_prescription

DEVICE_MG, DOSE_MG = 28, 56
MONITORED = "spravato-style"
WATCHED = "Two hours at the practice; floating for the first hour, clear again well before the end."


def monitored(story: Story, now: datetime) -> None:
    """One dose watched for two hours with its sets and looks at their times; the monitoring form is still owed."""
    chapters.referral(story)
    measures.symptoms(story, story.at(4, "18:40"), 20)
    chapters.intake(story)
    chapters.eligible(story)
    chapters.consents(story)
    _plan(story)
    chapters.preparation(story)
    measures.symptoms(story, story.at(15, "19:10"), 19)
    _watched_dose(story, DosingDay(16, way="in_person"))


def _plan(story: Story) -> None:
    """Under the monitored protocol, and its devices prescribed."""
    at = story.at(7, "11:30")
    chapters.plan_terms(
        story,
        7,
        ways=["in_person"],
        next_dose_mg=DOSE_MG,
        maximum_mg=84,
        booster=None,
        tablets={"strength_mg": DEVICE_MG, "divisible": "whole", "form": "nasal_device"},
        usual_days=3,
        minimum_interval_days=2,
        sessions_authorised=8,
        vital_limits=chapters.VITAL_LIMITS
        | {"systolic_limit_mmhg": 140, "comparator": "not_above", "spo2_min_percent": 93},
        hold_minutes=0,
        after_hold="nothing",
    )
    under = {"plan_id": story.plan_id, "terms": story.terms, "protocol_id": MONITORED}
    story.step(at, story.prescriber, issue_plan, **under)
    story.beat("issued")
    devices: dict[str, Any] = {"prescription_id": story.id("devices"), "quantity": 16}
    ordered = {"reference": f"RX-{at:%j}D", "strength_mg": DEVICE_MG, "issued_on": at.date(), "drug": "esketamine"}
    story.step(at + timedelta(minutes=10), story.prescriber, record_prescription, **devices, **ordered)
    arrived = {"status": "dispensed", "lot_number": f"S{at:%y%j}"}
    story.step(at + timedelta(hours=3), OKAFOR, track_prescription, **devices, **arrived)
    story.beat("planned")


def _watched_dose(story: Story, day: DosingDay) -> None:
    """Sets before the dose, at 40 minutes and before leaving; looks at 40, 80 and 115 minutes."""
    session_id = book_dosing(story, day)
    arrive(story, session_id, day, label_strength_mg=DEVICE_MG)
    taken = starts_at(story, day)
    vitals(story, session_id, "before", taken - timedelta(minutes=12), (0, 0, 0))
    story.beat("the set before the dose")
    devices = [{"strength_mg": DEVICE_MG, "count": DOSE_MG // DEVICE_MG}]
    go = {"session_id": session_id, "part": "first", "tablets": devices, "plan_version": 1}
    asked = {"dose_mg": DOSE_MG, "patient_was_asked": True, "confirm_dose": True}
    story.step(taken - timedelta(minutes=3), story.therapist, clear_to_dose, **go, **asked)
    dose = {"session_id": session_id, "dose_id": story.id("dose", session_id, "first"), "part": "first"}
    given = {"amount_mg": DOSE_MG, "tablets": devices, "taken_at": taken, "held_minutes": 0}
    story.step(taken + timedelta(minutes=1), story.therapist, record_dose, **dose, **given)
    story.beat("sprayed")
    _watch(story, session_id, taken)
    ended = taken + timedelta(minutes=124)
    end(story, session_id, ended, "released", criteria=CRITERIA)
    story.beat("released after two hours")
    note(story, ended + timedelta(minutes=20), session_id, WATCHED, "session_record")
    called = {"session_id": session_id, "at": ended + timedelta(hours=19), "well": True}
    story.step(ended + timedelta(hours=19, minutes=4), story.therapist, record_next_day_check_in, **called)
    story.beat("the form is owed")


def _watch(story: Story, session_id: UUID, taken: datetime) -> None:
    vitals(story, session_id, "during", taken + timedelta(minutes=42), (6, 4, 4))
    for minutes, sedation, dissociation in ((40, 1, 6), (80, 1, 2), (115, 0, 0)):
        looked_at = taken + timedelta(minutes=minutes)
        seen = {"sedation": sedation, "dissociation": dissociation, "breathing_depressed": False}
        story.step(
            looked_at + timedelta(minutes=4),
            story.therapist,
            record_check,
            session_id=session_id,
            at=looked_at,
            responsive=True,
            **seen,
        )
    vitals(story, session_id, "after", taken + timedelta(minutes=119), (2, 2, 2))
