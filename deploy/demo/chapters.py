"""The chapters that most courses share: from referral to plan, sessions, measures, follow-up."""

from datetime import datetime, timedelta
from typing import Any

from deploy.demo import measures
from deploy.demo.cast import OKAFOR, STATE, ZONE
from deploy.demo.story import Story
from deploy.demo.writing import note
from domain.episode.consent.sign_consent import sign_consent
from domain.episode.eligibility.determine_eligibility import determine_eligibility
from domain.episode.follow_up.book_follow_up import book_follow_up
from domain.episode.follow_up.complete_follow_up import complete_follow_up
from domain.episode.intake.book_intake import book_intake
from domain.episode.intake.complete_intake import complete_intake
from domain.episode.plan.amend_plan import amend_plan
from domain.episode.plan.issue_plan import issue_plan
from domain.episode.prescription.record_prescription import record_prescription
from domain.episode.prescription.track_prescription import track_prescription
from domain.episode.referral.refer import refer
from domain.episode.session.book_session import book_session
from domain.episode.session.complete_integration import complete_integration
from domain.episode.session.complete_preparation import complete_preparation
from domain.episode.team.assign_care_team_member import assign_care_team_member

REASONS = (
    "Long depression, two antidepressants without enough effect. Asks about KAP.",
    "Trauma work has stalled; strong avoidance. Good alliance, wants to go on with me.",
    "Anxiety and low mood since the divorce. Stable at work, sleeps badly.",
)
TABLET_MG = 100
PREPARED = "Went through the day, the room, touch, and whom to call. Intention written down."
INTEGRATED = "What came up, what it is good for, one small step until next time."


def referral(story: Story, *, team: bool = True) -> None:
    """The therapist refers and is on the team; the coordinator assigns a prescriber."""
    number = len(story.patient.name)
    story.step(
        story.at(0, "10:00"),
        story.therapist,
        refer,
        patient_id=story.patient.patient_id,
        reason=REASONS[number % len(REASONS)],
        diagnoses=[story.patient.diagnosis],
        alliance_since=story.day(-120),
    )
    story.beat("referred")
    if not team:
        return
    story.step(
        story.at(1, "09:30"),
        OKAFOR,
        assign_care_team_member,
        clinician_id=story.prescriber.clinician_id,
        role="prescriber",
    )
    story.beat("assigned")


def intake(story: Story, offset: int = 5) -> None:
    """The intake consult by video, with the questions about alcohol and drugs."""
    story.step(story.at(1, "11:00"), OKAFOR, book_intake, starts_at=story.at(offset, "09:00"), way="remote")
    story.step(
        story.at(offset, "09:58"),
        story.prescriber,
        complete_intake,
        started_at=story.at(offset, "09:00"),
        ended_at=story.at(offset, "09:58"),
        way="remote",
        **findings(story, offset),
    )
    story.beat("taken in")
    for instrument in ("audit", "dast-10"):
        measures.fixed(story, story.at(offset, "09:59"), instrument)


def findings(story: Story, offset: int) -> dict[str, Any]:
    """What the intake found: coded where a gate reads it."""
    patient = story.patient
    return {
        "diagnoses": [patient.diagnosis],
        "weight": {"value": patient.weight_kg, "unit": "kg", "measured_on": story.day(offset)},
        "ketamine_allergy": "no",
        "allergies_asked": True,
        "other_allergies": patient.allergy,
        "medicines": [
            {"medicine_class": "antidepressant", "name": "Sertraline", "dose": "100 mg", "instruction": "continue"},
            {"medicine_class": "benzodiazepine", "name": "Lorazepam", "instruction": "hold", "hold_hours": 24},
        ],
        "baseline_systolic_mmhg": patient.systolic_mmhg,
        "baseline_diastolic_mmhg": patient.diastolic_mmhg,
        "baseline_pulse_per_min": 72,
        "pregnancy": "not_applicable",
        "nursing": "no",
        "urinary": {
            "frequency_per_day": 6,
            "nocturia_per_night": 0,
            "urgency": False,
            "dysuria": False,
            "visible_blood": False,
        },
        "emergency_contact": "Sibling, 555-0117",
        "history": "Two earlier episodes of depression. No psychosis, no mania. Blood pressure measured twice, normal.",
        "home_state": STATE,
        "patient_zone": ZONE,
    }


def eligible(story: Story, offset: int = 5) -> None:
    """Found eligible right after the intake; consents signed the day after."""
    story.step(
        story.at(offset, "10:12"),
        story.prescriber,
        determine_eligibility,
        outcome="eligible",
        rationale="Moderate to severe symptoms in spite of treatment, no contraindication found.",
    )
    story.beat("eligible")


def consents(story: Story, offset: int = 6, *, clock: str = "11:0") -> None:
    """Ketamine and telehealth, witnessed by the coordinator."""
    for minute, (kind, version) in enumerate((("ketamine", 4), ("telehealth", 2), ("privacy", 2))):
        story.step(
            story.at(offset, f"{clock}{minute}"),
            OKAFOR,
            sign_consent,
            consent_type=kind,
            text_version=version,
            signed_at=story.at(offset, f"{clock}{minute}"),
            method="electronic",
            witness="Tom Okafor",
        )
    story.beat("consented")


