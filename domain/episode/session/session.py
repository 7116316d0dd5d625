"""A session of any kind, and what a dosing session gathers on its way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.episode.dosing.dose_arithmetic import Portion
from domain.episode.intake.intake import Way
from domain.episode.plan.plan import VitalLimits


class SessionKind(StrEnum):
    PREPARATION = "preparation"
    DOSING = "dosing"
    INTEGRATION = "integration"


class SessionStatus(StrEnum):
    BOOKED = "booked"
    OPEN = "open"
    CLEARED = "cleared"
    DOSED = "dosed"
    COMPLETED = "completed"
    """A preparation or integration session that took place, or a dosing session that has ended (see `ended_as`)."""
    CANCELLED = "cancelled"
    MISSED = "missed"


RUNNING = (SessionStatus.OPEN, SessionStatus.CLEARED, SessionStatus.DOSED)


class SessionEnd(StrEnum):
    RELEASED = "released"
    HELD_NO_DOSE = "held_no_dose"
    STOPPED_EARLY = "stopped_early"
    AGAINST_ADVICE = "against_advice"
    EMERGENCY_TRANSFER = "emergency_transfer"
    CONNECTION_LOST = "connection_lost"


class VitalsPhase(StrEnum):
    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class DosePart(StrEnum):
    FIRST = "first"
    SECOND = "second"
    """The planned second half of a split dose; not a booster."""
    BOOSTER = "booster"


@dataclass(frozen=True)
class Vitals:
    entry_id: UUID
    vitals_id: UUID
    phase: VitalsPhase
    systolic_mmhg: int
    diastolic_mmhg: int | None
    pulse_per_min: int | None
    spo2_percent: int | None
    taken_at: datetime
    symptoms: bool = False
    """Chest pain, breathlessness, severe headache, visual change or weakness."""
    corrected_in: UUID | None = None
    """The entry that corrected it last."""
    known_in: int = 0
    """The version of the episode that recorded it as it reads."""

    @property
    def is_corrected(self) -> bool:
        return self.corrected_in is not None


@dataclass(frozen=True)
class Dose:
    entry_id: UUID
    dose_id: UUID
    part: DosePart
    amount_mg: Decimal
    taken_at: datetime
    swallowed_in: UUID | None = None
    """The entry that says it was swallowed."""
    was_cleared: bool = True
    corrected_in: UUID | None = None
    """The entry that corrected it last."""
    lot: str | None = None
    """The lot on the pack, where it was written down."""
    tablets: tuple[Portion, ...] = ()
    """As they were counted; empty where nobody did."""
    known_in: int = 0
    """The version of the episode that recorded it as it reads."""

    @property
    def was_swallowed(self) -> bool:
        return self.swallowed_in is not None


@dataclass(frozen=True)
class Clearance:
    """A go to dose. It lapses when the vitals it rests on expire, or when later knowledge says no (`lapsed_at`).

    `total_mg` is the most the session may reach under it, earlier parts included; `limits` those it was judged by.
    """

    entry_id: UUID
    part: DosePart
    total_mg: Decimal
    cleared_at: datetime
    lapses_at: datetime
    plan_id: UUID
    plan_version: int
    known_in: int
    """The version of the episode that recorded it: what a later one recorded, nobody had looked at."""
    limits: VitalLimits | None = None
    rests_on: tuple[Vitals, ...] = ()
    """The set it was given on, as it read then; none where a prescriber let the dose go ahead without one."""
    state: str | None = None
    """Where the patient was; None where that is not asked."""


@dataclass(frozen=True)
class Check:
    """One look at the patient. Distress and dissociation 0-10; sedation as in record_check, 0-3."""

    entry_id: UUID
    check_id: UUID
    at: datetime
    responsive: bool
    distress: int | None = None
    sedation: int | None = None
    dissociation: int | None = None
    breathing_depressed: bool | None = None
    """Slow or shallow; None where nobody looked."""
    known_in: int = 0
    """The version of the episode that recorded it."""


@dataclass(frozen=True)
class Moment:
    """That something happened, and when."""

    entry_id: UUID
    at: datetime
    known_in: int = 0
    """The version of the episode that recorded it."""


@dataclass(frozen=True)
class Checklist:
    """Answers on the day. None = not asked, which is not no."""

    entry_id: UUID
    checklist_id: UUID
    recorded_at: datetime
    last_food_at: datetime | None
    last_fluid_at: datetime | None
    medicines_held: bool | None
    medicines_changed: bool | None
    suicidal_thoughts_today: bool | None
    intoxicated: bool | None
    alcohol_or_thc_within_hold: bool | None
    pregnancy_changed: bool | None
    ketamine_elsewhere: bool | None
    capacity_in_doubt: bool | None
    driving_acknowledged: bool
    room_is_ready: bool | None
    medicine_in_hand: bool | None
    label_strength_mg: Decimal | None
    two_identifiers: bool
    held_medicine_last_taken_at: datetime | None = None
    """When the last of the medicines to hold was taken; None where nobody wrote it down."""
    pressure_medicine_skipped: bool | None = None
    known_in: int = 0
    """The version of the episode that recorded it."""
    was: "Checklist | None" = None
    """The answers that stood before these."""


@dataclass(frozen=True)
class Place:
    """Where the patient is today. The address and call-back number are sealed in the event."""

    entry_id: UUID
    place_id: UUID
    state: str
    zone: str
    confirmed_at: datetime
    known_in: int = 0
    """The version of the episode that recorded it."""


@dataclass(frozen=True)
class Companion:
    """The adult with the patient: a chaperone at a remote session, an escort home from one in person."""

    entry_id: UUID
    companion_id: UUID
    is_adult: bool | None
    arrived_at: datetime | None
    left_at: datetime | None = None
    left_entry_id: UUID | None = None
    verified_in: UUID | None = None
    """The entry that says they were spoken to beforehand, and that all was in order."""

    def is_there_at(self, moment: datetime) -> bool:
        has_come = self.arrived_at is not None and self.arrived_at <= moment
        return has_come and (self.left_at is None or moment < self.left_at)


@dataclass(frozen=True)
class Session:
    entry_id: UUID
    session_id: UUID
    kind: SessionKind
    number: int
    """Counted per kind, from 1, in the order of booking; a cancelled or missed one keeps its number."""
    starts_at: datetime
    way: Way
    status: SessionStatus
    called_off: SessionStatus | None = None
    """Cancelled or missed; a dose recorded in it all the same makes it a dosed session until that is taken back."""
    minutes: int = 180
    therapist_id: UUID | None = None
    is_psycholytic: bool = False
    self_guided: bool = False
    group_id: UUID | None = None
    transport_confirmed_in: UUID | None = None
    """The entry that says how the patient gets home."""
    booked_companion_id: UUID | None = None
    """Who is taken for the hours of this session; None for one that was over when it was booked."""
    companion: Companion | None = None
    """The latest one: booked, arrived or gone."""
    earlier_companions: tuple[Companion, ...] = ()
    opened_at: datetime | None = None
    open_entry_id: UUID | None = None
    opened_in: int | None = None
    """The version of the episode that recorded it."""
    started_at: datetime | None = None
    """When a preparation or integration session began, or a dosing session was opened."""
    plan_version: int | None = None
    """The version of the plan it was opened under, and that version's next dose."""
    planned_mg: Decimal | None = None
    ended_at: datetime | None = None
    ended_as: SessionEnd | None = None
    end_entry_id: UUID | None = None
    may_drive_from: datetime | None = None
    place: Place | None = None
    checklist: Checklist | None = None
    clearances: tuple[Clearance, ...] = ()
    """Every go, the latest last: a dose that is entered or corrected late is judged by the one it was taken under."""
    vitals: Mapping[UUID, Vitals] = field(default_factory=dict)
    doses: Mapping[UUID, Dose] = field(default_factory=dict)
    vomitings: tuple[Moment, ...] = ()
    checks: tuple[Check, ...] = ()
    checked_in_at: datetime | None = None
    """When the patient was reached on the day after."""
    check_in_entry_id: UUID | None = None
    check_in_attempts: tuple[Moment, ...] = ()
    is_emergency: bool = False
    """An emergency was declared in it."""
    form_sent_at: datetime | None = None
    """When the form about its monitoring was sent."""
    form_entry_id: UUID | None = None

    @property
    def total_mg(self) -> Decimal:
        return sum((d.amount_mg for d in self.doses.values()), Decimal(0))

    @property
    def is_dosed(self) -> bool:
        """Any amount taken makes it a dosed session."""
        return bool(self.doses)

    @property
    def last_dose_at(self) -> datetime | None:
        return max((d.taken_at for d in self.doses.values()), default=None)

    @property
    def is_running(self) -> bool:
        return self.status in RUNNING

    @property
    def first_dose_at(self) -> datetime | None:
        return min((d.taken_at for d in self.doses.values()), default=None)

    @property
    def clearance(self) -> Clearance | None:
        """The latest go, whether it still stands or not."""
        return self.clearances[-1] if self.clearances else None

    @property
    def cleared_mg(self) -> Decimal | None:
        """The dose cleared as a whole, before its first part."""
        return next((c.total_mg for c in reversed(self.clearances) if c.part is DosePart.FIRST), None)

    def companion_at(self, moment: datetime) -> Companion | None:
        """The adult who was with the patient at that moment."""
        known = (*self.earlier_companions, self.companion) if self.companion else self.earlier_companions
        return next((c for c in reversed(known) if c.is_there_at(moment)), None)

    def dosed_by(self, moment: datetime) -> bool:
        """Whether any amount had been taken by then."""
        return any(d.taken_at <= moment for d in self.doses.values())
