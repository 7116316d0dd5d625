"""Sentences about plans, prescriptions and follow-up consults."""

from uuid import UUID

from domain.episode.follow_up.book_follow_up import FollowUpBooked
from domain.episode.follow_up.complete_follow_up import FollowUpCompleted
from domain.episode.plan.accept_hand_over import HandOverAccepted
from domain.episode.plan.amend_plan import PlanAmended
from domain.episode.plan.issue_plan import PlanIssued
from domain.episode.plan.plan import PlanTerms
from domain.episode.plan.recheck_plan import PlanRechecked
from domain.episode.plan.resume_plan import PlanResumed
from domain.episode.plan.set_next_dose import NextDoseSet
from domain.episode.plan.suspend_plan import PlanSuspended, SuspendedBecause
from domain.episode.prescription.check_pdmp import PdmpChecked
from domain.episode.prescription.explain_tablets import TabletsExplained
from domain.episode.prescription.prescription import PdmpResult
from domain.episode.prescription.record_prescription import Drug, PrescriptionRecorded
from domain.episode.prescription.track_prescription import PrescriptionTracked
from projections.sentences.saying import Category, Telling, Told, calls, free, named, safe, says
from projections.sentences.words import count, joined, listed, mg, moment, number, on, words

BECAUSE_WORDS = {
    SuspendedBecause.CONTRAINDICATION: "a contraindication",
    SuspendedBecause.ADVERSE_EVENT: "adverse event under review",
    SuspendedBecause.EMERGENCY: "an emergency",
    SuspendedBecause.SAFETY: "safety",
    SuspendedBecause.PRESCRIBER_GONE: "its prescriber has left",
    SuspendedBecause.PATIENT_WISH: "the patient's wish",
    SuspendedBecause.OTHER: "",
}
PDMP_WORDS = {
    PdmpResult.NOTHING_FOUND: "nothing found",
    PdmpResult.AS_EXPECTED: "as expected",
    PdmpResult.UNEXPECTED: "something unexpected",
    PdmpResult.NOT_AVAILABLE: "not available",
}
DECISION_WORDS = {"continue": "continue", "adjust": "adjust the plan", "stop": "stop dosing"}


@says(PlanIssued, "document", Category.DECISIONS)
def _(event: PlanIssued, told: Telling) -> Told:
    terms = event.terms
    return Told(
        f"{told.who} issued plan {event.number}: {mg(terms.next_dose_mg)} first dose, up to {mg(terms.maximum_mg)}, "
        f"every {count(terms.usual_days, 'day')}, {count(terms.sessions_authorised, 'session')}.",
        note=joined(
            [f"Replaces plan {event.number - 1}" if event.number > 1 else "", f"Review by {on(terms.review_by)}"]
        ),
    )


@calls(PlanIssued)
def _(event: PlanIssued) -> tuple[UUID, str]:
    return event.plan_id, f"plan {event.number}"


@says(PlanAmended, "document", Category.DECISIONS)
def _(event: PlanAmended, told: Telling) -> Told:
    changes = joined(_term(name, event.terms) for name in event.changed)
    html = f"{told.who} amended {named(event.plan_id)}: {changes}."
    return Told(html, free(Reason=event.reason), note=f"Version {event.version}")


@says(NextDoseSet, "dose", Category.DECISIONS)
def _(event: NextDoseSet, told: Telling) -> Told:
    html = f"{told.who} set the next dose of {named(event.plan_id)}: {mg(event.next_dose_mg)}, was {mg(event.was_mg)}."
    return Told(html, free(Reason=event.reason))


@says(PlanSuspended, "hold", Category.DECISIONS)
def _(event: PlanSuspended, told: Telling) -> Told:
    because = f": {BECAUSE_WORDS[event.because]}" if BECAUSE_WORDS[event.because] else ""
    return Told(f"{told.who} suspended {named(event.plan_id)}{because}.", free(Reason=event.reason))


@says(PlanResumed, "open", Category.DECISIONS)
def _(event: PlanResumed, told: Telling) -> Told:
    return Told(f"{told.who} resumed {named(event.plan_id)}.", free(Reason=event.reason))


