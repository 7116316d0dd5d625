"""Courses that pause, stop, or go on elsewhere."""

from datetime import datetime, timedelta

from deploy.demo import chapters, measures
from deploy.demo.cast import OKAFOR
from deploy.demo.dosing_day import DosingDay, dosing_day
from deploy.demo.ordinary_course import so_far
from deploy.demo.story import Story
from domain.episode.consent.withdraw_consent import withdraw_consent
from domain.episode.coordination.attempt_contact import attempt_contact
from domain.episode.course.discharge_patient import discharge_patient
from domain.episode.course.pause_episode import pause_episode
from domain.episode.course.resume_episode import resume_episode
from domain.episode.disclosure.record_disclosure import record_disclosure
from domain.episode.eligibility.determine_eligibility import determine_eligibility
from domain.episode.intake.update_intake import update_intake
from domain.episode.session.book_session import book_session
from domain.episode.session.miss_session import miss_session


def follow_up_overdue(story: Story, now: datetime) -> None:
    """Two doses taken, the follow-up consult never held."""
    so_far(story, scores=(17, 15))


def paused(story: Story, now: datetime) -> None:
    """Travels for a while after the third dose."""
    so_far(story, scores=(20, 17, 12))
    story.step(story.at(50, "12:00"), story.therapist, pause_episode, reason="Works abroad until spring.")


CALLS = (
    (53, "phone", "no_answer"),
    (57, "phone", "message_left"),
    (62, "text_message", "no_answer"),
    (66, "letter", "no_answer"),
)


def dropped_out(story: Story, now: datetime) -> None:
    """Misses two sessions after the second dose and is not heard of again."""
    so_far(story, scores=(15, 14))
    for number, offset in enumerate((44, 51)):
        session_id = story.id("missed", number)
        starts_at = story.at(offset, "16:00")
        story.step(
            story.at(offset - 4, "10:00"),
            story.therapist,
            book_session,
            session_id=session_id,
            kind="integration",
            starts_at=starts_at,
            way="remote",
            companion_id=story.id("nobody", number),
        )
        story.step(starts_at + timedelta(minutes=20), story.therapist, miss_session, session_id=session_id)
    for number, (offset, channel, outcome) in enumerate(CALLS):
        called = {"contact_id": story.id("contact", number), "channel": channel, "outcome": outcome}
        story.step(story.at(offset, "11:00"), OKAFOR, attempt_contact, **called)
    story.step(
        story.at(80, "10:00"),
        story.therapist,
        discharge_patient,
        reason="lost_to_follow_up",
        note="Three calls and a letter without answer.",
    )
    story.step(
        story.at(96, "14:30"),
        OKAFOR,
        record_disclosure,
        disclosure_id=story.id("disclosure"),
        kind="court",
        recipient="Superior Court, clerk of records",
        parts=["plan", "sessions_and_vitals"],
        with_substance_use=False,
        ground="court_order",
        purpose="A case about an accident; the order is on file.",
        means="secure_email",
    )


def withdrew_telehealth(story: Story, now: datetime) -> None:
    """No longer wants sessions by video."""
    so_far(story, scores=(18, 15))
    story.step(story.at(37, "10:00"), story.therapist, withdraw_consent, consent_type="telehealth")
    story.beat("withdrawn")


def back_after_a_long_pause(story: Story, now: datetime) -> None:
    """Away for more than 90 days after the second dose; seen and found eligible anew before a third."""
    so_far(story, scores=(18, 15))
    chapters.follow_up(story, 35)
    story.step(story.at(37, "12:00"), story.therapist, pause_episode, reason="Works abroad for a while.")
    story.beat("paused")
    story.step(story.at(140, "10:00"), OKAFOR, resume_episode)
    story.beat("resumed")
    story.step(
        story.at(143, "09:40"),
        story.prescriber,
        update_intake,
        **chapters.findings(story, 143),
    )
    story.beat("the intake is updated")
    story.step(
        story.at(143, "09:50"),
        story.prescriber,
        determine_eligibility,
        outcome="eligible",
        rationale="Nothing new in the months away.",
    )
    story.beat("eligible anew")
    measures.symptoms(story, story.at(145, "18:10"), 16)
    dosing_day(story, DosingDay(146))
    chapters.integration(story, 149)


def stopped(story: Story, now: datetime) -> None:
    """Has had enough after the second dose, and says so."""
    so_far(story, scores=(17, 16))
    story.step(
        story.at(38, "11:00"),
        story.therapist,
        discharge_patient,
        reason="patient_choice",
        note="Does not want to go on with the medicine; talks continue with a therapist nearer home.",
    )
    story.beat("discharged")
    story.step(
        story.at(40, "10:20"),
        OKAFOR,
        record_disclosure,
        disclosure_id=story.id("disclosure"),
        kind="other_clinician",
        recipient="Dr. Lena Aumann, psychotherapist",
        parts=["plan", "outcomes", "signed_notes"],
        with_substance_use=False,
        ground="treatment",
        purpose="Goes on with the talks.",
        means="secure_email",
    )
