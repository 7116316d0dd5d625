"""The day of Ada's dosing session 1, Tue 17 Mar 2026, dose planned at 14:00 in New York, told step by step."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.derived import derived_id
from domain.episode.dosing.clear_to_dose import DoseCleared
from domain.episode.dosing.confirm_place import PlaceConfirmed
from domain.episode.dosing.end_dosing_session import ReleaseCriteria, SessionEnded
from domain.episode.dosing.open_dosing_session import DosingSessionOpened
from domain.episode.dosing.record_check import MonitoringCheckRecorded
from domain.episode.dosing.record_checklist import ChecklistRecorded
from domain.episode.dosing.record_companion_arrival import CompanionArrived
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.dosing.record_vitals import VitalsRecorded, VitalsSource
from domain.episode.gates import Checkpoint, Gate
from domain.episode.intake.intake import Way
from domain.episode.plan.amend_plan import PlanAmended
from domain.episode.session.book_session import SessionBooked
from domain.episode.session.complete_integration import IntegrationCompleted
from domain.episode.session.session import DosePart, SessionEnd, SessionKind, VitalsPhase
from tests.domain.given import Happened, Scenario, at
from tests.domain.people import ABARA, LINDQVIST, local, sealed
from tests.situations import PLAN, PREPARED, terms

DAY = "2026-03-17"
SESSION = derived_id("dosing", 1)
SECOND_SESSION = derived_id("dosing", 2)
COMPANION = derived_id("companion", 1)
FIRST_DOSE = derived_id("dose", 1)
BOOSTER = derived_id("dose", "booster")


def on(clock: str, day: str = DAY) -> datetime:
    """A time of the day in New York."""
    return local(f"{day} {clock}")


def booked(
    session_id: UUID = SESSION, starts: str = f"{DAY} 14:00", number: int = 1, way: Way = Way.REMOTE, **changed: Any
) -> SessionBooked:
    kind = changed.pop("kind", SessionKind.DOSING)
    fields = {
        "minutes": 180,
        "is_psycholytic": False,
        "therapist_id": LINDQVIST.actor_id,
        "self_guided": False,
        "companion_name": sealed("companion"),
        "companion_phone": sealed("phone"),
        "companion_is_adult": True,
        "companion_id": COMPANION,
        "takes_companion": True,
    }
    return SessionBooked(
        session_id=session_id, kind=kind, number=number, starts_at=local(starts), way=way, **{**fields, **changed}
    )


def opened(session_id: UUID = SESSION, plan_version: int = 1) -> DosingSessionOpened:
    return DosingSessionOpened(
        session_id=session_id, plan_id=PLAN, plan_version=plan_version, on_call_id=ABARA.actor_id
    )


def checklist(session_id: UUID = SESSION, day: str = DAY, **changed: Any) -> ChecklistRecorded:
    """Everything asked and in order; last food at 09:30, last drink at 12:00."""
    answers = {
        "last_food_at": on("09:30", day),
        "last_fluid_at": on("12:00", day),
        "medicines_held": True,
        "medicines_changed": False,
        "suicidal_thoughts_today": False,
        "intoxicated": False,
        "alcohol_or_thc_within_hold": False,
        "pregnancy_changed": False,
        "ketamine_elsewhere": False,
        "capacity_in_doubt": False,
        "driving_acknowledged": True,
        "room_is_ready": True,
        "medicine_in_hand": True,
        "label_strength_mg": Decimal(100),
        "two_identifiers": True,
    }
    checklist_id = derived_id("checklist", session_id, *sorted(changed))
    return ChecklistRecorded(session_id=session_id, checklist_id=checklist_id, **{**answers, **changed})


def place(session_id: UUID = SESSION, state: str = "NY", zone: str = "America/New_York") -> PlaceConfirmed:
    return PlaceConfirmed(
        session_id=session_id,
        place_id=derived_id("place", session_id, state),
        state=state,
        zone=zone,
        address=sealed("address"),
        call_back=sealed("call-back"),
        local_emergency_number="911",
    )


def arrived(
    clock: str = "13:30", session_id: UUID = SESSION, day: str = DAY, is_adult: bool | None = True
) -> CompanionArrived:
    return CompanionArrived(session_id=session_id, companion_id=COMPANION, arrived_at=on(clock, day), is_adult=is_adult)


def vitals(
    clock: str,
    systolic: int = 124,
    diastolic: int | None = 78,
    pulse: int | None = 70,
    *,
    phase: VitalsPhase = VitalsPhase.BEFORE,
    session_id: UUID = SESSION,
    day: str = DAY,
    symptoms: bool = False,
) -> VitalsRecorded:
    return VitalsRecorded(
        session_id=session_id,
        vitals_id=vitals_id(clock, session_id),
        phase=phase,
        systolic_mmhg=systolic,
        diastolic_mmhg=diastolic,
        pulse_per_min=pulse,
        symptoms=symptoms,
        taken_at=on(clock, day),
        source=VitalsSource.OBSERVED,
    )


def vitals_id(clock: str, session_id: UUID = SESSION) -> UUID:
    return derived_id("vitals", session_id, clock)


def cleared(
    lapses: str,
    total_mg: int = 200,
    part: DosePart = DosePart.FIRST,
    session_id: UUID = SESSION,
    day: str = DAY,
    rests_on: str = "13:40",
) -> DoseCleared:
    return DoseCleared(
        session_id=session_id,
        part=part,
        total_mg=Decimal(total_mg),
        vitals_ids=(vitals_id(rests_on, session_id),),
        lapses_at=on(lapses, day),
        plan_id=PLAN,
        plan_version=1,
        gates=("4",),
    )


def dose(
    clock: str,
    amount_mg: int = 200,
    part: DosePart = DosePart.FIRST,
    session_id: UUID = SESSION,
    day: str = DAY,
    dose_id: UUID = FIRST_DOSE,
    swallowed: bool = False,
) -> DoseTaken:
    return DoseTaken(
        session_id=session_id,
        dose_id=dose_id,
        part=part,
        amount_mg=Decimal(amount_mg),
        taken_at=on(clock, day),
        swallowed=swallowed,
        cleared=True,
    )


def check(clock: str, responsive: bool = True, sedation: int = 0) -> MonitoringCheckRecorded:
    return MonitoringCheckRecorded(
        session_id=SESSION,
        check_id=derived_id("check", clock),
        at=on(clock),
        responsive=responsive,
        distress=2,
        sedation=sedation,
        dissociation=4,
    )


def ended(
    clock: str, ended_as: SessionEnd = SessionEnd.RELEASED, session_id: UUID = SESSION, day: str = DAY
) -> SessionEnded:
    return SessionEnded(session_id=session_id, ended_as=ended_as, ended_at=on(clock, day))


def integrated(day: str, clock: str = "10:00", number: int = 1) -> tuple[Happened, ...]:
    """An integration session booked and held."""
    session_id = derived_id("integration", day, clock)
    start = local(f"{day} {clock}")
    return at(
        f"{day} {clock}",
        booked(session_id, f"{day} {clock}", number, kind=SessionKind.INTEGRATION, companion_id=None),
        IntegrationCompleted(session_id=session_id, started_at=start, ended_at=on(f"{int(clock[:2]) + 1}:00", day)),
    )


def plan_amended(version: int, **changed: Any) -> PlanAmended:
    """Ada's plan with some terms changed, as this version."""
    return PlanAmended(
        plan_id=PLAN, version=version, terms=terms(**changed), changed=tuple(sorted(changed)), reason=sealed("reason")
    )


