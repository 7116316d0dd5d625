"""The last chapters of a course through its forms: followed up, written about, asked between sessions, ended."""

from uuid import UUID

from domain.episode.document.missing import waiting_requests
from tests.api.clinic import Browser, local
from tests.api.forms_course import Forms
from tests.api.forms_driven import fill

SIGNED = {"_sign": "yes"}
"""What a signature asks for when somebody signed in a while ago."""


def followed_up(forms: Forms, therapist: Browser, prescriber: Browser, coordinator: Browser, first: UUID) -> None:
    clinic = forms.clinic
    clinic.now = local("2026-03-20 10:00")
    forms.record(coordinator, "attempt_check_in", f"?session_id={first}")
    forms.record(therapist, "record_next_day_check_in", f"?session_id={first}", well="true")
    forms.record(prescriber, "review_adverse_event", related="probable", expected="true", action="watched",
                 dosing_may_go_on="true", note="Expected at this dose.")  # fmt: skip
    forms.record(therapist, "record_adverse_event_outcome", outcome="recovered")
    integration = {"starts_at__day": "2026-03-20", "starts_at__time": "08:00", "way": "in_person"}
    forms.record(therapist, "book_session", "?kind=integration", **integration)
    forms.record(therapist, "complete_integration", summary="Much to think about.")
    forms.record(therapist, "record_outcome", "?instrument=phq-9", **{f"answers__{n}": "1" for n in range(1, 10)})
    forms.record(
        prescriber, "review_safety", done="Spoke with the patient; a plan for safety stands.", dosing_may_go_on="true"
    )
    made = {"made_with_patient": "true", "means_discussed": "true", "patient_has_copy": "true"}
    forms.record(therapist, "record_safety_plan", plan="Call her sister, then 988.", **made)
    forms.record(therapist, "report_ketamine_elsewhere", on="2026-03-01")
    deviation = next(iter(forms.course.state.deviations))
    forms.record(prescriber, "review_deviation", f"?deviation_id={deviation}", note="No harm.")
    forms.record(coordinator, "attempt_contact", outcome="message_left", note="Mailbox.")
    forms.record(coordinator, "raise_care_gap", kind="no_transport")
    forms.record(coordinator, "close_care_gap", is_mended="true", note="Her sister drives.")
    forms.record(coordinator, "record_disclosure", kind="insurer", recipient="Harbour Health", means="portal",
                 parts=["plan"], with_substance_use="false", ground="payment", purpose="Claim 4471")  # fmt: skip
    forms.record(therapist, "flag_for_discussion", question="Sleep is worse.")
    forms.record(prescriber, "record_caseload_review", recommendation="measure_again", note="PHQ-9 next week.")
    written(forms, therapist, prescriber, first)
    asked_between_sessions(forms, therapist, prescriber, coordinator)
    forms.record(therapist, "report_medicine_inventory", tablets__0__on_hand="1", tablets__0__destroyed="0")
    forms.record(prescriber, "explain_tablets", because="lost", note="One fell into the sink.")
    forms.record(prescriber, "book_follow_up", starts_at__day="2026-03-27", starts_at__time="09:00")
    clinic.now = local("2026-03-27 09:40")
    forms.record(prescriber, "complete_follow_up", minutes="30", decision="continue", sessions_released="4")


def written(forms: Forms, therapist: Browser, prescriber: Browser, session_id: UUID) -> None:
    """The note that the prescriber misses, signed, added to and co-signed; and a question beside the plan."""
    forms.record(
        prescriber,
        "ask_for_document",
        f"?session_id={session_id}",
        kind="session_record",
        role="therapist",
        due_on="2026-03-24",
    )
    request = next(iter(forms.course.state.document_requests))
    forms.record(therapist, "sign_document", f"?request_id={request}", text="Quiet; wept once.", **SIGNED)
    document = next(iter(forms.course.state.documents.values()))
    assert document.subject.session_id == session_id
    about = f"?document_id={document.document_id}"
    forms.record(therapist, "add_addendum", about, text="Her sister drove her home.", **SIGNED)
    forms.record(therapist, "ask_co_signature", about, role="prescriber", due_on="2026-03-24")
    forms.record(prescriber, "co_sign_document", about, **SIGNED)
    assert waiting_requests(forms.course.state) == []
    plan = forms.course.state.plan
    assert plan is not None
    asked = {"topic": "dose", "role": "prescriber", "due_on": "2026-03-24", "question": "Halves or whole?"}
    forms.record(therapist, "ask_question", f"?event_id={plan.entry_id}", **asked)
    forms.record(prescriber, "answer_question", answer="Halves.")
    forms.record(therapist, "close_question")


def asked_between_sessions(forms: Forms, therapist: Browser, prescriber: Browser, coordinator: Browser) -> None:
    """Who will be with the patient, what they report by telephone, and a link that is taken back."""
    chaperone = {"name": "Eve Whitfield", "phone": "555-0118", "relationship": "friend", "is_adult": "true"}
    forms.record(coordinator, "nominate_chaperone", **chaperone, may_be_contacted="yes")
    forms.record(coordinator, "report_symptoms", symptoms=["nausea"], wants_call="yes", note="Since the dose.")
    forms.record(prescriber, "review_symptoms", note="Called: it has passed.")
    link_sent = fill(coordinator, f"{forms.course.href}/send-check-in-link?purpose=after_dose", channel="by_hand")
    assert link_sent.status_code == 200
    assert "/check-in/" in link_sent.text, "the address is shown once, instead of leading back"
    forms.recorded.add("send_check_in_link")
    forms.record(coordinator, "revoke_check_in_link")
    (link,) = forms.course.state.check_in_links.values()
    assert link.revoked_at is not None


def ended(forms: Forms, therapist: Browser, prescriber: Browser, coordinator: Browser, second: Browser) -> None:
    clinic = forms.clinic
    person = {"clinician_id": str(second.actor.actor_id), "role": "prescriber"}
    forms.record(coordinator, "assign_care_team_member", **person)
    forms.record(second, "accept_hand_over")
    cover = {"for_id": str(second.actor.actor_id), "clinician_id": str(clinic.rivera.actor_id)}
    until = {"until_at__day": "2026-03-29", "until_at__time": "08:00"}
    forms.record(coordinator, "arrange_cover", **cover, **until, reason="Away.")
    clinic.travel(days=23)
    forms.record(coordinator, "mark_done", "?key=contact", note="Called: all is well.")
    forms.record(coordinator, "pause_episode", reason="Away for a month.")
    clinic.travel(days=30)
    forms.record(coordinator, "resume_episode")
    forms.record(therapist, "declare_emergency")
    outcome = list(forms.course.state.outcomes.values())[-1]
    forms.record(therapist, "mark_in_error", f"?event_id={outcome.entry_id}", reason="Another patient's.")
    forms.record(therapist, "discharge_patient", reason="completed", note="PHQ-9 halved.")
