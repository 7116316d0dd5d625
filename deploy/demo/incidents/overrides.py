"""A gate passed over for one session, by name and for a reason that the team reads."""

from datetime import datetime, timedelta

from deploy.demo import chapters, measures
from deploy.demo.dosing_day import (
    DosingDay,
    arrive,
    book_dosing,
    starts_at,
    take_dose,
    vitals_before,
    watch_and_release,
)
from deploy.demo.story import Story
from domain.episode.safety.grant_override import grant_override

PREPARATION = "7"
KNOWN_FOR_YEARS = "Prepared in the weekly sessions of the past two years; went through the day by telephone."


def without_preparation(story: Story, now: datetime) -> None:
    """No preparation session of its own: the prescriber overrides it with the therapist's agreement; nobody read it."""
    chapters.referral(story)
    measures.symptoms(story, story.at(4, "18:40"), 18)
    measures.fixed(story, story.at(4, "18:50"), "wai-sr")
    chapters.intake(story)
    chapters.eligible(story)
    chapters.consents(story)
    chapters.plan(story)
    day = DosingDay(16)
    session_id = book_dosing(story, day)
    story.beat("the gate is closed")
    override = {"override_id": story.id("override"), "rule": PREPARATION, "session_id": session_id}
    granted = {"reason": KNOWN_FOR_YEARS, "therapist_agrees": True}
    story.step(story.at(16, "09:15"), story.prescriber, grant_override, **override, **granted)
    story.beat("overridden")
    arrive(story, session_id, day)
    taken = vitals_before(story, session_id, day, starts_at(story, day)) + timedelta(minutes=6)
    take_dose(story, session_id, day, taken)
    watch_and_release(story, session_id, day, taken)