CRITERIA = ReleaseCriteria(
    is_oriented=True,
    walks_steadily=True,
    keeps_fluids_down=True,
    pressure_near_baseline=True,
    adult_stays=True,
    knows_when_to_drive=True,
)

BOOKED = (PREPARED, at("2026-03-11 09:00", booked()))
OPENED = (BOOKED, at(f"{DAY} 13:20", opened()))
READY_BUT_VITALS = (OPENED, at(f"{DAY} 13:25", place(), checklist()), at(f"{DAY} 13:30", arrived()))
READY = (READY_BUT_VITALS, at(f"{DAY} 13:40", vitals("13:40")))
CLEARED = (READY, at(f"{DAY} 13:55", cleared("14:10")))
DOSED = (CLEARED, at(f"{DAY} 14:05", dose("14:05")))
"""First part of 200 mg at 14:05."""
RELEASED = (
    DOSED,
    at(f"{DAY} 16:00", vitals("16:00", phase=VitalsPhase.AFTER)),
    at(f"{DAY} 16:10", ended("16:10")),
)


def second_session(day: str = "2026-03-24", way: Way = Way.REMOTE) -> tuple[Any, ...]:
    """Session 2 on another day, everything ready but the clearing: integration on 19 Mar, vitals at 13:40."""
    return (
        RELEASED,
        integrated("2026-03-19"),
        at("2026-03-20 09:00", booked(SECOND_SESSION, f"{day} 14:00", 2, way)),
        at(f"{day} 13:20", opened(SECOND_SESSION)),
        at(f"{day} 13:25", place(SECOND_SESSION), checklist(SECOND_SESSION, day)),
        at(f"{day} 13:30", arrived("13:30", SECOND_SESSION, day)),
        at(f"{day} 13:40", vitals("13:40", session_id=SECOND_SESSION, day=day)),
    )


def gate_of(scenario: Scenario, checkpoint: Checkpoint, key: str, clock: str, day: str = DAY) -> Gate:
    """The gate of that key for session 1 at a time of the day."""
    asked = scenario.gates(checkpoint, now=f"{day} {clock}", session_id=SESSION)
    found: Gate = next(gate for gate in asked if gate.key == key)
    return found


def recorded_dose(scenario: Scenario, clock: str = "14:00") -> Scenario:
    """Two tablets of 100 mg, taken at that time and recorded at 14:05."""
    return scenario.when(
        record_dose,
        now=f"{DAY} 14:05",
        session_id=SESSION,
        dose_id=FIRST_DOSE,
        amount_mg=200,
        tablets=({"count": 2, "strength_mg": 100},),
        taken_at=on(clock),
    )
