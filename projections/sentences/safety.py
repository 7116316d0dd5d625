"""Sentences about holds, reviews, overrides, deviations and adverse events."""

from decimal import Decimal
from uuid import UUID

from domain.episode.course.explain_late_entry import LateEntryExplained
from domain.episode.gates.holds import SAID
from domain.episode.safety.carry_over_adverse_event import AdverseEventCarriedOver
from domain.episode.safety.confirm_override import OverrideConfirmed
from domain.episode.safety.grant_override import OverrideGranted
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.safety.override_limits import part_words
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.record_adverse_event_outcome import AdverseEventOutcomeRecorded
from domain.episode.safety.record_safety_plan import SafetyPlanRecorded
from domain.episode.safety.release_hold import HoldReleased
from domain.episode.safety.report_adverse_event import AdverseEventReported
from domain.episode.safety.review_adverse_event import AdverseEventReviewed
from domain.episode.safety.review_deviation import DeviationReviewed
from domain.episode.safety.review_safety import SafetyReviewed
from domain.episode.safety.safety import HoldReason
from projections.sentences.saying import Category, Telling, Told, calls, free, named, safe, says
from projections.sentences.words import joined, mg, moment, number, on, words

BY_REVIEW = {
    HoldReason.SAFETY_ITEM: "an answer on suicidal thoughts above 0",
    HoldReason.SUICIDAL_THOUGHTS: "suicidal thoughts today",
    HoldReason.HIGH_RISK: "high suicide risk",
}
DEVIATION_WORDS = {
    "not_cleared": "the dose was not cleared",
    "clearance_lapsed": "the clearance had lapsed",
    "session_not_open": "the session was not open",
    "session_had_ended": "the session had ended",
    "adult": "the patient was not known to be of age",
    "another_day": "the dose was taken on another day",
    "above_cleared": "the dose was above what was cleared",
    "dosed_outside_limits": "vitals were outside the plan's limits",
    "clearance_in_error": "the clearance of a dose was marked in error",
    "checklist_in_error": "the checklist a dose rested on was marked in error",
    "place_in_error": "the place a dose rested on was marked in error",
    "companion_in_error": "the adult's arrival a dose rested on was marked in error",
    "vitals_in_error": "the vitals a dose rested on were marked in error",
    "over_maximum": "the dose was above the plan's maximum",
    "over_ceiling": "the dose was above the protocol's ceiling",
    "over_ceiling_per_kg": "the dose was above the protocol's ceiling per kg",
    "no_chaperone": "no chaperone was present",
    "chaperone_late": "the chaperone came late",
    "chaperone_left": "the chaperone left during the session",
    "swallowed": "the dose was swallowed against the plan",
    "observed_too_short": "the observation was too short",
    "left_against_advice": "the patient left against advice",
    "connection_lost": "the connection was lost",
    "consent_in_error": "the consent to a dose was marked in error",
    "eligibility_in_error": "the eligibility a dose rested on was marked in error",
    "intake_in_error": "the intake a dose rested on was marked in error",
    "dose_in_error": "a dose was marked in error",
    "answer_known_late": "suicidal thoughts from before a dose were recorded after it",
    "ketamine_known_late": "ketamine taken too few days before a dose became known after it",
    "sessions_known_late": "a session over those the plan authorises became known after the dose",
    "dispensed_after_expiry": "medicine was dispensed after the prescription had ended",
    "dispensed_after_cancelling": "medicine was dispensed on a cancelled prescription",
    "dispensed_too_often": "medicine was dispensed more often than the refills allow",
}


@says(HoldPlaced, "hold", Category.DECISIONS)
def _(event: HoldPlaced, told: Telling) -> Told:
    if event.reason in BY_REVIEW:
        html = f"Dosing is held until a prescriber records a review: {BY_REVIEW[event.reason]}."
        return Told(html, free(Note=event.note))
    html = f"Dosing was held: {_because(event)}."
    return Told(html, free(Note=event.note), note="" if event.because_of else f"By {told.who}")


def _because(event: HoldPlaced) -> str:
    return SAID.get(event.reason, words(event.reason))


@calls(HoldPlaced)
def _(event: HoldPlaced) -> tuple[UUID, str]:
    return event.hold_id, f"hold ({BY_REVIEW.get(event.reason) or _because(event)})"


@says(HoldReleased, "open", Category.DECISIONS)
def _(event: HoldReleased, told: Telling) -> Told:
    return Told(f"{told.who} released the {named(event.hold_id)}.", free(Reason=event.reason))


@says(OverrideGranted, "signed", Category.DECISIONS)
def _(event: OverrideGranted, told: Telling) -> Told:
    second = f", with {named(event.second_prescriber_id)}" if event.second_prescriber_id else ""
    waits = "; opens nothing before the second prescriber has confirmed it" if event.waits_for_second else ""
    seen = f" Values seen: {safe(joined(event.values_seen))}." if event.values_seen else ""
    rule = f"{safe(event.rule.lstrip('+'))}{_part(event)}"
    return Told(
        f"{told.who} overrode rule {rule} for {named(event.session_id)}{second}.{seen}",
        free(Reason=event.reason, Conditions=event.conditions),
        note=f"Until {moment(event.expires_at, told)}{waits}",
    )


