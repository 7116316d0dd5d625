"""The first chapters of a course through its forms: taken in, planned, prepared."""

from decimal import Decimal

from tests.api.clinic import Browser, local
from tests.api.forms_course import Forms


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