VITAL_LIMITS: dict[str, Any] = {
    "systolic_limit_mmhg": 160,
    "diastolic_limit_mmhg": 90,
    "pulse_limit_per_min": 100,
    "systolic_min_mmhg": 90,
    "diastolic_min_mmhg": 50,
    "pulse_min_per_min": 50,
    "recheck_after_minutes": 10,
    "rechecks_allowed": 2,
}


def plan_terms(story: Story, offset: int, **changed: Any) -> None:
    """The terms of the first two sessions, unless they are changed."""
    story.plan_version = 1
    story.terms = {
        "ways": ["remote", "in_person"],
        "depth": "full_dissociative",
        "next_dose_mg": 100,
        "maximum_mg": 200,
        "booster": {"dose_mg": 50, "from_minutes": 20, "until_minutes": 45},
        "tablets": {"strength_mg": TABLET_MG, "divisible": "halves"},
        "usual_days": 14,
        "minimum_interval_days": 7,
        "sessions_authorised": 2,
        "vital_limits": VITAL_LIMITS,
        "food_minutes": 240,
        "fluid_minutes": 60,
        "hold_minutes": 12,
        "after_hold": "spit",
        "observation_minutes": 120,
        "instruments": ["phq-9", "gad-7"],
        "review_by": story.day(offset + 170),
    } | changed


def plan(
    story: Story, offset: int = 7, *, number: int = 1, ways: tuple[str, ...] = ("remote", "in_person"), **changed: Any
) -> None:
    """The prescriber's plan for the first two sessions, and the reference of the prescription."""
    plan_terms(story, offset, ways=list(ways), **changed)
    plan_id = story.plan_id = story.id("plan") if number == 1 else story.id("plan", number)
    story.step(story.at(offset, "11:30"), story.prescriber, issue_plan, plan_id=plan_id, terms=story.terms)
    story.beat("issued")
    prescription(story, story.at(offset, "11:40"), quantity=6)
    story.beat("planned")


def prescription(story: Story, recorded_at: datetime, *, quantity: int) -> None:
    """The reference of what was prescribed elsewhere, and what the pharmacy dispensed that afternoon."""
    prescription_id = story.id("prescription", recorded_at.isoformat())
    story.step(
        recorded_at,
        story.prescriber,
        record_prescription,
        reference=f"RX-{recorded_at:%j}{len(story.steps):02d}",
        prescription_id=prescription_id,
        strength_mg=TABLET_MG,
        quantity=quantity,
        issued_on=recorded_at.date(),
    )
    story.step(
        recorded_at + timedelta(hours=3),
        OKAFOR,
        track_prescription,
        prescription_id=prescription_id,
        status="dispensed",
        quantity=quantity,
        lot_number=f"K{recorded_at:%y%j}",
    )


def preparation(story: Story, offset: int = 12) -> None:
    """One preparation session."""
    session_id = story.id("preparation", offset)
    _book(story, offset - 3, session_id, "preparation", story.at(offset, "15:00"))
    story.step(
        story.at(offset, "16:02"),
        story.therapist,
        complete_preparation,
        session_id=session_id,
        started_at=story.at(offset, "15:00"),
        ended_at=story.at(offset, "16:00"),
    )
    note(story, story.at(offset, "16:20"), session_id, PREPARED)
    measures.fixed(story, story.at(offset, "16:24"), "wai-sr")
    story.beat("prepared")


def integration(story: Story, offset: int) -> None:
    """One integration session."""
    session_id = story.id("integration", offset)
    _book(story, offset - 3, session_id, "integration", story.at(offset, "16:00"))
    story.step(
        story.at(offset, "16:55"),
        story.therapist,
        complete_integration,
        session_id=session_id,
        started_at=story.at(offset, "16:00"),
        ended_at=story.at(offset, "16:50"),
    )
    note(story, story.at(offset, "17:15"), session_id, INTEGRATED)
    story.beat(f"session {story.dosing}: integrated")


def _book(story: Story, offset: int, session_id: object, kind: str, starts_at: datetime) -> None:
    story.step(
        story.at(offset, "17:20"),
        story.therapist,
        book_session,
        session_id=session_id,
        kind=kind,
        starts_at=starts_at,
        way="remote",
        therapist_id=story.therapist.clinician_id,
        companion_id=story.id("nobody", str(session_id)),
    )


def follow_up(story: Story, offset: int, *, sessions: int = 6) -> None:
    """The follow-up consult, then the plan amended with more sessions."""
    story.step(
        story.at(offset - 6, "09:10"), OKAFOR, book_follow_up, starts_at=story.at(offset, "09:00")
    )  # fmt: skip
    story.step(
        story.at(offset, "09:32"),
        story.prescriber,
        complete_follow_up,
        completed_at=story.at(offset, "09:30"),
        minutes=30,
        decision="continue",
        sessions_released=sessions,
        note="Tolerates it well. Go on, dose as before or somewhat higher.",
    )
    story.beat("followed up")
    amend(story, story.at(offset, "09:40"), sessions_authorised=2 + sessions, next_dose_mg=150)
    prescription(story, story.at(offset, "09:45"), quantity=20)
    story.beat("amended")


def amend(
    story: Story, recorded_at: datetime, *, reason: str = "More sessions after the follow-up.", **terms: Any
) -> None:
    """Other terms from now on."""
    story.terms = story.terms | terms
    story.plan_version += 1
    story.step(
        recorded_at, story.prescriber, amend_plan, plan_id=story.plan_id, terms=story.terms, reason=reason
    )  # fmt: skip
