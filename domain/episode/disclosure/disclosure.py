"""What is said of records that somebody outside was given by hand (45 CFR 164.528)."""

from enum import StrEnum

from domain.episode.consent.consents import ConsentType


class Recipient(StrEnum):
    """What kind of recipient it was; who, is sealed."""

    PATIENT = "patient"
    OTHER_CLINICIAN = "other_clinician"
    INSURER = "insurer"
    COURT = "court"
    LAWYER = "lawyer"
    LAW_ENFORCEMENT = "law_enforcement"
    PUBLIC_AUTHORITY = "public_authority"
    RELATIVE = "relative"
    EMPLOYER = "employer"
    OTHER = "other"


class DisclosureGround(StrEnum):
    """What allowed it (45 CFR 164.502, 164.508 and 164.512)."""

    AUTHORISATION = "authorisation"
    PATIENT_REQUEST = "patient_request"
    TREATMENT = "treatment"
    PAYMENT = "payment"
    OPERATIONS = "health_care_operations"
    COURT_ORDER = "court_order"
    SUBPOENA = "subpoena"
    REQUIRED_BY_LAW = "required_by_law"
    PUBLIC_HEALTH = "public_health"
    HEALTH_OVERSIGHT = "health_oversight"
    ABUSE_OR_NEGLECT = "abuse_or_neglect"
    SERIOUS_THREAT = "serious_threat"
    MEDICAL_EMERGENCY = "medical_emergency"
    BY_MISTAKE = "by_mistake"

    @property
    def is_accounted_for(self) -> bool:
        """Whether a patient who asks for an accounting is told of it: all but care and what they agreed to."""
        return self not in NOT_ACCOUNTED_FOR

    @property
    def needs_no_consent_to_substance_use(self) -> bool:
        """Whether records of substance use may go without the patient's consent (42 CFR 2.51 and 2.61)."""
        return self in (DisclosureGround.COURT_ORDER, DisclosureGround.MEDICAL_EMERGENCY)


NOT_ACCOUNTED_FOR = frozenset(
    {
        DisclosureGround.AUTHORISATION,
        DisclosureGround.PATIENT_REQUEST,
        DisclosureGround.TREATMENT,
        DisclosureGround.PAYMENT,
        DisclosureGround.OPERATIONS,
    }
)


class RecordPart(StrEnum):
    WHOLE_RECORD = "whole_record"
    REFERRAL = "referral"
    INTAKE = "intake"
    MEDICINES = "medicines"
    PLAN = "plan"
    SESSIONS_AND_VITALS = "sessions_and_vitals"
    OUTCOMES = "outcomes"
    SIGNED_NOTES = "signed_notes"
    ADVERSE_EVENTS = "adverse_events"
    CONSENTS = "consents"


class Means(StrEnum):
    MAIL = "mail"
    SECURE_EMAIL = "secure_email"
    FAX = "fax"
    PORTAL = "portal"
    IN_PERSON = "in_person"
    BY_PHONE = "by_phone"


def consent_wanted(ground: DisclosureGround, *, with_substance_use: bool) -> ConsentType | None:
    """Which signature of the patient it should rest on; None where it needs none."""
    if with_substance_use and not ground.needs_no_consent_to_substance_use:
        return ConsentType.SUBSTANCE_USE_RECORDS
    return ConsentType.RELEASE_OF_INFORMATION if ground is DisclosureGround.AUTHORISATION else None
