"""What an intake asks for, as it comes in, and the checks that an intake and its update share."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from domain.days import is_zone
from domain.episode.gates.words import on
from domain.episode.intake.intake import (
    Answer,
    Medicine,
    MedicineClass,
    MedicineInstruction,
    Pregnancy,
    UrinaryBaseline,
    Weight,
)
from domain.episode.referral.refer import DiagnosisCode
from domain.network.create_network import StateCode
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.refusal import AsksAgain, Refused
from domain.sealed import FreeText


class WeightChangedMuch(AsksAgain):
    """{weight} is {percent} % away from {earlier} of {measured_on}. Mend number or unit, or confirm it."""

    confirm = "confirm_weight"


class PressureIsNotPossible(Refused):
    """Systolic pressure must be above diastolic pressure; you wrote {systolic}/{diastolic}."""


class DateIsInTheFuture(Refused):
    """{day} is in the future. Write the day on which it was."""


class PregnancyTestHasNoDate(Refused):
    """A negative pregnancy test needs the day of the test."""


class PatientZoneIsUnknown(Refused):
    """There is no time zone {zone}. Write it as in America/New_York."""


class MedicineEntry(BaseModel):
    """One medicine as it is written down; the name is sealed on arrival."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    medicine_class: MedicineClass
    name: FreeText
    dose: FreeText | None = None
    instruction: MedicineInstruction = MedicineInstruction.NOT_REVIEWED
    hold_hours: int | None = Field(default=None, ge=0, le=24 * 30)

    def as_medicine(self) -> Medicine:
        return Medicine(**{name: getattr(self, name) for name in type(self).model_fields})


class IntakeFindings(Order):
    """Findings that an intake and an update have in common; None in an update: unchanged."""

    diagnoses: tuple[DiagnosisCode, ...] | None = Field(default=None, max_length=20)
    weight: Weight | None = None
    confirm_weight: bool = False
    """The weight is right although it changed much."""
    ketamine_allergy: Answer | None = None
    other_allergies: FreeText | None = None
    allergies_asked: bool | None = None
    medicines: tuple[MedicineEntry, ...] | None = Field(default=None, max_length=60)
    baseline_systolic_mmhg: int | None = Field(default=None, ge=40, le=300)
    baseline_diastolic_mmhg: int | None = Field(default=None, ge=20, le=200)
    baseline_pulse_per_min: int | None = Field(default=None, ge=20, le=250)
    pregnancy: Pregnancy | None = None
    pregnancy_tested_on: date | None = None
    nursing: Answer | None = None
    urinary: UrinaryBaseline | None = None
    ketamine_elsewhere_on: date | None = None
    emergency_contact: FreeText | None = None
    history: FreeText | None = None
    home_state: StateCode | None = None
    patient_zone: str | None = None

    @property
    def medicine_list(self) -> tuple[Medicine, ...] | None:
        return None if self.medicines is None else tuple(m.as_medicine() for m in self.medicines)


def require_sound(found: IntakeFindings, earlier: Weight | None, protocol: Protocol, today: date) -> None:
    """Refuse what cannot be, and ask again where a weight changed much."""
    _require_pressure(found.baseline_systolic_mmhg, found.baseline_diastolic_mmhg)
    for field, day in _days(found).items():
        if day is not None and day > today:
            raise DateIsInTheFuture(field=field, day=on(day))
    if found.pregnancy is Pregnancy.TEST_NEGATIVE and found.pregnancy_tested_on is None:
        raise PregnancyTestHasNoDate(field="pregnancy_tested_on")
    if found.patient_zone is not None and not is_zone(found.patient_zone):
        raise PatientZoneIsUnknown(field="patient_zone", zone=found.patient_zone[:40])
    if found.weight and earlier and not found.confirm_weight:
        _require_similar(found.weight, earlier, protocol.numbers.weight_change_percent.value)


def _require_pressure(systolic: int | None, diastolic: int | None) -> None:
    if systolic is not None and diastolic is not None and systolic <= diastolic:
        raise PressureIsNotPossible(field="baseline_systolic_mmhg", systolic=systolic, diastolic=diastolic)


def _require_similar(weight: Weight, earlier: Weight, most_percent: int) -> None:
    percent = abs(weight.kg - earlier.kg) / earlier.kg * 100
    if percent > most_percent:
        raise WeightChangedMuch(
            field="weight",
            weight=_written(weight),
            percent=round(percent),
            earlier=_written(earlier),
            measured_on=on(earlier.measured_on),
        )


def _written(weight: Weight) -> str:
    value = f"{weight.value.normalize():f} {weight.unit.value}"
    return value if weight.unit.value == "kg" else f"{value} ({weight.kg.quantize(Decimal('0.1'))} kg)"


def _days(found: IntakeFindings) -> dict[str, date | None]:
    return {
        "weight": found.weight.measured_on if found.weight else None,
        "pregnancy_tested_on": found.pregnancy_tested_on,
        "ketamine_elsewhere_on": found.ketamine_elsewhere_on,
    }
