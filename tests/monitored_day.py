"""Ada under a monitored protocol adopted beside the network's own: a nasal device, in person, Tue 17 Mar 2026."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.derived import derived_id
from domain.episode.dosing.record_check import MonitoringCheckRecorded
from domain.episode.dosing.record_dose import DoseTaken
from domain.episode.dosing.record_vitals import VitalsRecorded, VitalsSource
from domain.episode.intake.intake import Way
from domain.episode.plan.issue_plan import PlanIssued
from domain.episode.plan.plan import AfterHold, Divisible, MedicineForm, PlanTerms, Tablets
from domain.episode.session.complete_preparation import PreparationCompleted
from domain.episode.session.session import DosePart, SessionKind, VitalsPhase
from domain.network.network import Adoption
from domain.protocol.protocol import hash_of
from domain.protocol.shipped import document
from tests.domain.given import at
from tests.domain.people import RIVERA, TEST_NETWORK, local
from tests.dosing_day import DAY, SESSION, arrived, booked, checklist, cleared, ended, on, opened
from tests.gate_answers import phq9
from tests.situations import ADA_PRESCRIPTION, CONSENTED, PLAN, PREPARATION, terms

MONITORED = ("spravato-style", "1")
_DOCUMENT = document(*MONITORED)
_ADOPTION = Adoption(*MONITORED, hash_of(_DOCUMENT), _DOCUMENT, local("2026-01-05 09:00"))
PROTOCOL = _ADOPTION.protocol
NETWORK = replace(TEST_NETWORK, adoptions={**TEST_NETWORK.adoptions, MONITORED: _ADOPTION})
UNDER: dict[str, Any] = {"network": NETWORK, "protocol": PROTOCOL}
"""The grounds of decisions on an episode under it."""
DEVICES = Tablets(strength_mg=Decimal(28), divisible=Divisible.WHOLE, form=MedicineForm.NASAL_DEVICE)


def device_terms(**changed: Any) -> PlanTerms:
    """56 mg, two devices, twice a week at first."""
    wanted = {
        "ways": (Way.IN_PERSON,),
        "next_dose_mg": Decimal(56),
        "maximum_mg": Decimal(84),
        "booster": None,
        "tablets": DEVICES,
        "usual_days": 3,
        "minimum_interval_days": 2,
        "sessions_authorised": 8,
        "vital_limits": PROTOCOL.plan_seed.vital_limits,
        "food_minutes": 120,
        "fluid_minutes": 30,
        "hold_minutes": 0,
        "after_hold": AfterHold.NOTHING,
    }
    return terms(**(wanted | changed))


PLANNED = (
    CONSENTED,
    phq9("2026-03-03 12:00"),
    at(
        "2026-03-04 09:00",
        PlanIssued(
            plan_id=PLAN,
            number=1,
            terms=device_terms(),
            prescriber_id=RIVERA.actor_id,
            licence_state="NY",
            protocol_id="spravato-style",
            protocol_version="1",
        ),
        by=RIVERA,
    ),
)
PREPARED = (
    PLANNED,
    at("2026-03-04 09:10", ADA_PRESCRIPTION, by=RIVERA),
    at("2026-03-05 09:00", booked(PREPARATION, "2026-03-10 10:00", kind=SessionKind.PREPARATION, companion_id=None)),
    at(
        "2026-03-10 11:00",
        PreparationCompleted(
            session_id=PREPARATION, started_at=local("2026-03-10 10:00"), ended_at=local("2026-03-10 11:00")
        ),
    ),
)
OPENED = (
    PREPARED,
    at("2026-03-11 09:00", booked(way=Way.IN_PERSON)),
    at(f"{DAY} 13:20", opened()),
    at(f"{DAY} 13:25", checklist(label_strength_mg=Decimal(28)), arrived("13:20")),
)


def measured(
    clock: str, pressure: tuple[int, int] = (124, 78), spo2: int | None = 98, phase: VitalsPhase = VitalsPhase.DURING
) -> VitalsRecorded:
    return VitalsRecorded(
        session_id=SESSION,
        vitals_id=derived_id("vitals", SESSION, clock),
        phase=phase,
        systolic_mmhg=pressure[0],
        diastolic_mmhg=pressure[1],
        pulse_per_min=70,
        spo2_percent=spo2,
        taken_at=on(clock),
        source=VitalsSource.OBSERVED,
    )


def looked(clock: str, sedation: int = 0, dissociation: int = 0, breathing: bool | None = False, **more: Any) -> Any:
    return MonitoringCheckRecorded(
        session_id=SESSION,
        check_id=derived_id("check", clock),
        at=on(clock),
        responsive=True,
        sedation=sedation,
        dissociation=dissociation,
        breathing_depressed=breathing,
        **more,
    )


def sprayed(clock: str = "14:00", amount_mg: int = 56, lot: str | None = "A1234") -> DoseTaken:
    return DoseTaken(
        session_id=SESSION,
        dose_id=derived_id("dose", 1),
        part=DosePart.FIRST,
        amount_mg=Decimal(amount_mg),
        taken_at=on(clock),
        held_minutes=0,
        swallowed=False,
        cleared=True,
        lot=lot,
    )


BEFORE = (OPENED, at(f"{DAY} 13:45", measured("13:45", phase=VitalsPhase.BEFORE)))
DOSED = (BEFORE, at(f"{DAY} 13:55", cleared("14:15", 56, rests_on="13:45")), at(f"{DAY} 14:00", sprayed()))
"""56 mg at 14:00; the set after the dose is due from 14:35 to 14:55, looks around 14:40, 15:20 and 15:55."""
WATCHED = (
    DOSED,
    at(f"{DAY} 14:40", measured("14:40", (138, 86)), looked("14:40", 1, 6)),
    at(f"{DAY} 15:20", looked("15:20", 0, 3)),
    at(f"{DAY} 15:55", looked("15:55", 0, 0), measured("15:55", (126, 80), phase=VitalsPhase.AFTER)),
)
"""Everything the protocol asks for until 16:00."""
RELEASED = (WATCHED, at(f"{DAY} 16:05", ended("16:05")))
