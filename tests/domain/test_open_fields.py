"""What of an event may leave the house: everything it names but what is sealed, at every depth."""

import json
from decimal import Decimal
from typing import cast

import pytest
from pydantic import BaseModel, Field

from domain.episode.course.discharge_patient import PatientDischarged
from domain.episode.dosing.record_checklist import ChecklistRecorded
from domain.episode.eligibility.determine_eligibility import EligibilityDetermined
from domain.episode.eligibility.eligibility import SUBSTANCE_USE
from domain.episode.intake.complete_intake import IntakeCompleted
from domain.episode.intake.intake import Medicine, MedicineClass
from domain.episode.intake.report_medicine_change import MedicinesChanged
from domain.episode.intake.review_medicines import MedicinesReviewed
from domain.episode.intake.update_intake import IntakeUpdated
from domain.episode.plan.issue_plan import PlanIssued
from domain.episode.referral.carry_over_earlier_course import EarlierCourseCarriedOver
from domain.episode.referral.refer import PatientReferred
from domain.episode.safety.grant_override import OverrideGranted
from domain.event import EVENTS, Event
from domain.open_fields import open_fields, open_schema
from domain.sealed import PREFIX, SEALED, Sealed
from tests.domain.given import given
from tests.domain.people import sealed
from tests.domain.stored_shapes import EVERYTHING
from tests.dosing_day import RELEASED
from tests.situations import ADA_INTAKE


def test_a_history_leaves_without_anything_sealed() -> None:
    for recorded in given(RELEASED).recorded:
        payload = json.loads(recorded.event.model_dump_json())
        left = open_fields(type(recorded.event), payload)
        assert PREFIX not in json.dumps(left)
        assert left.items() <= payload.items() or type(recorded.event) is IntakeCompleted


def test_sealed_fields_inside_a_list_stay_behind_and_the_rest_of_the_list_goes() -> None:
    medicine = Medicine(medicine_class=MedicineClass.STIMULANT, name=sealed("name"), dose=sealed("dose"))
    intake = ADA_INTAKE.model_copy(update={"medicines": (medicine,)})
    left = open_fields(IntakeCompleted, json.loads(intake.model_dump_json()))
    assert left["medicines"] == [
        {"medicine_class": "stimulant", "instruction": "not_reviewed", "hold_hours": None},
    ]
    assert "history" not in left


@pytest.mark.parametrize(
    ("kind", "field", "stays", "goes"),
    [
        (PatientReferred, "diagnoses", "F33.2", "F10.20"),
        (IntakeCompleted, "diagnoses", "F43.10", "F19.21"),
        (IntakeUpdated, "diagnoses", "Z71.89", "Z71.41"),
        (EligibilityDetermined, "absolute", "uncontrolled_hypertension", SUBSTANCE_USE),
        (EligibilityDetermined, "relative", "pregnancy", "opioid_use_disorder"),
        (PlanIssued, "terms", "phq-9", "audit-c"),
        (OverrideGranted, "values_seen", "Cystitis, found 3 Mar.", "Uncontrolled substance use disorder, found 3 Mar."),
        (PatientDischarged, "final_scores", {"instrument": "phq-9", "total": 6}, {"instrument": "audit", "total": 21}),
        (PatientDischarged, "final_scores", {"instrument": "gad-7", "total": 6}, {"instrument": "gone", "total": 7}),
    ],
)
def test_what_speaks_of_drinking_or_drugs_stays_behind(
    kind: type[Event], field: str, stays: object, goes: object
) -> None:
    """In whatever company it stands; a score of an instrument that is not here may be one of them (42 CFR Part 2)."""
    wrapped = {"terms": {"instruments": [stays, goes]}} if field == "terms" else {field: [stays, goes]}
    left = {"terms": {"instruments": [stays]}} if field == "terms" else {field: [stays]}
    assert open_fields(kind, wrapped) == left


@pytest.mark.parametrize("medicine", ["naltrexone", "opioid"])
def test_what_use_disorders_are_treated_with_stays_behind(medicine: str) -> None:
    """Buprenorphine and methadone are entered as opioids; their names are sealed, so no class tells them apart."""
    listed = [{"medicine_class": one, "instruction": "hold", "hold_hours": 12} for one in ("stimulant", medicine)]
    for kind in (IntakeCompleted, IntakeUpdated, MedicinesReviewed):
        assert open_fields(kind, {"medicines": listed}) == {"medicines": listed[:1]}
    said = {"medicine_class": medicine, "since": "2026-03-12"}
    assert open_fields(MedicinesChanged, said) == {"medicine_class": None, "since": "2026-03-12"}
    assert open_fields(MedicinesChanged, said | {"medicine_class": "stimulant"})["medicine_class"] == "stimulant"


def test_what_somebody_drank_before_a_dose_stays_behind() -> None:
    said = {"intoxicated": True, "alcohol_or_thc_within_hold": True, "medicines_held": True}
    assert open_fields(ChecklistRecorded, said) == {"medicines_held": True}


def test_a_contraindication_of_an_earlier_course_that_speaks_of_drugs_stays_behind() -> None:
    known = {"contraindications": ["uncontrolled_hypertension", SUBSTANCE_USE]}
    for kind in (PatientReferred, EarlierCourseCarriedOver):
        assert open_fields(kind, {"earlier": known}) == {
            "earlier": {"contraindications": ["uncontrolled_hypertension"]}
        }


def test_an_empty_sealed_field_does_not_say_that_it_is_empty() -> None:
    intake = ADA_INTAKE.model_copy(update={"other_allergies": None})
    assert "other_allergies" not in open_fields(IntakeCompleted, json.loads(intake.model_dump_json()))


def test_what_the_class_does_not_name_is_left_out() -> None:
    payload = {**json.loads(ADA_INTAKE.model_dump_json()), "nickname": "Ada"}
    assert "nickname" not in open_fields(IntakeCompleted, payload)


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_no_open_schema_has_a_sealed_field(name: str) -> None:
    assert EVERYTHING
    written = json.dumps(open_schema(EVENTS[name]))
    assert SEALED not in written
    assert "$ref" not in written


def test_a_sealed_field_with_a_description_of_its_own_is_sealed_all_the_same() -> None:
    described = cast(type[Event], Described)
    assert list(open_schema(described)["properties"]) == ["dose_mg"]
    assert open_fields(described, {"dose_mg": "100", "said": f"{PREFIX}x", "more": [f"{PREFIX}x"]}) == {
        "dose_mg": "100"
    }


class Described(BaseModel):
    dose_mg: Decimal
    said: Sealed[str] = Field(description="what was said")
    more: tuple[Sealed[str] | None, ...] = Field(default=(), description="and what else")


@pytest.mark.parametrize("name", ["HistoryImported", "OutcomeRecorded", "MedicalDirectorNamed", "OnCallNamed"])
def test_names_of_files_and_duty_numbers_are_kept_back(name: str) -> None:
    schema = str(open_schema(EVENTS[name]))
    assert "'source'" not in schema
    assert "phone" not in schema
