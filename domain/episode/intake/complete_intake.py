"""Complete the intake consult: everything a gate needs is coded, the rest is sealed."""

from datetime import date, datetime
from typing import Any

from pydantic import AwareDatetime, Field

from domain.actor import Role
from domain.days import day_of
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.intake.findings import IntakeFindings, require_sound
from domain.episode.intake.intake import Answer, Intake, Medicine, Pregnancy, UrinaryBaseline, Way, Weight
from domain.episode.referral.refer import DiagnosisCode
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.network.create_network import StateCode
from domain.network.network import Network
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import Sealed
from domain.stream import change


class IntakeIsComplete(Refused):
    """The intake is complete already. Update it instead; a prescriber can."""


class IntakeEndsBeforeItBegins(Refused):
    """The intake would end before it begins. Mend one of the two times."""


class CompleteIntake(IntakeFindings):
    started_at: AwareDatetime
    ended_at: AwareDatetime
    way: Way
    diagnoses: tuple[DiagnosisCode, ...] = Field(min_length=1, max_length=20)
    ketamine_allergy: Answer
    allergies_asked: bool
    pregnancy: Pregnancy = Pregnancy.UNKNOWN
    nursing: Answer = Answer.UNKNOWN
    home_state: StateCode
    patient_zone: str


class IntakeCompleted(EpisodeEvent, stored_as="IntakeCompleted", version=2, happened_in="ended_at"):
    """The intake consult took place, and this is what it found."""

    started_at: datetime
    ended_at: datetime
    way: Way
    diagnoses: tuple[str, ...]
    weight: Weight | None = None
    ketamine_allergy: Answer
    other_allergies: Sealed[str] | None = None
    allergies_asked: bool
    medicines: tuple[Medicine, ...] = ()
    baseline_systolic_mmhg: int | None = None
    baseline_diastolic_mmhg: int | None = None
    baseline_pulse_per_min: int | None = None
    pregnancy: Pregnancy
    pregnancy_tested_on: date | None = None
    nursing: Answer
    urinary: UrinaryBaseline | None = None
    ketamine_elsewhere_on: date | None = None
    emergency_contact: Sealed[str] | None = None
    history: Sealed[str] | None = None
    home_state: str
    patient_zone: str

    @classmethod
    def upcast(cls, payload: dict[str, Any], from_version: int) -> dict[str, Any]:
        """Version 1 knew answers on passing water as a whole only."""
        return payload


@decides(Role.PRESCRIBER)
def complete_intake(
    episode: Episode, order: CompleteIntake, *, network: Network, protocol: Protocol, now: datetime
) -> list[Event]:
    """Record the completed intake consult."""
    require_open_episode(episode)
    if episode.intake is not None:
        if episode.intake.completed_at == order.ended_at:
            return []
        raise IntakeIsComplete
    if order.ended_at < order.started_at:
        raise IntakeEndsBeforeItBegins(field="ended_at")
    require_sound(order, None, protocol, day_of(now, network.zone))
    found = {name: getattr(order, name) for name in IntakeCompleted.model_fields if name != "medicines"}
    return [IntakeCompleted(**found, medicines=order.medicine_list or ())]


@evolve.register
def _(event: IntakeCompleted, episode: Episode, envelope: Envelope) -> Episode:
    intake = Intake(
        entry_id=envelope.event_id,
        completed_at=event.ended_at,
        completed_by=envelope.actor_id,
        weight=event.weight,
        ketamine_allergy=event.ketamine_allergy,
        pregnancy=event.pregnancy,
        ketamine_elsewhere_on=event.ketamine_elsewhere_on,
        medicines=event.medicines,
        home_state=event.home_state,
        patient_zone=event.patient_zone,
        way=event.way,
        diagnoses=event.diagnoses,
        baseline_systolic_mmhg=event.baseline_systolic_mmhg,
        baseline_diastolic_mmhg=event.baseline_diastolic_mmhg,
        baseline_pulse_per_min=event.baseline_pulse_per_min,
        urinary=event.urinary,
        has_emergency_contact=event.emergency_contact is not None,
    )
    return change(episode, intake=intake)
