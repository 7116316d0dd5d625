"""A dosing session in a group: each patient keeps a record of their own, and one dose is typed under the wrong name."""

from datetime import datetime, timedelta

from deploy.demo import chapters, measures
from deploy.demo.dosing_day import (
    DosingDay,
    arrive,
    book_dosing,
    clear,
    starts_at,
    take,
    vitals_before,
    watch_and_release,
)
from deploy.demo.ordinary_course import Tell, up_to_plan
from deploy.demo.story import Story
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.dosing.record_dose import record_dose

FIRST = DosingDay(16, way="group", starts="10:00")
NEXT = DosingDay(30, way="group", starts="10:00")


def in_a_group(story: Story, now: datetime) -> None:
    """The first session together with others, the next one planned."""
    _ready(story)
    taken = starts_at(story, FIRST)
    _dosed(story, taken)


def typed_under_another(story: Story, now: datetime) -> None:
    """A neighbour's dose is typed here, taken back six minutes later; then this patient's own is taken."""
    _ready(story)
    typed = starts_at(story, FIRST) - timedelta(minutes=1)
    clear(story, story.id("dosing", 1), typed, "first", FIRST.dose_mg)
    wrong = {"session_id": story.id("dosing", 1), "dose_id": story.id("wrong dose"), "part": "first"}
    one = {"amount_mg": 100, "tablets": [{"strength_mg": 100, "count": 1}], "taken_at": typed}
    story.step(typed + timedelta(minutes=1), story.therapist, record_dose, **wrong, **one)
    story.beat("another patient's dose is typed here")
    why = {
        "event_id": story.event_id_of_last(record_dose),
        "reason": "Of the patient beside, under the wrong name.",
    }
    story.step(typed + timedelta(minutes=6), story.therapist, mark_in_error, **why)
    story.beat("marked in error")
    _dosed(story, starts_at(story, FIRST) + timedelta(minutes=8))


def _ready(story: Story) -> None:
    up_to_plan(story, score=18, ways=("group", "remote"))
    measures.symptoms(story, story.at(15, "18:00"), 18)
    session_id = book_dosing(story, FIRST)
    arrive(story, session_id, FIRST)
    vitals_before(story, session_id, FIRST, starts_at(story, FIRST))


def _dosed(story: Story, taken: datetime) -> None:
    session_id = story.id("dosing", 1)
    clear(story, session_id, taken - timedelta(minutes=1), "first", FIRST.dose_mg)
    take(story, session_id, taken, "first", FIRST.dose_mg)
    story.beat("session 1: dosed")
    watch_and_release(story, session_id, FIRST, taken)
    chapters.integration(story, 19)
    book_dosing(story, NEXT)


TOGETHER: tuple[Tell, ...] = (in_a_group, typed_under_another)
"""Told of several patients on the same days, with one therapist."""
