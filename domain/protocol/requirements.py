"""The closed set of rule kinds: what a protocol document can require by data alone, each kind with its parameters.

A kind says how something is judged, and its judging is code; which of them are in force, and with which numbers, is
data. Each names the row of the rules table that gives it its name, its class and the way through.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.protocol.numbers import Mark


class VitalValue(StrEnum):
    PRESSURE = "pressure"
    """Systolic and diastolic."""
    PULSE = "pulse"
    SPO2 = "spo2"


class Look(StrEnum):
    """What a look at the patient says beyond responsive or not."""

    SEDATION = "sedation"
    DISSOCIATION = "dissociation"
    BREATHING = "breathing"


class When(StrEnum):
    BEFORE_DOSE = "before_dose"
    AFTER_DOSE = "after_dose"
    """Counted from the last part of the dose."""
    BEFORE_RELEASE = "before_release"


class Kind(BaseModel):
    """`key` is unique within the document; `rule` is the row of the rules table it is asked as."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    rule: str
    source: str
    mark: Mark


class VitalsAt(Kind):
    """One complete set in its window. Minutes after the last part, or back from the dose or the release."""

    kind: Literal["vitals_at"]
    when: When
    from_minutes: int = Field(default=0, ge=0, le=24 * 60)
    until_minutes: int = Field(ge=0, le=24 * 60)
    values: tuple[VitalValue, ...] = Field(min_length=1)
    settled: bool = False
    """Before release: every value is inside the plan's limits, or the pressure no longer rises."""


class CheckAt(Kind):
    """A look at the patient at each of these minutes after the last part, so many minutes early or late."""

    kind: Literal["check_at"]
    at_minutes: tuple[Annotated[int, Field(ge=1, le=24 * 60)], ...] = Field(min_length=1)
    tolerance_minutes: int = Field(ge=0, le=120)
    looks_at: tuple[Look, ...] = Field(min_length=1)


class Resolved(Kind):
    """Before release the newest look finds nothing left: sedation 0-3 and dissociation 0-10 at most so much."""

    kind: Literal["resolved"]
    within_minutes: int = Field(ge=1, le=240)
    """How old the look may be."""
    sedation_at_most: int = Field(ge=0, le=3)
    dissociation_at_most: int = Field(ge=0, le=10)


class WaysAllowed(Kind):
    """How a dosing session may take place at all: `in_person`, `remote`, `group`."""

    kind: Literal["ways_allowed"]
    ways: tuple[Literal["in_person", "remote", "group"], ...] = Field(min_length=1)


class MedicineForms(Kind):
    """Which forms of the medicine a plan may order, each with the strengths there are."""

    kind: Literal["medicine_forms"]
    forms: tuple[Literal["tablet", "nasal_device"], ...] = Field(min_length=1)


class Pace(Kind):
    """At most so many doses within so many days, from one week of the course to another; week 1 has the first dose."""

    kind: Literal["pace"]
    from_week: int = Field(ge=1, le=520)
    until_week: int | None = Field(default=None, ge=1, le=520)
    doses_at_most: int = Field(ge=1, le=14)
    in_days: int = Field(ge=1, le=60)


class InstrumentBefore(Kind):
    """A questionnaire answered at most so many days before the dose."""

    kind: Literal["instrument_before"]
    instrument: str
    days_at_most: int = Field(ge=0, le=365)


class FormWithin(Kind):
    """A form about every dosed session, sent within so many days after it."""

    kind: Literal["form_within"]
    form: Literal["monitoring"]
    days: int = Field(ge=1, le=90)
    medicine_classes: tuple[str, ...] = ()
    """Classes of other medicines that the form asks about, yes or no."""


Requirement = Annotated[
    VitalsAt | CheckAt | Resolved | WaysAllowed | MedicineForms | Pace | InstrumentBefore | FormWithin,
    Field(discriminator="kind"),
]
KINDS: tuple[type[Kind], ...] = (
    VitalsAt,
    CheckAt,
    Resolved,
    WaysAllowed,
    MedicineForms,
    Pace,
    InstrumentBefore,
    FormWithin,
)


def kind_names() -> tuple[str, ...]:
    """Every kind as documents write it."""
    return tuple(kind.model_fields["kind"].annotation.__args__[0] for kind in KINDS)  # type: ignore[union-attr]
