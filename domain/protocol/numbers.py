"""The numbers of the clinical protocol, by name, each with unit, source and how well it is founded."""

from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Mark(StrEnum):
    """S: from a source that was read. K: background knowledge, to be verified. I: a proposal to be approved."""

    SOURCE = "S"
    KNOWLEDGE = "K"
    INFERENCE = "I"


class Number(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    unit: str
    source: str
    mark: Mark


class Count(Number):
    value: int


class Amount(Number):
    value: Decimal


NEXT_DAY = Count(value=1, unit="days", source="protocols of before this was one of their numbers", mark=Mark.INFERENCE)


class Numbers(BaseModel):
    """Every number a rule of care uses and no plan sets."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    adult_years: Count
    vitals_valid_minutes: Count
    crisis_systolic_mmhg: Count
    crisis_diastolic_mmhg: Count
    plausible_systolic_min_mmhg: Count
    plausible_systolic_max_mmhg: Count
    plausible_diastolic_min_mmhg: Count
    plausible_diastolic_max_mmhg: Count
    plausible_pulse_min_per_min: Count
    plausible_pulse_max_per_min: Count
    ceiling_mg_per_session: Amount
    ceiling_mg_per_kg: Amount
    dose_step_percent: Count
    booster_vitals_minutes: Count
    swallowed_observation_minutes: Count
    observation_minutes: Count
    marked_sedation: Count
    """0 awake, 1 drowsy, 2 wakes to voice, 3 does not."""
    release_late_minutes: Count
    first_sessions_before_follow_up: Count
    follow_up_due_days: Count
    follow_up_grace_days: Count
    follow_up_override_days: Count
    minimum_interval_floor_days: Count
    usual_days: Count
    chaperone_before_minutes: Count
    chaperone_adult_years: Count
    check_interval_minutes: Count
    check_tolerance_minutes: Count
    driving_hours: Count
    weight_change_percent: Count
    weight_valid_days: Count
    alcohol_thc_hold_hours: Count
    session_open_alert_hours: Count
    next_day_check_in_hour: Count
    check_in_attempts: Count
    safety_call_within_minutes: Count
    override_hours: Count
    overrides_per_session: Count
    pause_days_before_new_intake: Count
    not_seen_days: Count
    prescription_months: Count
    prescription_refills: Count
    legal_basis_warning_days: Count
    eligibility_months: Count
    week_8_days: Count
    week_8_baseline: Count
    not_improving_drop_percent: Count
    late_entry_minutes: Count
    clock_skew_minutes: Count
    post_dose_from_hours: Count | None = None
    """Hours after the last part of a dose from which the patient is asked how they are."""
    post_dose_until_hours: Count | None = None
    """And by which they have been heard."""
    post_dose_lapses_hours: Count | None = None
    """Hours after that when it is asked no more; left out: until the next dose."""
    no_measure_days: Count | None = None
    """Days without any of the protocol's measures, under a plan in force, after which that is shown."""
    licence_warning_days: Count | None = None
    """How long before its last day a licence is shown to its holder, coordination and the prescriber."""
    pdmp_valid_days: Count | None = None
    """How many days before a prescription the monitoring program may have been asked."""
    shipment_days: Count | None = None
    """Days after shipping by which medicine should have been delivered."""
    week_12_days: Count | None = None
    """By when a patient who is not improving at week 8 is talked about with a prescriber."""
    contact_notice_days: Count | None = None
    """How many days before four weeks without contact have passed it is shown as due."""
    renewal_notice_days: Count | None = None
    """How many days before its last day an eligibility or a plan is shown for renewal."""
    access_hours: Count | None = None
    """How long whoever is called from outside the team sees an episode; where it is missing, as long as an override."""
    urinary_frequency_rise: Count | None = None
    """So many times a day more than at the start is worse."""
    urinary_nocturia_rise: Count | None = None
    """So many times a night more than at the start is worse."""
    report_review_days: Count = NEXT_DAY
    """Days after a report without an urgent sign by which somebody has looked at it."""
    urinary_review_working_days: Count = NEXT_DAY
    """Working days after new or worse urinary symptoms by which a prescriber has."""
    chaperone_check_hours: Count | None = None
    """How long before a session a chaperone has been verified, and a ride home confirmed."""
    caseload_review_days: Count | None = None
    """How often every patient comes up in a review of the caseload."""
