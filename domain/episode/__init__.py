"""Everything that can be decided in an episode, in the order of a course of care.

Importing any module of this package loads all of it, so that every effect is known before the first fold.
"""

from domain.decision import Decision, decision_of
from domain.episode.course.discharge_patient import discharge_patient
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.course.pause_episode import pause_episode
from domain.episode.course.resume_episode import resume_episode
from domain.episode.follow_up.book_follow_up import book_follow_up
from domain.episode.follow_up.complete_follow_up import complete_follow_up
from domain.episode.outcome.correct_outcome import correct_outcome
from domain.episode.outcome.import_outcome import import_outcome
from domain.episode.outcome.record_outcome import record_outcome
from domain.episode.safety.grant_override import grant_override
from domain.episode.safety.place_hold import place_hold
from domain.episode.safety.release_hold import release_hold
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.review_adverse_event import review_adverse_event
from domain.episode.safety.review_deviation import review_deviation
from domain.episode.safety.review_safety import review_safety

DECISIONS: tuple[Decision, ...] = tuple(
    decision_of(decide)
    for decide in (
        # referral, care team, intake, eligibility, consent, plan and prescription
        # sessions and dosing
        # outcome and safety
        record_outcome,
        import_outcome,
        correct_outcome,
        place_hold,
        release_hold,
        grant_override,
        review_safety,
        report_adverse_event,
        review_adverse_event,
        review_deviation,
        # follow-up and course
        book_follow_up,
        complete_follow_up,
        pause_episode,
        resume_episode,
        discharge_patient,
        mark_in_error,
    )
)
