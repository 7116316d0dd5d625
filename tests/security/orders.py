"""One order per decision that can be read, and may then be refused: what walls and bad input are tested with."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.api.clinic import ZONE
from tests.api.course import TERMS


def orders(now: datetime, clinician_id: UUID, patient_id: UUID) -> dict[str, dict[str, Any]]:
    """By decision. Ids of things that are not there are new every time."""
    at, before, later = now.isoformat(), (now - timedelta(hours=1)).isoformat(), (now + timedelta(days=1)).isoformat()
    today = now.astimezone(ZONE).date().isoformat()
    session, a_plan, thing = {"session_id": str(uuid4())}, {"plan_id": str(uuid4())}, str(uuid4())
    member = {"clinician_id": str(clinician_id), "role": "therapist"}
    visit = {**session, "started_at": before, "ended_at": at}
    imported = {"source": "scores.csv", "file_sha256": "0" * 64, "row": 1}
    return {
        "refer": {"patient_id": str(patient_id), "reason": "words"},
        "import_history": {
            "patient_id": str(uuid4()),
            "reference": "KAP-9999",
            "source": "scores.csv",
            "file_sha256": "0" * 64,
            "name": "words",
        },
        "assign_care_team_member": member,
        "remove_care_team_member": member,
        "take_patient_from_pool": {},
        "book_intake": {"starts_at": later},
        "complete_intake": {
            "started_at": before,
            "ended_at": at,
            "way": "in_person",
            "diagnoses": ["F33.2"],
            "ketamine_allergy": "no",
            "allergies_asked": True,
            "home_state": "CA",
            "patient_zone": str(ZONE),
        },
        "update_intake": {"baseline_pulse_per_min": 70},
        "report_medicine_change": {"name": "words"},
        "review_medicines": {"note": "words"},
        "report_ketamine_elsewhere": {"on": today},
        "determine_eligibility": {"outcome": "eligible", "rationale": "words"},
        "request_clearance": {"specialty": "cardiology"},
        "receive_clearance": {"clearance_id": thing, "is_cleared": True},
        "find_contraindication": {"code": "psychosis"},
        "resolve_contraindication": {"code": "psychosis", "evidence": "words"},
        "sign_consent": {"consent_type": "ketamine", "text_version": 4, "method": "electronic"},
        "withdraw_consent": {"consent_type": "ketamine"},
        "narrow_touch": {"touch_scope": "none"},
        "issue_plan": {"terms": TERMS},
        "amend_plan": {**a_plan, "terms": TERMS, "reason": "words"},
        "set_next_dose": {**a_plan, "next_dose_mg": "100", "reason": "words"},
        "suspend_plan": {**a_plan, "reason": "words"},
        "resume_plan": {**a_plan, "reason": "words"},
        "accept_hand_over": {},
        "check_pdmp": {"state": "CA", "result": "nothing_found"},
        "track_prescription": {"prescription_id": thing, "status": "sent"},
        "recheck_credentials": {"clinician_id": str(clinician_id)},
        "record_prescription": {"reference": "words", "strength_mg": "100", "quantity": 4, "issued_on": today},
        "book_session": {"kind": "preparation", "starts_at": later, "way": "in_person"},
        "move_session": {**session, "starts_at": later},
        "cancel_session": session,
        "miss_session": session,
        "complete_preparation": visit,
        "complete_integration": visit,
        "open_dosing_session": session,
        "record_checklist": session,
        "confirm_place": {**session, "state": "CA", "zone": str(ZONE), "address": "words", "call_back": "words"},
        "record_companion_arrival": session,
        "record_companion_departure": session,
        "record_vitals": {**session, "phase": "before", "systolic_mmhg": 124, "diastolic_mmhg": 78},
        "correct_vitals": {**session, "vitals_id": thing, "systolic_mmhg": 124, "reason": "words"},
        "clear_to_dose": {**session, "dose_mg": "100", "plan_version": 1},
        "record_dose": {**session, "amount_mg": "100"},
        "record_swallowing": session,
        "record_vomiting": session,
        "correct_dose": {**session, "dose_id": thing, "amount_mg": "100", "reason": "words"},
        "record_check": {**session, "responsive": True},
        "declare_emergency": {},
        "end_dosing_session": {**session, "ended_as": "held_no_dose"},
        "record_next_day_check_in": {**session, "well": True},
        "attempt_check_in": session,
        "record_outcome": {"instrument": "phq-9", "taken_at": at, "answers": [0] * 9},
        "import_outcome": {"instrument": "phq-9", "taken_at": at, "total": 3, "imported": imported},
        "correct_outcome": {"outcome_id": thing, "answers": [0] * 9, "reason": "words"},
        "place_hold": {"reason": "other"},
        "release_hold": {"hold_id": thing, "reason": "words"},
        "grant_override": {**session, "rule": "10", "reason": "words"},
        "review_safety": {"done": "words", "dosing_may_go_on": True},
        "report_adverse_event": {"term": "nausea", "grade": 1, "serious": False},
        "review_adverse_event": {
            "adverse_event_id": thing,
            "related": "unlikely",
            "expected": True,
            "action": "none",
            "dosing_may_go_on": True,
            "note": "words",
        },
        "review_deviation": {"deviation_id": thing, "note": "words"},
        "sign_document": {"kind": "session_record", "session_id": str(uuid4()), "text": "words"},
        "add_addendum": {"document_id": thing, "text": "words"},
        "ask_co_signature": {"document_id": thing, "role": "prescriber", "due_on": today},
        "co_sign_document": {"document_id": thing},
        "ask_for_document": {"kind": "progress_note", "role": "therapist", "due_on": today},
        "ask_question": {"event_id": thing, "topic": "dose", "question": "words", "role": "prescriber"},
        "answer_question": {"question_id": thing, "answer": "words"},
        "close_question": {"question_id": thing},
        "book_follow_up": {"starts_at": later},
        "complete_follow_up": {"completed_at": at, "minutes": 30, "decision": "continue", "sessions_released": 1},
        "pause_episode": {"reason": "words"},
        "resume_episode": {},
        "discharge_patient": {"reason": "completed"},
        "mark_in_error": {"event_id": thing, "reason": "words"},
    }
