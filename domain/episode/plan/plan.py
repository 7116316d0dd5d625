"""A treatment plan: what the prescriber ordered for this patient, and whether it is in force."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.episode.intake.intake import Way

Milligrams = Annotated[Decimal, Field(gt=0, le=5000, max_digits=6, decimal_places=1)]


InstrumentId = Annotated[str, Field(pattern=r"^[a-z0-9-]{2,20}$")]


class Depth(StrEnum):
    PSYCHOLYTIC = "psycholytic"
    HALF_DISSOCIATIVE = "half_dissociative"
    FULL_DISSOCIATIVE = "full_dissociative"


class AfterHold(StrEnum):
    """What the patient does with the saliva after holding the tablet."""

    SPIT = "spit"
    SWALLOW = "swallow"
    NOTHING = "nothing"
    """Nothing is held in the mouth: a device for the nose."""


class Comparator(StrEnum):
    """How an upper limit is meant: BELOW 160 closes at 160, NOT_ABOVE 140 admits 140."""

    BELOW = "below"
    NOT_ABOVE = "not_above"


class Divisible(StrEnum):
    WHOLE = "whole"
    HALVES = "halves"
    QUARTERS = "quarters"

    @property
    def parts(self) -> int:
        return {"whole": 1, "halves": 2, "quarters": 4}[self.value]


class Terms(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class VitalLimits(Terms):
    """Limits of this patient before a dose; mmHg and beats per minute. The lower limits are themselves admitted."""

    systolic_limit_mmhg: int = Field(ge=80, le=260)
    diastolic_limit_mmhg: int = Field(ge=40, le=160)
    pulse_limit_per_min: int = Field(ge=50, le=220)
    comparator: Comparator = Comparator.BELOW
    systolic_min_mmhg: int = Field(ge=50, le=150)
    diastolic_min_mmhg: int = Field(ge=30, le=100)
    pulse_min_per_min: int = Field(ge=30, le=100)
    spo2_min_percent: int | None = Field(default=None, ge=70, le=100)
    recheck_after_minutes: int = Field(ge=0, le=120)
    rechecks_allowed: int = Field(ge=0, le=10)


class MedicineForm(StrEnum):
    """What is counted: tablets under the tongue, or devices for the nose, used at the practice."""

    TABLET = "tablet"
    NASAL_DEVICE = "nasal_device"

    @property
    def piece(self) -> str:
        """One of them, in a sentence."""
        return {"tablet": "tablet", "nasal_device": "device"}[self.value]


class Tablets(Terms):
    """What a dose is made of, counted exactly: pieces of one strength. A device is never divided."""

    strength_mg: Milligrams
    divisible: Divisible = Divisible.WHOLE
    form: MedicineForm = MedicineForm.TABLET

    def can_make(self, dose_mg: Decimal) -> bool:
        return dose_mg % (self.strength_mg / self.divisible.parts) == 0


class Booster(Terms):
    """An optional part after the first; the window counts minutes from the first part, both ends included."""

    dose_mg: Milligrams
    from_minutes: int = Field(ge=0, le=240)
    until_minutes: int = Field(ge=0, le=240)


class Rescue(StrEnum):
    ANTIEMETIC = "antiemetic"
    ANTIHYPERTENSIVE = "antihypertensive"
    ANXIOLYTIC = "anxiolytic"


class PlanTerms(Terms):
    """Everything the prescriber orders. Doses in mg, intervals in calendar days, fasting in minutes."""

    ways: tuple[Way, ...] = Field(min_length=1)
    depth: Depth = Depth.FULL_DISSOCIATIVE
    self_guided: bool = False
    next_dose_mg: Milligrams
    """The prescriber's dose for the next session."""
    maximum_mg: Milligrams
    """The most in one session, booster included."""
    booster: Booster | None = None
    tablets: Tablets
    usual_days: int = Field(ge=1, le=365)
    minimum_interval_days: int = Field(ge=1, le=365)
    sessions_authorised: int = Field(ge=1, le=50)
    vital_limits: VitalLimits
    food_minutes: int = Field(ge=0, le=24 * 60)
    fluid_minutes: int = Field(ge=0, le=24 * 60)
    hold_minutes: int = Field(ge=0, le=60)
    after_hold: AfterHold
    observation_minutes: int = Field(ge=0, le=12 * 60)
    rescue_medicines: tuple[Rescue, ...] = ()
    instruments: tuple[InstrumentId, ...] = ()
    review_by: date
    valid_until: date | None = None
    """The plan holds through the whole of this day; none: until `review_by`."""


class PlanStatus(StrEnum):
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    ENDED = "ended"


@dataclass(frozen=True)
class PlanChange:
    """That the plan was amended or suspended, or another dose set: a go given before did not know of it."""

    at: datetime
    known_in: int
    """The version of the episode that recorded it."""
    was: PlanTerms | None = None
    """The terms before it, where it changed them."""


@dataclass(frozen=True)
class Suspension:
    """No dose under the plan from one moment until another; None: nobody has resumed it."""

    since: datetime
    because: str
    until: datetime | None = None

    def lasts_at(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True)
class Plan:
    entry_id: UUID
    plan_id: UUID
    number: int
    version: int
    terms: PlanTerms
    status: PlanStatus
    prescriber_id: UUID
    issued_at: datetime
    protocol_version: str
    protocol_id: str = ""
    licence_state: str = ""
    """The state the prescriber issued it for: the patient's home."""
    amended_at: datetime | None = None
    """When the terms last changed; rule 9 asks for an amendment after the follow-up."""
    suspended_because: str | None = None
    suspended_at: datetime | None = None
    suspended_in: int = 0
    """The version of the episode that suspended it."""
    suspensions: tuple[Suspension, ...] = ()
    """All of them, the latest last: what a dose of before is judged by when it is entered late."""
    changes: tuple[PlanChange, ...] = ()
    issued_in: int = 0
    """The version of the episode that issued it."""

    @property
    def expires_on(self) -> date:
        return self.terms.valid_until or self.terms.review_by

    def suspension_at(self, moment: datetime) -> Suspension | None:
        """The one that lasted at that moment, resumed since or not."""
        return next((one for one in reversed(self.suspensions) if one.lasts_at(moment)), None)


@dataclass(frozen=True)
class PlanRecheck:
    """What a protocol adopted later would not admit of a plan's terms."""

    entry_id: UUID
    plan_id: UUID
    plan_version: int
    protocol: str
    """Its name and version."""
    does_not_fit: tuple[str, ...]
    found_at: datetime

    def is_of(self, plan: Plan) -> bool:
        """Whether these are still the terms that were looked at."""
        return (self.plan_id, self.plan_version) == (plan.plan_id, plan.version)
