"""The sixty courses: a few told one by one, the rest as ordinary courses that began on different days."""

from datetime import date, datetime, timedelta

from deploy.demo import chapters
from deploy.demo.cast import ACHEBE, CARVALHO, FIRST, LINDQVIST, RIVERA, VANCE, Invented, Staff, patients
from deploy.demo.dosing_day import DosingDay, book_dosing
from deploy.demo.incidents import (
    check_ins,
    devices,
    endings,
    erasures,
    groups,
    medicine,
    notes,
    onboarding,
    overrides,
    people,
    readings,
    records,
    safety,
)
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
    (75, safety.safety_item_today),
    (61, readings.held_by_vitals),
    (FIRST_DOSE_IS_NEXT, first_dose_next),
    (4, only_referred),
    (52, endings.follow_up_overdue),
    (21, onboarding.waits_for_clearance),
    (60, erasures.asks_to_be_erased),
    (70, endings.paused),
    (34, safety.serious_event),
    (62, ordinary(13, 20)),
    (88, ordinary(21, 19)),
    (120, erasures.kept_for_a_dispute),
    (150, ordinary(18, 4)),
    (40, endings.withdrew_telehealth),
    (6, onboarding.eligibility_to_decide),
    (7, onboarding.plan_to_issue),
    (12, onboarding.needs_information),
    (64, medicine.swallowed),
    (48, records.wrong_patient),
    (95, safety.standing_review),
    (24, readings.pressure_settles),
    (25, people.chaperone_leaves),
    (29, safety.flag_at_night),
    (39, safety.serious_event_reviewed),
    (46, people.transferred),
    (50, people.prescriber_leaves),
    (21, people.in_another_state),
    (22, medicine.dose_mistyped),
    (21, records.emergency_on_paper),
    (23, records.consent_signed_after),
    (45, endings.stopped),
    (151, endings.back_after_a_long_pause),
    (27, safety.high_risk_and_back),
    (26, people.on_call_looks_in),
    (20, medicine.wrong_strength),
    (37, medicine.tablets_missing),
    (43, notes.notes_and_questions),
    (38, medicine.bladder),
    (24, groups.in_a_group),
    (24, groups.in_a_group),
    (24, groups.typed_under_another),
    (20, devices.monitored),
    (18, overrides.without_preparation),
    (38, check_ins.asked_by_link),
)
"""Days since the referral, and the story."""


def stories(now: datetime) -> list[Story]:
    """All sixty, each from its own first day on; what lies after `now` has not happened yet."""
    everybody = patients()
    told = [_told(everybody[number], number, days, tell, now) for number, (days, tell) in enumerate(TOLD)]
    rest = range(len(TOLD), len(everybody))
    return told + [_told(everybody[number], number, _days_ago(number), _course(number), now) for number in rest]


def _told(patient: Invented, number: int, days: int, tell: Tell, now: datetime) -> Story:
    today = now.astimezone(LOCAL).date()
    begins_on = today - timedelta(days=days or _days_to_first_dose(today))
    therapist = CARVALHO if tell in groups.TOGETHER else _therapist(number)
    story = Story(patient, therapist, RIVERA if number % 3 else ACHEBE, begins_on)
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
    share = (number - len(TOLD)) / (len(FIRST.split()) - len(TOLD))
    return 3 + round(172 * float(share**1.6))


def _course(number: int) -> Tell:
    first = 14 + (number * 7) % 11
    return ordinary(first, max(2, first - 4 - (number * 5) % 14), way="remote" if number % 4 else "in_person")
