"""Where a next step leads: the form, filled with what it is about, for whoever may; else the gates that say why."""

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from api.forms.form import slug_of
from api.list_view.look import Look
from api.list_view.patient import episode_href
from domain.actor import Role
from domain.episode import DECISIONS
from domain.episode.due.obligation import Obligation
from domain.episode.due.sessions import next_booked
from domain.episode.episode import Episode
from domain.episode.session.session import SessionKind
from projections.glance import Glance, is_with

BY_NAME = {decision.name: decision for decision in DECISIONS}
ABOUT = {
    "hold": "hold_id",
    "deviation": "deviation_id",
    "clearance": "clearance_id",
    "dosing": "session_id",
    "check_in": "session_id",
    "monitoring_form": "session_id",
    "safety_call": "session_id",
    "care_team": "role",
    "measure": "instrument",
    "risk_screen": "instrument",
    "shipment": "prescription_id",
    "tablets": "report_id",
    "care_gap": "gap_id",
    "chaperone_verified": "session_id",
    "transport": "session_id",
    "urinary": "report_id",
    "document_request": "request_id",
    "co_signature": "document_id",
    "question": "question_id",
    "answer": "question_id",
    "symptoms": "report_id",
    "check_in_link": "link_id",
}
"""The field of the order that the second half of an obligation's key fills."""
KINDS = {
    "preparation": SessionKind.PREPARATION,
    "integration": SessionKind.INTEGRATION,
    "book_dosing": SessionKind.DOSING,
}
BUTTONS = {
    "release_hold": "Review hold",
    "determine_eligibility": "Decide eligibility",
    "complete_follow_up": "Record follow-up",
    "book_follow_up": "Schedule follow-up",
    "complete_intake": "Record intake",
    "book_intake": "Schedule intake",
    "book_session": "Schedule session",
    "complete_preparation": "Record session",
    "complete_integration": "Record session",
    "assign_care_team_member": "Assign care team",
    "receive_clearance": "Record clearance",
    "take_patient_from_pool": "Take this patient",
    "discharge_patient": "Discharge",
    "send_check_in_link": "Send again",
    "review_symptoms": "Look at it",
    "record_next_day_check_in": "Record check-in",
    "record_monitoring_form_sent": "Record that it was sent",
    "record_prescription": "Record prescription",
    "check_pdmp": "Record the check",
    "track_prescription": "Record news",
    "verify_chaperone": "Record the call",
    "confirm_transport": "Settle the way home",
    "close_care_gap": "Close the gap",
    "record_caseload_review": "Record the review",
    "explain_tablets": "Record the answer",
    "sign_document": "Write the note",
    "co_sign_document": "Read and co-sign",
    "answer_question": "Answer",
    "close_question": "Read the answer",
    "mark_done": "Mark as done",
}


def may_decide(look: Look, decision: str | None) -> bool:
    """Whether the decision is one of the roles of this person."""
    known = BY_NAME.get(decision or "")
    return known is not None and look.by.has(*known.by - {Role.SYSTEM})


def form_href(glance: Glance, decision: str, key: str, back: str) -> str:
    """The form, told what it is about and where one came from."""
    course = glance.course
    running = next((session for session in course.sessions.values() if session.is_running), None)
    session = running or next_booked(course, SessionKind.DOSING)
    if session is not None and decision in ("end_dosing_session", "open_dosing_session"):
        return episode_href(glance.case.episode_id, f"/sessions/{session.number}")
    return filled_form_href(glance.case.episode_id, decision, about_of(key, decision, course), back)


def filled_form_href(episode_id: UUID, decision: str, about: Mapping[str, str], back: str) -> str:
    """The form of a decision with what it is about in its address: ids and codes, never words of a person."""
    return episode_href(episode_id, f"/{slug_of(decision)}?{urlencode({**about, 'back': back})}")


def step_href(glance: Glance, step: Obligation, look: Look, back: str) -> str:
    """The form of a next step that is this person's move, else the gates."""
    mine = is_with(step, look.by.actor_id, glance.course, look.now)
    if step.decision and mine and may_decide(look, step.decision):
        return form_href(glance, step.decision, step.key, back)
    return episode_href(glance.case.episode_id, "#gates")


def button_words(decision: str) -> str:
    """What a button says: `Review hold`."""
    return BUTTONS.get(decision, decision.replace("_", " ").capitalize())


def about_of(key: str, decision: str, course: Episode | None = None) -> dict[str, str]:
    """What an obligation of this key is about, by the order's field. A booked session needs the course."""
    if decision == "mark_done":
        return {"key": key}
    kind, _, rest = key.partition(":")
    if kind in ABOUT and rest:
        return {ABOUT[kind]: rest}
    if kind not in KINDS:
        return {}
    booked = next_booked(course, KINDS[kind]) if course else None
    if booked is not None and decision != "book_session":
        return {"session_id": str(booked.session_id)}
    return {"kind": KINDS[kind].value}
