"""The dosing day of a course through its forms, with an override and a booster."""

from typing import Any
from uuid import UUID

from domain.episode.session.session import SessionKind
from tests.api.clinic import Browser, local
from tests.api.forms_course import Forms, said_on
from tests.api.forms_driven import fill

CHECKLIST = {
    "last_food_at": "03:00",
    "last_fluid_at": "06:00",
    "medicines_held": "true",
    "medicines_changed": "false",
    "suicidal_thoughts_today": "false",
    "intoxicated": "false",
    "alcohol_or_thc_within_hold": "false",
    "pregnancy_changed": "false",
    "ketamine_elsewhere": "false",
    "capacity_in_doubt": "false",
    "room_is_ready": "true",
    "medicine_in_hand": "true",
    "two_identifiers": "yes",
    "label_strength_mg": "100",
    "driving_acknowledged": "yes",
}

CRITERIA = (
    "is_oriented",
    "walks_steadily",
    "keeps_fluids_down",
    "pressure_near_baseline",
    "adult_stays",
    "knows_when_to_drive",
)


def vitals(systolic: int = 124, diastolic: int = 78, pulse: int = 70) -> dict[str, Any]:
    return {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic, "pulse_per_min": pulse}


def dosed(forms: Forms, therapist: Browser, prescriber: Browser, second: Browser) -> UUID:
    clinic = forms.clinic
    clinic.now = local("2026-03-19 09:00")
    booked = {
        "starts_at__day": "2026-03-19",
        "starts_at__time": "09:10",
        "companion_name": "Ben",
        "companion_is_adult": "true",
    }
    forms.record(therapist, "book_session", "?kind=dosing", **booked)
    session_id = next(s.session_id for s in forms.course.state.sessions.values() if s.kind is SessionKind.DOSING)
    forms.record(
        therapist,
        "verify_chaperone",
        f"?session_id={session_id}",
        relationship="friend",
        is_adult="true",
        answers_the_phone="true",
        has_capacity="true",
    )
    forms.record(therapist, "confirm_transport", f"?session_id={session_id}", transport="escort_drives")
    forms.record(therapist, "place_hold", f"?session_id={session_id}", reason="other", note="Feverish.")
    forms.record(prescriber, "release_hold", reason="Measured: no fever.")
    forms.record(therapist, "open_dosing_session", f"?session_id={session_id}")
    forms.record(therapist, "confirm_place", address="12 Harbor Street", call_back="555-0100", state="CA")
    forms.record(therapist, "record_companion_arrival")
    forms.record(therapist, "record_checklist", **(CHECKLIST | {"medicines_held": "false"}))
    override = {"rule": "+medicines_held", "reason": "Last dose days ago.", "_sign": "yes"}
    override["second_prescriber_id"] = str(second.actor.actor_id)
    forms.record(prescriber, "grant_override", f"?session_id={session_id}", **override)
    assert not next(iter(forms.course.state.overrides.values())).is_signed
    signed = fill(second, f"{forms.course.href}/confirm-override", _sign="yes")
    assert signed.status_code == 303, said_on(signed.text)
    forms.recorded.add("confirm_override")
    assert next(iter(forms.course.state.overrides.values())).is_signed
    forms.record(therapist, "acknowledge_alert")
    forms.record(therapist, "record_checklist", **CHECKLIST)
    forms.record(therapist, "record_vitals", **vitals(129))
    taken = next(iter(forms.course.state.sessions[session_id].vitals))
    forms.record(
        therapist,
        "correct_vitals",
        f"?session_id={session_id}&vitals_id={taken}",
        systolic_mmhg="126",
        reason="Typing error.",
    )
    forms.record(therapist, "clear_to_dose")
    forms.record(therapist, "record_dose", held_minutes="12")
    clinic.travel(minutes=14)
    forms.record(therapist, "record_check", responsive="true", distress="2", sedation="0", dissociation="4")
    clinic.travel(minutes=5)
    forms.record(therapist, "record_vitals", **vitals(130))
    forms.record(therapist, "record_check", responsive="true", sedation="1")
    forms.record(therapist, "clear_to_dose", patient_was_asked="yes")
    forms.record(therapist, "record_dose")
    booster = list(forms.course.state.sessions[session_id].doses)[-1]
    forms.record(
        therapist, "correct_dose", f"?session_id={session_id}&dose_id={booster}", taken_at__time="09:38", reason="Late."
    )
    forms.record(therapist, "record_vomiting")
    forms.record(therapist, "record_swallowing")
    forms.record(therapist, "report_adverse_event", term="vomiting", grade="2", serious="false")
    forms.record(therapist, "record_companion_departure")
    forms.record(therapist, "record_companion_arrival", name="Eve", is_booked_companion="", is_adult="true")
    clinic.travel(minutes=185)
    forms.record(therapist, "record_vitals", "?phase=after", **vitals(122))
    criteria = {f"criteria__{name}": "yes" for name in CRITERIA}
    forms.record(therapist, "end_dosing_session", "?ended_as=released", **criteria)
    return session_id
