"""A safety plan made with the patient: what to do, and whom to call, when thoughts of suicide come."""

from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.safety.safety import SafetyPlan
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class SafetyPlanIsMadeWithThePatient(Refused):
    """A safety plan is made together with the patient. Make it with them, then record it."""

    rule = "21.high"


class RecordSafetyPlan(Order):
    """In the clinician's own words: warning signs, what helps, people and places, whom to call, safe surroundings."""

    safety_plan_id: NewId
    plan: FreeText
    made_with_patient: bool
    means_discussed: bool
    """Access to means of suicide was talked about."""
    patient_has_copy: bool


class SafetyPlanRecorded(EpisodeEvent, stored_as="SafetyPlanRecorded"):
    """A safety plan was made with the patient."""

    safety_plan_id: UUID
    plan: Sealed[str]
    means_discussed: bool
    patient_has_copy: bool


@decides(Role.THERAPIST, Role.PRESCRIBER)
def record_safety_plan(episode: Episode, order: RecordSafetyPlan) -> list[Event]:
    """Record a safety plan; the latest one counts, earlier ones stay readable."""
    if order.safety_plan_id in episode.safety_plans:
        return []
    if not order.made_with_patient:
        raise SafetyPlanIsMadeWithThePatient(field="made_with_patient")
    return [
        SafetyPlanRecorded(
            safety_plan_id=order.safety_plan_id,
            plan=order.plan,
            means_discussed=order.means_discussed,
            patient_has_copy=order.patient_has_copy,
        )
    ]


@evolve.register
def _(event: SafetyPlanRecorded, episode: Episode, envelope: Envelope) -> Episode:
    made = SafetyPlan(envelope.event_id, event.safety_plan_id, envelope.version)
    return change(episode, safety_plans=put(episode.safety_plans, event.safety_plan_id, made))
