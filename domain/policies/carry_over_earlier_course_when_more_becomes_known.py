"""What is recorded late in an earlier course is known in the patient's next episode at once.

Suicidal thoughts and a high C-SSRS stop dosing there (rule 21); a dose counts towards the days between doses (rule 11).
An adverse event whose review is marked in error stops it once more (rule 25).
"""

from domain.decision import decision_of
from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.episode.dosing.correct_dose import DoseCorrected
from domain.episode.dosing.record_dose import DoseTaken
from domain.episode.episode import EpisodeEvent
from domain.episode.outcome.correct_outcome import OutcomeCorrected
from domain.episode.referral.carry_over_earlier_course import CarryOverEarlierCourse, carry_over_earlier_course
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.safety import SAFETY_HOLDS
from domain.event import Envelope
from domain.policies.policy import Policy, Where


def _order(event: EpisodeEvent, envelope: Envelope) -> CarryOverEarlierCourse | None:
    if isinstance(event, HoldPlaced) and event.reason not in SAFETY_HOLDS:
        return None
    return CarryOverEarlierCourse(found_in=envelope.stream_id)


CARRY_OVER_EARLIER_COURSE_WHEN_MORE_BECOMES_KNOWN = Policy(
    name="carry_over_earlier_course_when_more_becomes_known",
    when=(HoldPlaced, OutcomeCorrected, DoseTaken, DoseCorrected, EntryMarkedInError),
    where=Where.OTHER_EPISODES_OF_THE_PATIENT,
    decision=decision_of(carry_over_earlier_course),
    order=_order,
)
