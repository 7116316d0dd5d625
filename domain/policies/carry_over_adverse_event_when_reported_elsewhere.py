"""A grave adverse event reported after discharge is known in the patient's next episode at once and stops dosing there.

What was known when the new episode opened came along with the referral; this is for what is reported later, a death
included: from then on nothing is sent to the patient.
"""

from domain.decision import decision_of
from domain.episode.safety.carry_over_adverse_event import CarryOverAdverseEvent, carry_over_adverse_event
from domain.episode.safety.report_adverse_event import AdverseEventReported
from domain.episode.safety.safety import is_grave
from domain.event import Envelope
from domain.policies.policy import Policy, Where


def _order(event: AdverseEventReported, envelope: Envelope) -> CarryOverAdverseEvent | None:
    if not is_grave(event.grade, serious=event.serious):
        return None
    return CarryOverAdverseEvent(
        adverse_event_id=event.adverse_event_id,
        reported_in=envelope.stream_id,
        term=event.term,
        grade=event.grade,
        serious=event.serious,
        occurred_at=event.happened_at,
    )


CARRY_OVER_ADVERSE_EVENT_WHEN_REPORTED_ELSEWHERE = Policy(
    name="carry_over_adverse_event_when_reported_elsewhere",
    when=(AdverseEventReported,),
    where=Where.OTHER_EPISODES_OF_THE_PATIENT,
    decision=decision_of(carry_over_adverse_event),
    order=_order,
)
