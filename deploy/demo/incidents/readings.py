"""Vitals that stand in the way: measured, mistyped, measured again."""

from datetime import datetime, timedelta

from deploy.demo import chapters, measures
from deploy.demo.dosing_day import (
    DosingDay,
    arrive,
    book_dosing,
    dosing_day,
    minutes_before,
    starts_at,
    take_dose,
    vitals,
    watch_and_release,
)
from deploy.demo.ordinary_course import so_far, up_to_plan
from deploy.demo.story import Story


def held_by_vitals(story: Story, now: datetime) -> None:
    """The third dosing day: the pressure stays above the limit, both rechecks are used, no dose is taken."""
    so_far(story, scores=(18, 14))
    chapters.follow_up(story, 35)
    measures.symptoms(story, story.at(57, "19:00"), 12)
    high = tuple((168 - story.patient.systolic_mmhg - 2 * n, 20, 10) for n in range(3))
    dosing_day(story, DosingDay(58, doses=False, before=high))


def pressure_settles(story: Story, now: datetime) -> None:
    """Before the first dose 172/98; twelve minutes later it is within the limits, and the dose is taken."""
    up_to_plan(story)
    day = DosingDay(16)
    session_id = book_dosing(story, day)
    arrive(story, session_id, day)
    start, patient = starts_at(story, day), story.patient
    high = (172 - patient.systolic_mmhg, 98 - patient.diastolic_mmhg, 12)
    vitals(story, session_id, "before", minutes_before(start, 10), high)
    story.beat("the pressure is above the limit")
    vitals(story, session_id, "before", start + timedelta(minutes=2), (6, 4, 6))
    story.beat("the recheck is within the limits")
    taken = start + timedelta(minutes=10)
    take_dose(story, session_id, day, taken)
    watch_and_release(story, session_id, day, taken)
    chapters.integration(story, 19)
