"""Named histories of Ada, the base case of the acceptance tests. Each one goes on where the one before it ended."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.actor import Role
from domain.derived import derived_id
from domain.episode.consent.consents import ConsentMethod, ConsentType
from domain.episode.consent.sign_consent import AnsweredBy, ConsentSigned
from domain.episode.eligibility.determine_eligibility import EligibilityDetermined
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.intake.complete_intake import IntakeCompleted
from domain.episode.intake.intake import Answer, Pregnancy, UrinaryBaseline, Way, Weight, WeightUnit
from domain.episode.plan.issue_plan import PlanIssued
from domain.episode.plan.plan import AfterHold, Booster, Divisible, PlanTerms, Tablets, VitalLimits
from domain.episode.prescription.record_prescription import Drug, PrescriptionRecorded
from domain.episode.referral.refer import PatientReferred
from domain.episode.session.book_session import SessionBooked
from domain.episode.session.complete_preparation import PreparationCompleted
from domain.episode.session.session import SessionKind
from domain.episode.team.assign_care_team_member import CareTeamMemberAssigned
from tests.domain.given import at
from tests.domain.people import ADA, LINDQVIST, OKAFOR, RIVERA, local, sealed

PLAN = derived_id("plan", 1)
PRESCRIPTION = derived_id("prescription", 1)
PREPARATION = derived_id("preparation", 1)

ADA_REFERRED = PatientReferred(
    patient_id=ADA,
    reference="KAP-0012",
    referred_by=LINDQVIST.actor_id,
    name=sealed("ada"),
    birth_date=sealed("1984-03-11"),
    adult=True,
    reason=sealed("reason"),
    diagnoses=("F33.2",),
    contact=sealed("contact"),
)
REFERRED = at("2026-02-26 10:00", ADA_REFERRED, by=LINDQVIST)


def assigned(clinician_id: UUID, role: Role, when: str = "2026-02-26 12:00") -> CareTeamMemberAssigned:
    return CareTeamMemberAssigned(clinician_id=clinician_id, role=role, from_at=local(when))


ASSIGNED = (
    REFERRED,
    at(
        "2026-02-26 12:00",
        assigned(LINDQVIST.actor_id, Role.THERAPIST),
        assigned(RIVERA.actor_id, Role.PRESCRIBER),
        by=OKAFOR,
    ),
)

ADA_INTAKE = IntakeCompleted(
    started_at=local("2026-03-02 09:00"),
    ended_at=local("2026-03-02 09:58"),
    way=Way.REMOTE,
    diagnoses=("F33.2",),
    weight=Weight(value=Decimal("70.0"), unit=WeightUnit.KG, measured_on=date(2026, 3, 2)),
    ketamine_allergy=Answer.NO,
    allergies_asked=True,
    baseline_systolic_mmhg=124,
    baseline_diastolic_mmhg=78,
    baseline_pulse_per_min=70,
    pregnancy=Pregnancy.NOT_APPLICABLE,
    nursing=Answer.NO,
    urinary=UrinaryBaseline(
        frequency_per_day=6, nocturia_per_night=1, urgency=False, dysuria=False, visible_blood=False
    ),
    emergency_contact=sealed("brother"),
    home_state="NY",
    patient_zone="America/New_York",
)
INTAKE_DONE = (ASSIGNED, at("2026-03-02 09:58", ADA_INTAKE, by=RIVERA))

ADA_ELIGIBLE = EligibilityDetermined(
    outcome=EligibilityOutcome.ELIGIBLE, rationale=sealed("rationale"), valid_until=date(2026, 9, 2), adult=True
)
ELIGIBLE = (INTAKE_DONE, at("2026-03-02 10:10", ADA_ELIGIBLE, by=RIVERA))


def signed(consent_type: ConsentType, version: int, when: str) -> ConsentSigned:
    """A consent signed electronically by the patient at a local time."""
    return ConsentSigned(
        consent_type=consent_type,
        text_version=version,
        signed_at=local(when),
        method=ConsentMethod.ELECTRONIC,
        answered_by=AnsweredBy.PATIENT,
    )


CONSENTED = (
    ELIGIBLE,
    at(
        "2026-03-03 11:00",
        signed(ConsentType.KETAMINE, 3, "2026-03-03 11:00"),
        signed(ConsentType.TELEHEALTH, 2, "2026-03-03 11:00"),
        by=LINDQVIST,
    ),
)

ADA_TERMS = PlanTerms(
    ways=(Way.REMOTE,),
    next_dose_mg=Decimal(200),
    maximum_mg=Decimal(400),
    booster=Booster(dose_mg=Decimal(100), from_minutes=20, until_minutes=45),
    tablets=Tablets(strength_mg=Decimal(100), divisible=Divisible.HALVES),
    usual_days=14,
    minimum_interval_days=7,
    sessions_authorised=2,
    vital_limits=VitalLimits(
        systolic_limit_mmhg=160,
        diastolic_limit_mmhg=90,
        pulse_limit_per_min=100,
        systolic_min_mmhg=90,
        diastolic_min_mmhg=50,
        pulse_min_per_min=50,
        recheck_after_minutes=10,
        rechecks_allowed=2,
    ),
    food_minutes=240,
    fluid_minutes=60,
    hold_minutes=12,
    after_hold=AfterHold.SPIT,
    observation_minutes=120,
    instruments=("phq-9", "gad-7"),
    review_by=date(2026, 8, 31),
)


def terms(**changed: object) -> PlanTerms:
    """Ada's terms with some of them changed."""
    return PlanTerms.model_validate(ADA_TERMS.model_dump() | changed)


def plan_issued(**changed: object) -> PlanIssued:
    """Ada's plan 1 of 4 March, with some of its terms changed."""
    return PlanIssued(
        plan_id=PLAN,
        number=1,
        terms=terms(**changed),
        prescriber_id=RIVERA.actor_id,
        licence_state="NY",
        protocol_id="kap-core",
        protocol_version="2",
    )


PLANNED = (CONSENTED, at("2026-03-04 09:00", plan_issued(), by=RIVERA))

ADA_PRESCRIPTION = PrescriptionRecorded(
    prescription_id=PRESCRIPTION,
    reference=sealed("RX-8841"),
    drug=Drug.KETAMINE,
    strength_mg=Decimal(100),
    quantity=8,
    issued_on=date(2026, 3, 4),
    expires_on=date(2026, 9, 4),
    refills=0,
)
PRESCRIBED = (PLANNED, at("2026-03-04 09:10", ADA_PRESCRIPTION, by=RIVERA))

PREPARED = (
    PRESCRIBED,
    at(
        "2026-03-05 09:00",
        SessionBooked(
            session_id=PREPARATION,
            kind=SessionKind.PREPARATION,
            number=1,
            starts_at=local("2026-03-10 10:00"),
            minutes=60,
            way=Way.REMOTE,
            is_psycholytic=False,
            therapist_id=LINDQVIST.actor_id,
            self_guided=False,
        ),
        by=LINDQVIST,
    ),
    at(
        "2026-03-10 11:00",
        PreparationCompleted(
            session_id=PREPARATION, started_at=local("2026-03-10 10:00"), ended_at=local("2026-03-10 11:00")
        ),
        by=LINDQVIST,
    ),
)