@says(OverrideConfirmed, "signed", Category.DECISIONS)
def _(event: OverrideConfirmed, told: Telling) -> str:
    return f"{told.who} confirmed the {named(event.override_id)} as second prescriber."


@calls(OverrideGranted)
def _(event: OverrideGranted) -> tuple[UUID, str]:
    return event.override_id, f"override of rule {event.rule.lstrip('+')}{_part(event)}"


def _part(event: OverrideGranted) -> str:
    """Which of the things that the rule asks for."""
    part = part_words(event.rule, event.gate)
    return f" ({safe(part)})" if part else ""


@says(SafetyReviewed, "signed", Category.DECISIONS)
def _(event: SafetyReviewed, told: Telling) -> Told:
    goes_on = "dosing may go on" if event.dosing_may_go_on else "dosing may not go on"
    standing = event.standing
    note = f"Stands up to {standing.up_to_score} until {on(standing.until_on)}" if standing else ""
    return Told(f"{told.who} recorded a safety review: {goes_on}.", free(Done=event.done), note=note)


@says(SafetyPlanRecorded, "signed", Category.DECISIONS)
def _(event: SafetyPlanRecorded, told: Telling) -> Told:
    means = "access to means was talked about" if event.means_discussed else "access to means was not talked about"
    copy = "the patient has a copy" if event.patient_has_copy else "the patient has no copy"
    return Told(f"{told.who} made a safety plan with the patient: {means}; {copy}.", free(Plan=event.plan))


@says(DeviationNoted, "attention")
def _(event: DeviationNoted, told: Telling) -> Told:
    values = joined(_quantity(name, value) for name, value in event.values.items())
    what = _deviation(event)
    return Told(f"Deviation from rule {safe(event.rule.lstrip('+'))}: {what}.", note=values)


def _deviation(event: DeviationNoted) -> str:
    """A code of its own, or the key of a gate that stood closed."""
    return DEVIATION_WORDS.get(event.code) or f"closed at that time: {words(event.code)}"


def _quantity(name: str, value: Decimal) -> str:
    """The last word of the name is its unit: total_mg, minutes_late."""
    if name.endswith("_mg"):
        return f"{words(name.removesuffix('_mg'))} {mg(value)}"
    return f"{number(value)} {words(name)}" if name.startswith("minutes") else f"{words(name)} {number(value)}"


@calls(DeviationNoted)
def _(event: DeviationNoted) -> tuple[UUID, str]:
    return event.deviation_id, _deviation(event)


@says(DeviationReviewed, "signed", Category.DECISIONS)
def _(event: DeviationReviewed, told: Telling) -> Told:
    return Told(f"{told.who} reviewed a deviation: {named(event.deviation_id)}.", free(Note=event.note))


@says(AdverseEventReported, "attention", Category.DECISIONS)
def _(event: AdverseEventReported, told: Telling) -> Told:
    serious = "serious" if event.serious else "not serious"
    html = f"{told.who} reported an adverse event: {words(event.term)}, grade {event.grade}, {serious}."
    note = f"In {named(event.session_id)}" if event.session_id else ""
    return Told(html, free(Note=event.note), note=note)


@calls(AdverseEventReported)
def _(event: AdverseEventReported) -> tuple[UUID, str]:
    return event.adverse_event_id, words(event.term)


@says(AdverseEventCarriedOver, "attention", Category.DECISIONS)
def _(event: AdverseEventCarriedOver, told: Telling) -> Told:
    serious = "serious" if event.serious else "not serious"
    html = (
        "An adverse event of this patient was reported in an earlier episode: "
        f"{words(event.term)}, grade {event.grade}, {serious}."
    )
    return Told(html)


@calls(AdverseEventCarriedOver)
def _(event: AdverseEventCarriedOver) -> tuple[UUID, str]:
    return event.adverse_event_id, words(event.term)


@says(AdverseEventReviewed, "signed", Category.DECISIONS)
def _(event: AdverseEventReviewed, told: Telling) -> Told:
    expected = "expected" if event.expected else "not expected"
    action = f", {words(event.action)}" if event.action != "none" else ""
    goes_on = "dosing may go on" if event.dosing_may_go_on else "dosing may not go on"
    html = (
        f"{told.who} reviewed the adverse event {named(event.adverse_event_id)}: "
        f"{words(event.related)} relation, {expected}{action}; {goes_on}."
    )
    return Told(html, free(Note=event.note))


@says(LateEntryExplained, "waiting")
def _(event: LateEntryExplained, telling: Telling) -> Told:
    return Told(f"{telling.who} said why the entry before this one came late.", texts=free(Reason=event.reason))


@says(AdverseEventOutcomeRecorded, "attention")
def _(event: AdverseEventOutcomeRecorded, told: Telling) -> Told:
    ended = f" on {on(event.ended_on)}" if event.ended_on else ""
    html = f"{told.who} recorded how the {named(event.adverse_event_id)} stands: {words(event.outcome)}{ended}."
    return Told(html, free(Note=event.note))