@says(PlanRechecked, "attention", Category.DECISIONS)
def _(event: PlanRechecked, told: Telling) -> str:
    protocol = f"protocol {safe(event.protocol_id)} {safe(event.protocol_version)}"
    if not event.does_not_fit:
        return f"{named(event.plan_id)} fits the {protocol}."
    terms = listed(words(name) for name in event.does_not_fit)
    return f"{named(event.plan_id)} does not fit the {protocol}, adopted since: {terms}."


@says(HandOverAccepted, "person", Category.DECISIONS)
def _(event: HandOverAccepted, told: Telling) -> str:
    before = f" from {named(event.from_prescriber_id)}" if event.from_prescriber_id else ""
    return f"{named(event.prescriber_id)} accepted the hand-over{before} as prescriber."


@says(PrescriptionRecorded, "document", Category.DECISIONS)
def _(event: PrescriptionRecorded, told: Telling) -> Told:
    pieces = "devices" if event.drug is Drug.ESKETAMINE else "tablets"
    what = f"{event.quantity} {pieces} of {mg(event.strength_mg)} {words(event.drug)}"
    refills = f", {count(event.refills, 'refill')}" if event.refills else ""
    html = f"{told.who} recorded a prescription: {what}{refills}, expires {on(event.expires_on)}."
    return Told(html, free(Reference=event.reference))


@says(PdmpChecked, "document", Category.DECISIONS)
def _(event: PdmpChecked, told: Telling) -> Told:
    html = f"{named(event.checked_by)} asked the prescription monitoring program of {words(event.state)}: "
    return Told(f"{html}{PDMP_WORDS[event.result]}.", free(Reference=event.reference, Note=event.note))


@says(PrescriptionTracked, "document")
def _(event: PrescriptionTracked, told: Telling) -> Told:
    tablets = f", {count(event.quantity, 'tablet')}" if event.quantity else ""
    html = f"{told.who} recorded that a prescription was {words(event.status)} on {on(event.on)}{tablets}."
    return Told(html, free(Note=event.note), note=f"Lot {safe(event.lot_number)}" if event.lot_number else "")


@says(TabletsExplained, "signed", Category.DECISIONS)
def _(event: TabletsExplained, told: Telling) -> Told:
    by = listed(f"{number(one.tablets)} of {mg(one.strength_mg)}" for one in event.differences if one.tablets)
    html = f"{told.who} asked about the tablets: {words(event.because)}."
    return Told(html, free(Note=event.note), note=f"Difference: {by}" if by else "")


@says(FollowUpBooked, "calendar")
def _(event: FollowUpBooked, told: Telling) -> str:
    return f"{told.who} scheduled the follow-up consult for {moment(event.starts_at, told)}."


@says(FollowUpCompleted, "open", Category.DECISIONS)
def _(event: FollowUpCompleted, told: Telling) -> Told:
    released = f", {count(event.sessions_released, 'session')} released" if event.sessions_released else ""
    decision = DECISION_WORDS.get(event.decision.value, words(event.decision))
    html = f"{named(event.completed_by)} completed the follow-up consult: {event.minutes} min, {decision}{released}."
    return Told(html, free(Note=event.note))


def _term(name: str, terms: PlanTerms) -> str:
    """One amended term with its new value."""
    value = getattr(terms, name)
    match name:
        case "next_dose_mg":
            return f"next dose {mg(value)}"
        case "maximum_mg":
            return f"up to {mg(value)} per session"
        case "usual_days":
            return f"every {count(value, 'day')}"
        case "minimum_interval_days":
            return f"at least {count(value, 'day')} between doses"
        case "sessions_authorised":
            return count(value, "session")
        case "review_by" | "valid_until":
            return f"{words(name)} {on(value)}" if value else f"no {words(name)}"
        case "booster":
            return f"booster {mg(value.dose_mg)}" if value else "no booster"
        case "hold_minutes":
            return f"hold {value} min"
        case "vital_limits":
            return f"vital limits {value.systolic_limit_mmhg}/{value.diastolic_limit_mmhg}"
    return words(name)
