"""What happens with the medicine itself: swallowed, mistyped, not there."""

from datetime import datetime, timedelta

from deploy.demo import chapters, measures
from deploy.demo.chapters import TABLET_MG
from deploy.demo.dosing_day import (
    CRITERIA,
    DosingDay,
    arrive,
    book_dosing,
    check,
    clear,
    dosing_day,
    end,
    starts_at,
    vitals,
    vitals_before,
    watch_and_release,
)
from deploy.demo.ordinary_course import so_far, up_to_plan
from deploy.demo.story import Story
from domain.episode.check_in.report_medicine_inventory import report_medicine_inventory
from domain.episode.check_in.report_symptoms import report_symptoms
from domain.episode.check_in.review_symptoms import review_symptoms
from domain.episode.dosing.correct_dose import correct_dose
from domain.episode.dosing.record_dose import record_dose
from domain.episode.dosing.record_swallowing import record_swallowing


def swallowed(story: Story, now: datetime) -> None:
    """In the third session the patient swallows instead of spitting out: a deviation, longer observation."""
    so_far(story, scores=(20, 16))
    chapters.follow_up(story, 35)
    measures.symptoms(story, story.at(43, "19:00"), 13)
    session_id = dosing_day(story, DosingDay(44, dose_mg=150, ends=False))
    taken = story.at(44, "13:56")
    story.step(
        taken + timedelta(minutes=17),
        story.therapist,
        record_swallowing,
        session_id=session_id,
        dose_id=story.id("dose", session_id, "first"),
        at=taken + timedelta(minutes=9),
    )
    story.beat("swallowed")
    for minutes in range(30, 211, 15):
        check(story, session_id, taken + timedelta(minutes=minutes))
    vitals(story, session_id, "after", taken + timedelta(minutes=205), (4, 2, 2))
    end(story, session_id, taken + timedelta(minutes=215), "released", criteria=CRITERIA)


def dose_mistyped(story: Story, now: datetime) -> None:
    """100 mg were cleared and taken, 150 written down; the therapist corrects it the next day."""
    up_to_plan(story)
    day = DosingDay(16)
    session_id = book_dosing(story, day)
    arrive(story, session_id, day)
    vitals_before(story, session_id, day, starts_at(story, day))
    taken = starts_at(story, day)
    clear(story, session_id, taken - timedelta(minutes=2), "first", day.dose_mg)
    dose_id = story.id("dose", session_id, "first")
    dose = {"session_id": session_id, "dose_id": dose_id, "part": "first", "taken_at": taken, "held_minutes": 12}
    story.step(
        taken + timedelta(minutes=1), story.therapist, record_dose, amount_mg=150, tablets_not_counted=True, **dose
    )
    story.beat("150 mg are written down")
    watch_and_release(story, session_id, day, taken)
    story.step(
        taken + timedelta(hours=22, minutes=30),
        story.therapist,
        correct_dose,
        session_id=session_id,
        dose_id=dose_id,
        amount_mg=100,
        tablets=[{"strength_mg": 100, "count": 1}],
        reason="One tablet was taken, not one and a half: the blister shows it.",
    )
    story.beat("the dose is corrected")
    chapters.integration(story, 19)


def wrong_strength(story: Story, now: datetime) -> None:
    """The pharmacy sent tablets of 50 mg: found when the patient counts before the first session; no dose that day."""
    up_to_plan(story)
    day = DosingDay(16)
    session_id = book_dosing(story, day)
    counted = {"strength_mg": 50, "on_hand": 6, "taken": 0, "destroyed": 0}
    nothing = {"strength_mg": TABLET_MG, "on_hand": 0, "taken": 0, "destroyed": 0}
    note = "Reads the label over the telephone: 50 mg. Six tablets, unopened."
    ahead = starts_at(story, day) - timedelta(hours=3)
    story.step(ahead, story.therapist, report_medicine_inventory, tablets=[nothing, counted], note=note)
    story.beat("the patient counts")
    arrive(story, session_id, day, label_strength_mg=50)
    vitals_before(story, session_id, day, starts_at(story, day))
    story.beat("the label is read")
    held = starts_at(story, day) + timedelta(minutes=10)
    end(story, session_id, held, "held_no_dose", reason="Wrong strength dispensed; the pharmacy sends the right one.")
    story.beat("held without a dose")


def tablets_missing(story: Story, now: datetime) -> None:
    """Six tablets dispensed, two taken, two on hand: two are missing. A question to ask, not an accusation."""
    so_far(story, scores=(19, 16))
    counted = {"strength_mg": TABLET_MG, "on_hand": 2, "taken": 2, "destroyed": 0}
    story.step(story.at(33, "17:40"), story.therapist, report_medicine_inventory, tablets=[counted])
    story.beat("the patient counts")


def bladder(story: Story, now: datetime) -> None:
    """Up three times a night since the second dose, where it was never at the intake; the prescriber has to look."""
    so_far(story, scores=(20, 15))
    nights = {
        "frequency_per_day": 8,
        "nocturia_per_night": 3,
        "urgency": True,
        "dysuria": False,
        "visible_blood": False,
    }
    note = "Since about ten days. No fever. Drinks as before."
    at = story.at(36, "12:15")
    story.step(at, story.therapist, report_symptoms, report_id=story.id("symptoms"), urinary=nights, note=note)
    story.beat("the nights are worse")
    seen = {"report_id": story.id("symptoms"), "note": "Dipstick and culture negative. Wait another two weeks."}
    story.step(story.at(39, "09:30"), story.prescriber, review_symptoms, **seen)
    story.beat("the prescriber has looked")
