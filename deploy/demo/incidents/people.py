"""People change and move: the therapist, the prescriber, the patient, and whoever is in the room."""

from datetime import datetime, timedelta

from deploy.demo import chapters, measures
from deploy.demo.cast import ACHEBE, OKAFOR, RIVERA, VANCE
from deploy.demo.dosing_day import (
    CRITERIA,
    DosingDay,
    arrive,
    book_dosing,
    check,
    dosing_day,
    end,
    starts_at,
    take_dose,
    vitals,
    vitals_before,
)
from deploy.demo.ordinary_course import so_far, up_to_plan
from deploy.demo.story import Story
from domain.episode.dosing.record_companion_arrival import record_companion_arrival
from domain.episode.dosing.record_companion_departure import record_companion_departure
from domain.episode.plan.accept_hand_over import accept_hand_over
from domain.episode.safety.place_hold import place_hold
from domain.episode.team.assign_care_team_member import assign_care_team_member
from domain.episode.team.remove_care_team_member import remove_care_team_member
from domain.episode.team.take_access import take_access


def chaperone_leaves(story: Story, now: datetime) -> None:
    """The partner is called away 42 minutes after the dose; a neighbour comes half an hour later."""
    up_to_plan(story)
    day = DosingDay(16)
    session_id = book_dosing(story, day)
    arrive(story, session_id, day)
    vitals_before(story, session_id, day, starts_at(story, day))
    taken = starts_at(story, day)
    take_dose(story, session_id, day, taken)
    check(story, session_id, taken + timedelta(minutes=30))
    left = taken + timedelta(minutes=42)
    story.step(
        left + timedelta(minutes=1), story.therapist, record_companion_departure, session_id=session_id, left_at=left
    )
    story.beat("the chaperone has left")
    for minutes in (45, 60):
        check(story, session_id, taken + timedelta(minutes=minutes))
    came = taken + timedelta(minutes=72)
    story.step(
        came + timedelta(minutes=1),
        story.therapist,
        record_companion_arrival,
        session_id=session_id,
        companion_id=story.id("neighbour"),
        arrived_at=came,
        is_adult=True,
        name="Jo, the neighbour",
        phone="555-0171",
    )
    story.beat("another adult has come")
    for minutes in (75, 90, 105, 120):
        check(story, session_id, taken + timedelta(minutes=minutes))
    vitals(story, session_id, "after", taken + timedelta(minutes=122), (4, 2, 2))
    story.beat("two hours have passed")
    end(story, session_id, taken + timedelta(minutes=126), "released", criteria=CRITERIA)
    story.beat("released")
    chapters.integration(story, 19)


def in_another_state(story: Story, now: datetime) -> None:
    """On the day the patient is with family in Nevada, where nobody here is licensed: no dose."""
    up_to_plan(story)
    day = DosingDay(16)
    session_id = book_dosing(story, day)
    arrive(story, session_id, day, state="NV")
    vitals_before(story, session_id, day, starts_at(story, day))
    story.beat("ready, but in Nevada")
    held = starts_at(story, day) + timedelta(minutes=20)
    end(story, session_id, held, "held_no_dose", reason="The patient is in Nevada today; nobody is licensed there.")
    story.beat("held without a dose")


def transferred(story: Story, now: datetime) -> None:
    """The therapist moves away after the second dose; another takes over and holds the third session."""
    so_far(story, scores=(18, 15))
    chapters.follow_up(story, 35)
    member = {"role": "therapist"}
    story.step(story.at(37, "10:00"), OKAFOR, assign_care_team_member, clinician_id=VANCE.clinician_id, **member)
    story.beat("the new therapist has joined")
    leaving = story.therapist
    story.step(story.at(38, "10:00"), OKAFOR, remove_care_team_member, clinician_id=leaving.clinician_id, **member)
    story.beat("the old therapist has left")
    story.therapist = VANCE
    measures.symptoms(story, story.at(43, "19:00"), 13)
    dosing_day(story, DosingDay(44, dose_mg=150))
    chapters.integration(story, 47)


def prescriber_leaves(story: Story, now: datetime) -> None:
    """The prescriber leaves the team after the second dose; another accepts and issues the plan in their own name."""
    so_far(story, scores=(20, 16))
    chapters.follow_up(story, 35)
    member = {"clinician_id": story.prescriber.clinician_id, "role": "prescriber"}
    story.step(story.at(37, "10:00"), OKAFOR, remove_care_team_member, **member)
    story.beat("the prescriber has left")
    story.prescriber = ACHEBE if story.prescriber is RIVERA else RIVERA
    member = {"clinician_id": story.prescriber.clinician_id, "role": "prescriber"}
    story.step(story.at(37, "10:05"), OKAFOR, assign_care_team_member, **member)
    story.step(story.at(37, "10:40"), story.prescriber, accept_hand_over)
    story.beat("another prescriber has accepted")
    chapters.plan(story, 38, number=2, sessions_authorised=6)
    story.beat("the plan is issued anew")
    measures.symptoms(story, story.at(43, "19:00"), 14)
    dosing_day(story, DosingDay(44))
    chapters.integration(story, 47)


def on_call_looks_in(story: Story, now: datetime) -> None:
    """A call at night: the back-up on call, not of the team, opens the episode with a reason and holds dosing."""
    so_far(story, scores=(19,))
    called_at = story.at(24, "22:20")
    why = {"because": "question_of_the_patient", "reason": "Partner called: confused since the evening, no fever."}
    story.step(called_at, ACHEBE, take_access, **why)
    story.beat("the back-up has opened the episode")
    note = "Sent to the emergency department for a look; please see before the next dose."
    story.step(called_at + timedelta(minutes=14), ACHEBE, place_hold, reason="other", note=note)
    story.beat("dosing is held")
