"""What the intake found: everything a gate needs, coded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.event import Envelope
from domain.sealed import Sealed


class Answer(StrEnum):
    """Unknown is not no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Way(StrEnum):
    """How a consult or session takes place."""

    IN_PERSON = "in_person"
    REMOTE = "remote"
    GROUP = "group"


class Pregnancy(StrEnum):
    NOT_APPLICABLE = "not_applicable"
    DENIED = "denied"
    TEST_NEGATIVE = "test_negative"
    POSITIVE = "positive"
    DECLINED = "declined"
    UNKNOWN = "unknown"


class WeightUnit(StrEnum):
    KG = "kg"
    LB = "lb"


class Weight(BaseModel):
    """A body weight as it was measured; 1 lb = 0.45359237 kg."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Decimal = Field(gt=0, le=1500)
    unit: WeightUnit
    measured_on: date

    @property
    def kg(self) -> Decimal:
        return self.value if self.unit is WeightUnit.KG else self.value * Decimal("0.45359237")


class MedicineInstruction(StrEnum):
    HOLD = "hold"
    CONTINUE = "continue"
    TAKE_AS_USUAL = "take_as_usual"
    NOT_REVIEWED = "not_reviewed"


class MedicineClass(StrEnum):
    """Classes of medicines that the intake asks for by name."""

    BENZODIAZEPINE = "benzodiazepine"
    HYPNOTIC = "hypnotic"
    OPIOID = "opioid"
    GABAPENTINOID = "gabapentinoid"
    SODIUM_OXYBATE = "sodium_oxybate"
    STIMULANT = "stimulant"
    MAOI = "maoi"
    MUSCLE_RELAXANT = "muscle_relaxant"
    THEOPHYLLINE = "theophylline"
    STRONG_CYP_INHIBITOR = "strong_cyp_inhibitor"
    GLP1_AGONIST = "glp1_agonist"
    NALTREXONE = "naltrexone"
    NMDA_ANTAGONIST = "nmda_antagonist"
    ANTIHYPERTENSIVE = "antihypertensive"
    THYROID_HORMONE = "thyroid_hormone"
    ANTIDEPRESSANT = "antidepressant"
    OTHER = "other"


class Medicine(BaseModel):
    """One medicine on the patient's list; its name is sealed, its class and instruction are coded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    medicine_class: MedicineClass
    name: Sealed[str]
    dose: Sealed[str] | None = None
    instruction: MedicineInstruction = MedicineInstruction.NOT_REVIEWED
    hold_hours: int | None = Field(default=None, ge=0, le=24 * 30)


class UrinaryBaseline(BaseModel):
    """Bladder symptoms, times a day or night, or yes/no. None where it was not asked, which is not no."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    frequency_per_day: int | None = Field(default=None, ge=0, le=60)
    nocturia_per_night: int | None = Field(default=None, ge=0, le=30)
    urgency: bool | None = None
    dysuria: bool | None = None
    visible_blood: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if all(value is None for _, value in self):
            raise ValueError("answer one of the questions, or leave them all out")
        return self

    def beside(self, before: "UrinaryBaseline | None") -> "UrinaryBaseline":
        """With what was known before where this leaves a question out."""
        known = {} if before is None else {name: value for name, value in before if value is not None}
        return UrinaryBaseline(**{**known, **{name: value for name, value in self if value is not None}})

    @property
    def is_whole(self) -> bool:
        """Whether every question was answered."""
        return all(value is not None for _, value in self)


@dataclass(frozen=True)
class Intake:
    entry_id: UUID
    completed_at: datetime
    completed_by: UUID
    weight: Weight | None
    ketamine_allergy: Answer
    pregnancy: Pregnancy
    ketamine_elsewhere_on: date | None
    medicines: tuple[Medicine, ...]
    home_state: str
    patient_zone: str
    way: Way | None = None
    diagnoses: tuple[str, ...] = ()
    baseline_systolic_mmhg: int | None = None
    baseline_diastolic_mmhg: int | None = None
    baseline_pulse_per_min: int | None = None
    urinary: UrinaryBaseline | None = None
    """None: nobody asked."""
    has_emergency_contact: bool = False
    """The contact itself is sealed in the event."""
    updated_at: datetime | None = None
    """When weight, medicines and so on were last gone through again."""
    known_in: int = 0
    """The version of the episode that recorded its latest update."""
    said_at: Mapping[str, datetime] = field(default_factory=dict)
    """When what an update changed was found, by name: an update entered late changes nothing that was found since."""
    was: "Intake | None" = None
    """The intake as it stood before its latest update."""


@dataclass(frozen=True)
class Told:
    """That something of the patient became known: a go given before, or an override, did not know of it."""

    at: datetime
    known_in: int
    """The version of the episode that recorded it."""
    known_at: datetime
    """When that was."""


class LookedAt(NamedTuple):
    """A change of medicines, and when a prescriber looked at it."""

    changed: Told
    looked_at: datetime


class KetamineElsewhere(NamedTuple):
    """A day with ketamine outside this episode, and when it became known."""

    on: date
    told: Told


def told(envelope: Envelope) -> Told:
    """What this event tells, from now on."""
    return Told(envelope.occurred_at, envelope.version, envelope.recorded_at)
