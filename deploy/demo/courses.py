"""The sixty courses: a few told one by one, the rest as ordinary courses that began on different days."""

from datetime import date, datetime, timedelta

from deploy.demo import chapters, incidents
from deploy.demo.cast import ACHEBE, CARVALHO, LINDQVIST, RIVERA, VANCE, Invented, Staff, patients
from deploy.demo.dosing_day import DosingDay, book_dosing
from deploy.demo.ordinary_course import DOSES_AT, Tell, ordinary, up_to_plan
from deploy.demo.story import LOCAL, Story, day_after


def only_referred(story: Story, now: datetime) -> None:
    chapters.referral(story, team=False)


def first_dose_next(story: Story, now: datetime) -> None:
    """Prepared; the first dosing session is booked for the next working day."""
    up_to_plan(story, score=16)
    book_dosing(story, DosingDay(16))


FIRST_DOSE_IS_NEXT = 0
"""Stands for as many days as bring the first dosing session to today or the next working day."""
TOLD: tuple[tuple[int, Tell], ...] = (
    (75, incidents.safety_item_today),
    (61, incidents.held_by_vitals),
    (FIRST_DOSE_IS_NEXT, first_dose_next),
    (4, only_referred),
    (52, incidents.follow_up_overdue),
    (21, incidents.waits_for_clearance),
    (60, incidents.not_eligible),
    (70, incidents.paused),
    (34, incidents.serious_event),
    (62, ordinary(13, 20)),
    (88, ordinary(21, 19)),
    (120, incidents.dropped_out),
    (150, ordinary(18, 4)),
    (40, incidents.withdrew_telehealth),
    (6, incidents.eligibility_to_decide),
    (7, incidents.plan_to_issue),
    (12, incidents.needs_information),
    (64, incidents.swallowed),
    (48, incidents.wrong_patient),
    (95, incidents.standing_review),
)
"""Days since the referral, and the story."""


def stories(now: datetime) -> list[Story]:
    """All sixty, each from its own first day on; what lies after `now` has not happened yet."""
    people = patients()
    told = [_told(people[number], number, days, tell, now) for number, (days, tell) in enumerate(TOLD)]
    rest = range(len(TOLD), len(people))
    return told + [_told(people[number], number, _days_ago(number), _course(number), now) for number in rest]


def _told(patient: Invented, number: int, days: int, tell: Tell, now: datetime) -> Story:
    today = now.astimezone(LOCAL).date()
    begins_on = today - timedelta(days=days or _days_to_first_dose(today))
    story = Story(patient, _therapist(number), RIVERA if number % 3 else ACHEBE, begins_on)
    if number < len(TOLD):
        story.prescriber = RIVERA
    tell(story, now)
    return story


def _days_to_first_dose(today: date) -> int:
    """The longest ago that a course may have begun whose first dose has not come yet."""
    return next(days for days in range(20, 0, -1) if day_after(today - timedelta(days=days), DOSES_AT[0]) >= today)


def _therapist(number: int) -> Staff:
    return LINDQVIST if number < 14 else (LINDQVIST, VANCE, CARVALHO)[number % 3]


def _days_ago(number: int) -> int:
    """Spread over six months, denser in the recent weeks, so that every phase is there."""
    share = (number - len(TOLD)) / 40
    return 3 + round(172 * float(share**1.6))


def _course(number: int) -> Tell:
    first = 14 + (number * 7) % 11
    return ordinary(first, max(2, first - 4 - (number * 5) % 14), in_person=number % 4 == 0)
