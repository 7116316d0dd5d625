"""What ends a go to a second part closes its gate as well: nobody clears again what has just been stopped."""

from dataclasses import replace
from typing import Any

import pytest

from domain.derived import derived_id
from domain.episode.check_in.report_symptoms import report_symptoms
from domain.episode.dosing.clear_to_dose import DoseCleared, clear_to_dose
from domain.episode.dosing.confirm_place import confirm_place
from domain.episode.dosing.record_checklist import record_checklist
from domain.episode.eligibility.determine_eligibility import determine_eligibility
from domain.episode.eligibility.find_contraindication import find_contraindication
from domain.episode.eligibility.request_clearance import request_clearance
from domain.episode.gates import GatesAreClosed
from domain.episode.intake.report_ketamine_elsewhere import report_ketamine_elsewhere
from domain.episode.intake.report_medicine_change import report_medicine_change
from domain.episode.intake.update_intake import update_intake
from domain.episode.prescription.track_prescription import track_prescription
from domain.episode.session.session import VitalsPhase
from domain.episode.team.remove_care_team_member import remove_care_team_member
from tests.domain.given import Scenario, at, given
from tests.domain.people import RIVERA, TEST_NETWORK, clinician, clinicians
from tests.dosing_day import DAY, DOSED, SESSION, check, checklist, on, vitals
from tests.situations import PRESCRIPTION

WAITING = (DOSED, at(f"{DAY} 14:25", vitals("14:25", phase=VitalsPhase.DURING), check("14:25")))
ANSWERS = {
    name: value for name, value in checklist().model_dump().items() if name not in ("session_id", "checklist_id")
}
AGAIN = {"session_id": SESSION, "checklist_id": derived_id("again")}
PLACE = {"session_id": SESSION, "place_id": derived_id("TX"), "state": "TX", "zone": "America/Chicago"}
BLOOD = {"frequency_per_day": 6, "nocturia_per_night": 1, "urgency": False, "dysuria": False, "visible_blood": True}
CANCELLED = {"prescription_id": PRESCRIPTION, "tracking_id": derived_id("tracking"), "status": "cancelled"}
CLOSES: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "a relative contraindication": ("22.relative", find_contraindication, {"code": "cystitis"}),
    "an absolute one": ("22", find_contraindication, {"code": "uncontrolled_hypertension"}),
    "not eligible": ("2", determine_eligibility, {"outcome": "not_eligible", "rationale": "x"}),
    "a medical clearance": ("2", request_clearance, {"clearance_id": derived_id("ecg"), "specialty": "cardiology"}),
    "another medicine": ("+medicines_changed", report_medicine_change, {"name": "x"}),
    "ketamine elsewhere": ("11", report_ketamine_elsewhere, {"on": "2026-03-16"}),
    "urinary symptoms": ("26", report_symptoms, {"report_id": derived_id("report"), "urinary": BLOOD}),
    "a cancelled prescription": ("19", track_prescription, CANCELLED),
    "pregnancy": ("+pregnancy", update_intake, {"pregnancy": "positive"}),
    "intoxicated": ("+intoxicated", record_checklist, {**ANSWERS, **AGAIN, "intoxicated": True}),
    "capacity in doubt": ("+capacity", record_checklist, {**ANSWERS, **AGAIN, "capacity_in_doubt": True}),
    "another state": ("18", confirm_place, {**PLACE, "address": "x", "call_back": "x"}),
    "L2 prescriber gone": ("3", remove_care_team_member, {"clinician_id": RIVERA.actor_id, "role": "prescriber"}),
}


def clearing(scenario: Scenario, **grounds: Any) -> Scenario:
    order = {"session_id": SESSION, "part": "booster", "dose_mg": 100, "plan_version": 1, "patient_was_asked": True}
    return scenario.when(clear_to_dose, now=f"{DAY} 14:30", **order, **grounds)


def test_a_booster_is_cleared_where_nothing_was_told() -> None:
    clearing(given(WAITING)).includes(DoseCleared)


@pytest.mark.parametrize("what", CLOSES)
def test_what_was_told_after_the_first_part_closes_the_second(what: str) -> None:
    rule, decide, order = CLOSES[what]
    by_rivera = (determine_eligibility, request_clearance, update_intake, track_prescription)
    by = RIVERA if decide in by_rivera else None
    told = given(WAITING).when(decide, by=by, now=f"{DAY} 14:28", **order)
    clearing(told).refused(GatesAreClosed, rule=rule)


def test_nobody_on_call_closes_the_second_part_and_a_suspended_prescriber_too() -> None:
    """The rota ran out, or was taken back, in the middle of the session: going on waits, the session does not end."""
    over = replace(TEST_NETWORK, on_calls=tuple(replace(duty, until_at=on("14:28")) for duty in TEST_NETWORK.on_calls))
    clearing(given(WAITING), network=over).refused(GatesAreClosed, rule="+on_call")
    clearing(given(WAITING), clinicians=clinicians(clinician(RIVERA, suspended=True))).refused(GatesAreClosed, rule="3")
