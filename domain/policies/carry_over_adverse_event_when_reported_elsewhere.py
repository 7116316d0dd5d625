"""A grave adverse event reported after discharge is known in the patient's next episode at once and stops dosing there.

What was known when the new episode opened came along with the referral; this is for what is reported later, a death
included: from then on nothing is sent to the patient.
"""

from domain.decision import decision_of
from domain.derived import derived_id
from domain.episode.safety.carry_over_adverse_event import CarryOverAdverseEvent, carry_over_adverse_event
from domain.episode.safety.record_adverse_event_outcome import AdverseEventOutcome, AdverseEventOutcomeRecorded
from domain.episode.safety.report_adverse_event import AdverseEventReported, AdverseEventTerm
from domain.episode.safety.safety import DEATH, is_grave
from domain.event import Envelope
from domain.policies.policy import Policy, Where


def _order(
    event: AdverseEventReported | AdverseEventOutcomeRecorded, envelope: Envelope
) -> CarryOverAdverseEvent | None:
    if isinstance(event, AdverseEventOutcomeRecorded):
        return _death(event, envelope) if event.outcome is AdverseEventOutcome.DIED else None
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


def _death(event: AdverseEventOutcomeRecorded, envelope: Envelope) -> CarryOverAdverseEvent:
    """An event of its own: what the patient died of may be known there by its own id, as less than a death."""
    return CarryOverAdverseEvent(
        adverse_event_id=derived_id(event.adverse_event_id, "death"),
        reported_in=envelope.stream_id,
        term=AdverseEventTerm.OTHER,
        grade=DEATH,
        serious=True,
        occurred_at=envelope.occurred_at,
    )


CARRY_OVER_ADVERSE_EVENT_WHEN_REPORTED_ELSEWHERE = Policy(
    name="carry_over_adverse_event_when_reported_elsewhere",
    when=(AdverseEventReported, AdverseEventOutcomeRecorded),
    where=Where.OTHER_EPISODES_OF_THE_PATIENT,
    decision=decision_of(carry_over_adverse_event),
    order=_order,
)
