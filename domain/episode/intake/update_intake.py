"""Update the intake: go through it again, and record what changed."""

from datetime import date, datetime
from typing import Any

from domain.actor import Role
from domain.days import day_of
from domain.decision import decides
from domain.episode.dosing.dosed_before_told import dosed_before_told
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.intake.findings import IntakeFindings, require_sound
from domain.episode.intake.intake import Answer, Intake, Medicine, Pregnancy, UrinaryBaseline, Way, Weight
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import Sealed
from domain.stream import change


class IntakeIsNotComplete(Refused):
    """There is no intake yet. A prescriber completes it first."""


class KetamineAllergyStands(Refused):
    """The intake says that the patient is allergic to ketamine, and that does not resolve. If it was a mistake, mark
    that entry in error with a second person."""

    rule = "22"


class UpdateIntake(IntakeFindings):
    """What is left out stays as it was; an empty update says that all of it was gone through and nothing changed."""

    way: Way | None = None
    """How the patient was seen this time. Seen in person once, prescribing rests no longer on telehealth alone."""


class IntakeUpdated(EpisodeEvent, stored_as="IntakeUpdated", version=2):
    """What the intake found was brought up to date; fields that are null did not change."""

    diagnoses: tuple[str, ...] | None = None
    weight: Weight | None = None
    ketamine_allergy: Answer | None = None
    other_allergies: Sealed[str] | None = None
    allergies_asked: bool | None = None
    medicines: tuple[Medicine, ...] | None = None
    baseline_systolic_mmhg: int | None = None
    baseline_diastolic_mmhg: int | None = None
    baseline_pulse_per_min: int | None = None
    pregnancy: Pregnancy | None = None
    pregnancy_tested_on: date | None = None
    nursing: Answer | None = None
    urinary: UrinaryBaseline | None = None
    ketamine_elsewhere_on: date | None = None
    emergency_contact: Sealed[str] | None = None
    history: Sealed[str] | None = None
    home_state: str | None = None
    patient_zone: str | None = None
    way: Way | None = None

    @classmethod
    def upcast(cls, payload: dict[str, Any], from_version: int) -> dict[str, Any]:
        """Version 1 knew answers on passing water as a whole only."""
        return payload


@decides(Role.PRESCRIBER)
def update_intake(
    episode: Episode, order: UpdateIntake, *, network: Network, protocol: Protocol, now: datetime
) -> list[Event]:
    """Record what changed since the intake; a weight that changed much is asked about again."""
    require_open_episode(episode)
    if episode.intake is None:
        raise IntakeIsNotComplete
    if episode.intake.updated_at == order.happened_at(now):
        return []
    if episode.intake.ketamine_allergy is Answer.YES and order.ketamine_allergy not in (None, Answer.YES):
        raise KetamineAllergyStands(field="ketamine_allergy")
    require_sound(order, episode.intake.weight, protocol, day_of(now, network.zone))
    found = {name: getattr(order, name) for name in IntakeUpdated.model_fields if name != "medicines"}
    elsewhere_on = order.ketamine_elsewhere_on
    dosed = (
        dosed_before_told(episode, elsewhere_on, order.happened_at(now), network=network, protocol=protocol)
        if elsewhere_on is not None
        else []
    )
    return [IntakeUpdated(**found, medicines=order.medicine_list), *dosed]


KEPT = (
    "diagnoses",
    "weight",
    "ketamine_allergy",
    "medicines",
    "baseline_systolic_mmhg",
    "baseline_diastolic_mmhg",
    "baseline_pulse_per_min",
    "pregnancy",
    "ketamine_elsewhere_on",
    "urinary",
    "home_state",
    "patient_zone",
)


@evolve.register
def _(event: IntakeUpdated, episode: Episode, envelope: Envelope) -> Episode:
    if episode.intake is None:
        return episode
    known = episode.intake
    found = {name: value for name in KEPT if (value := getattr(event, name)) is not None}
    changed = {name: value for name, value in found.items() if _counts(name, value, known, envelope.occurred_at)}
    if event.urinary is not None and "urinary" in changed:
        changed["urinary"] = event.urinary.beside(known.urinary)
    intake = change(
        known,
        entry_id=envelope.event_id,
        was=known,
        said_at={**known.said_at, **{name: max(_said_at(known, name), envelope.occurred_at) for name in changed}},
        updated_at=envelope.occurred_at,
        known_in=envelope.version,
        way=Way.IN_PERSON if event.way is Way.IN_PERSON else known.way,
        has_emergency_contact=known.has_emergency_contact or event.emergency_contact is not None,
        **changed,
    )
    return change(episode, intake=intake)


def _said_at(known: Intake, name: str) -> datetime:
    return known.said_at.get(name, known.completed_at)


def _counts(name: str, value: Any, known: Intake, moment: datetime) -> bool:
    """What was found since stands; yet an allergy never goes, and of ketamine elsewhere the latest day counts."""
    if _said_at(known, name) <= moment:
        return True
    if name == "ketamine_elsewhere_on":
        return known.ketamine_elsewhere_on is None or value > known.ketamine_elsewhere_on
    return name == "ketamine_allergy" and value is Answer.YES
