"""A course of care through the forms alone: every form is filled in once and what was typed is recorded."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from api.forms import FORMS
from api.forms.form import slug_of
from domain.episode.session.session import SessionEnd, SessionKind, VitalsPhase
from tests.api.clinic import Browser, Clinic, local
from tests.api.course import Course, referred
from tests.api.forms_driven import fill

RECORDED = "Recorded at"


class Forms:
    """Sends forms of one episode and remembers which were recorded."""

    def __init__(self, clinic: Clinic, course: Course) -> None:
        self.clinic, self.course = clinic, course
        self.recorded: set[str] = set()

    def record(self, browser: Browser, decision: str, query: str = "", /, **typed: Any) -> None:
        """Open the form, type, send; it has to be recorded."""
        answer = fill(browser, f"{self.course.href}/{slug_of(decision)}{query}", **typed)
        assert answer.status_code == 303, f"{decision}: {answer.status_code} {said_on(answer.text)}"
        page = browser.get(f"{self.course.href}/report-adverse-event")
        assert RECORDED in page.text, decision
        self.recorded.add(decision)
        self.clinic.travel(minutes=1)


OF_OTHER_PROTOCOLS = {"record_monitoring_form_sent"}
"""Forms that only a monitored protocol asks for; test_monitored_session.py records them."""


def said_on(html: str) -> str:
    """What a form that came back says on top."""
    start = html.find('id="error-summary"')
    return html[start : start + 900]


def vitals(systolic: int = 124, diastolic: int = 78, pulse: int = 70) -> dict[str, Any]:
    return {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic, "pulse_per_min": pulse}


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


def test_every_form_is_recorded_in_one_course(clinic: Clinic) -> None:
    course = referred(clinic)
    forms = Forms(clinic, course)
    therapist, prescriber, coordinator = clinic.therapist, clinic.prescriber, clinic.coordinator
    second = Browser(clinic, clinic.admit("Dr. Noor Abara", *clinic.rivera.roles))

    onboarding(forms, therapist, prescriber, coordinator)
    planned(forms, prescriber)
    prepared(forms, therapist, coordinator)
    first = dosed(forms, therapist, prescriber, second)
    followed_up(forms, therapist, prescriber, coordinator, first)
    ended(forms, therapist, prescriber, coordinator, second)

    assert set(FORMS) - OF_OTHER_PROTOCOLS == forms.recorded
    state = course.state
    assert state.closed_at is not None
    session = state.sessions[first]
    assert session.ended_as is SessionEnd.RELEASED
    assert {v.phase for v in session.vitals.values()} == set(VitalsPhase)
    assert session.total_mg == 150


def onboarding(forms: Forms, therapist: Browser, prescriber: Browser, coordinator: Browser) -> None:
    forms.record(prescriber, "take_patient_from_pool")
    person = {"clinician_id": str(forms.clinic.okafor.actor_id), "role": "coordinator"}
    forms.record(coordinator, "assign_care_team_member", **person)
    forms.record(coordinator, "remove_care_team_member", **person)
    forms.record(coordinator, "book_intake", starts_at__day="2026-03-13", starts_at__time="09:00", way="in_person")
    forms.clinic.now = local("2026-03-13 10:00")
    forms.record(
        prescriber,
        "complete_intake",
        length="58",
        way="in_person",
        diagnoses="F33.2, f41.1",
        history="Two courses without response.",
        ketamine_allergy="no",
        other_allergies="latex",
        allergies_asked="true",
        medicines__0__name="Lorazepam",
        medicines__0__medicine_class="benzodiazepine",
        medicines__0__instruction="hold",
        medicines__0__hold_hours="24",
        weight__value="154",
        weight__unit="lb",
        baseline_systolic_mmhg="124",
        baseline_diastolic_mmhg="78",
        baseline_pulse_per_min="70",
        pregnancy="not_applicable",
        nursing="no",
        urinary__frequency_per_day="6",
        urinary__nocturia_per_night="1",
        urinary__urgency="false",
        urinary__dysuria="false",
        urinary__visible_blood="false",
        emergency_contact="Ben Whitfield, 555-0117",
    )
    intake = forms.course.state.intake
    assert intake is not None
    assert intake.diagnoses == ("F33.2", "F41.1")
    assert intake.weight is not None
    assert str(intake.weight.value) == "154"
    forms.record(prescriber, "update_intake", baseline_pulse_per_min="72")
    forms.record(therapist, "report_medicine_change", name="Sertraline", medicine_class="antidepressant")
    forms.record(
        prescriber,
        "review_medicines",
        medicines__1__name="Sertraline",
        medicines__1__medicine_class="antidepressant",
        medicines__1__instruction="continue",
    )
    forms.record(prescriber, "request_clearance", specialty="cardiology", due_on="2026-03-20")
    forms.record(coordinator, "receive_clearance", is_cleared="true", source="Dr. Heart")
    forms.record(therapist, "find_contraindication", code="liver_disease", note="ALT twice normal")
    forms.record(prescriber, "resolve_contraindication", evidence="ALT normal")
    forms.record(prescriber, "determine_eligibility", outcome="eligible", rationale="Sound.")
    for consent, version in (("ketamine", "4"), ("telehealth", "2")):
        forms.record(
            therapist, "sign_consent", f"?consent_type={consent}", text_version=version, method="paper", witness="Tom"
        )
    forms.record(therapist, "sign_consent", "?consent_type=touch", method="electronic", touch_scope="hand_only")
    forms.record(therapist, "narrow_touch", touch_scope="none")
    forms.record(therapist, "withdraw_consent", consent_type="touch")


def planned(forms: Forms, prescriber: Browser) -> None:
    forms.record(
        prescriber,
        "issue_plan",
        terms__next_dose_mg="100",
        terms__maximum_mg="200",
        terms__booster__dose_mg="50",
        terms__ways=["in_person"],
    )
    forms.record(prescriber, "amend_plan", terms__minimum_interval_days="8", reason="Blood pressure.")
    forms.record(prescriber, "set_next_dose", next_dose_mg="50", reason="Start low.")
    forms.record(prescriber, "set_next_dose", next_dose_mg="100", reason="As first meant.", confirm_step="yes")
    forms.record(prescriber, "suspend_plan", because="patient_wish", reason="Wants to think.")
    forms.record(prescriber, "resume_plan", reason="Has decided.")
    forms.record(prescriber, "check_pdmp", result="nothing_found", reference="Q-17")
    forms.record(prescriber, "record_prescription", reference="RX-8841", quantity="4")
    forms.record(prescriber, "track_prescription", status="dispensed", lot_number="A17-3")
    plan = forms.course.state.plan
    assert plan is not None
    assert (plan.version, plan.terms.minimum_interval_days, plan.terms.next_dose_mg) == (4, 8, Decimal(100))


def prepared(forms: Forms, therapist: Browser, coordinator: Browser) -> None:
    when = {"starts_at__day": "2026-03-16", "starts_at__time": "09:00"}
    for _ in range(3):
        forms.record(coordinator, "book_session", "?kind=preparation", way="in_person", **when)
    one, two, three = (s.session_id for s in forms.course.state.sessions.values())
    forms.record(coordinator, "cancel_session", f"?session_id={one}", reason="Flu.")
    forms.record(coordinator, "move_session", f"?session_id={three}", starts_at__day="2026-03-17")
    forms.clinic.now = local("2026-03-16 11:00")
    forms.record(coordinator, "miss_session", f"?session_id={two}")
    forms.clinic.now = local("2026-03-17 10:10")
    forms.record(therapist, "complete_preparation", length="60", summary="Ready.")
    answers = {f"answers__{n}": "2" for n in range(1, 9)} | {"answers__9": "0"}
    forms.record(therapist, "record_outcome", "?instrument=phq-9", **answers)
    outcome = next(iter(forms.course.state.outcomes.values()))
    assert outcome.total == 16
    forms.record(therapist, "correct_outcome", answers__8="1", reason="Misread.")
    assert next(iter(forms.course.state.outcomes.values())).total == 15


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


CRITERIA = (
    "is_oriented",
    "walks_steadily",
    "keeps_fluids_down",
    "pressure_near_baseline",
    "adult_stays",
    "knows_when_to_drive",
)


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
    forms.record(therapist, "flag_for_discussion", question="Sleep is worse.")
    forms.record(prescriber, "record_caseload_review", recommendation="measure_again", note="PHQ-9 next week.")
    forms.record(therapist, "report_medicine_inventory", tablets__0__on_hand="1", tablets__0__destroyed="0")
    forms.record(prescriber, "explain_tablets", because="lost", note="One fell into the sink.")
    forms.record(prescriber, "book_follow_up", starts_at__day="2026-03-27", starts_at__time="09:00")
    clinic.now = local("2026-03-27 09:40")
    forms.record(prescriber, "complete_follow_up", minutes="30", decision="continue", sessions_released="4")


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
