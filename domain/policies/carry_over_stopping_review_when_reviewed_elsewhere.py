"""A review of an earlier course's adverse event that says dosing stops, stops it in the patient's next episode too.

A mild event is carried over by nothing else; a grave one is known there by then, and may have been judged otherwise.
"""

from domain.decision import decision_of
from domain.episode.safety.carry_over_stopping_review import CarryOverStoppingReview, carry_over_stopping_review
from domain.episode.safety.review_adverse_event import AdverseEventReviewed
from domain.event import Envelope
from domain.policies.policy import Policy, Where


def _order(event: AdverseEventReviewed, envelope: Envelope) -> CarryOverStoppingReview | None:
    if event.dosing_may_go_on:
        return None
    return CarryOverStoppingReview(adverse_event_id=event.adverse_event_id, reviewed_in=envelope.stream_id)


CARRY_OVER_STOPPING_REVIEW_WHEN_REVIEWED_ELSEWHERE = Policy(
    name="carry_over_stopping_review_when_reviewed_elsewhere",
    when=(AdverseEventReviewed,),
    where=Where.OTHER_EPISODES_OF_THE_PATIENT,
    decision=decision_of(carry_over_stopping_review),
    order=_order,
)
