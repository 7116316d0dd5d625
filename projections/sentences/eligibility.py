"""Sentences about eligibility, contraindications, clearances and consents."""

from uuid import UUID

from domain.episode.consent.narrow_touch import TouchNarrowed
from domain.episode.consent.sign_consent import AnsweredBy, ConsentSigned
from domain.episode.consent.withdraw_consent import ConsentWithdrawn
from domain.episode.eligibility.determine_eligibility import EligibilityDetermined
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.eligibility.find_contraindication import ContraindicationFound
from domain.episode.eligibility.receive_clearance import MedicalClearanceReceived
from domain.episode.eligibility.recheck_age import AgeRechecked
from domain.episode.eligibility.request_clearance import MedicalClearanceRequested
from domain.episode.eligibility.resolve_contraindication import ContraindicationResolved
from projections.sentences.saying import Category, Telling, Told, calls, free, named, says
from projections.sentences.words import day, day_of, joined, on, words

OUTCOME_WORDS = {
    EligibilityOutcome.ELIGIBLE: "found the patient eligible",
    EligibilityOutcome.NOT_ELIGIBLE: "found the patient not eligible",
    EligibilityOutcome.NEEDS_CLEARANCE: "asked for clearance before deciding eligibility",
    EligibilityOutcome.NEEDS_INFORMATION: "asked for more information before deciding eligibility",
}
METHOD_WORDS = {"paper": "on paper", "electronic": "electronically", "spoken": "by word of mouth"}


@says(EligibilityDetermined, "signed", Category.DECISIONS)
def _(event: EligibilityDetermined, told: Telling) -> Told:
    until = f" until {on(event.valid_until)}" if event.valid_until else ""
    found = joined(words(code) for code in (*event.absolute, *event.relative))
    because = f": {found}" if found else ""
    return Told(f"{told.who} {OUTCOME_WORDS[event.outcome]}{until}{because}.", free(Rationale=event.rationale))


@says(AgeRechecked, "attention", Category.DECISIONS)
def _(event: AgeRechecked, told: Telling) -> str:
    return f"By the corrected birth date the patient is {'' if event.adult else '<strong>not</strong> '}of age."


@says(MedicalClearanceRequested, "waiting", Category.DECISIONS)
def _(event: MedicalClearanceRequested, told: Telling) -> str:
    by = f", by {day(event.due_on, told)}" if event.due_on else ""
    return f"{told.who} asked for medical clearance: {words(event.specialty)}{by}."


@calls(MedicalClearanceRequested)
def _(event: MedicalClearanceRequested) -> tuple[UUID, str]:
    return event.clearance_id, f"{words(event.specialty)} clearance"


@says(MedicalClearanceReceived, "document")
def _(event: MedicalClearanceReceived, told: Telling) -> Told:
    answer = "cleared" if event.is_cleared else "not cleared"
    return Told(f"{told.who} recorded the {named(event.clearance_id)}: {answer}.", free(From=event.source))


@says(ContraindicationFound, "blocked", Category.DECISIONS)
def _(event: ContraindicationFound, told: Telling) -> Told:
    return Told(f"{told.who} recorded a contraindication: {words(event.code)}.", free(Note=event.note))


@says(ContraindicationResolved, "open", Category.DECISIONS)
def _(event: ContraindicationResolved, told: Telling) -> Told:
    html = f"{told.who} recorded that a contraindication has resolved: {words(event.code)}."
    return Told(html, free(Evidence=event.evidence))


@says(ConsentSigned, "signed", Category.DECISIONS)
def _(event: ConsentSigned, told: Telling) -> Told:
    signer = "The patient" if event.answered_by is AnsweredBy.PATIENT else "The patient's legal representative"
    scope = f", {words(event.touch_scope)}" if event.touch_scope else ""
    method = METHOD_WORDS.get(event.method.value, words(event.method))
    return Told(
        f"{signer} signed consent to {words(event.consent_type)}, version {event.text_version}, {method}{scope}.",
        free(Witness=event.witness),
        note=f"Recorded by {told.who}",
    )


@says(ConsentWithdrawn, "blocked", Category.DECISIONS)
def _(event: ConsentWithdrawn, told: Telling) -> Told:
    since = day_of(event.from_at, told)
    return Told(
        f"The patient withdrew consent to {words(event.consent_type)}, from {since}.", note=f"Recorded by {told.who}"
    )


@says(TouchNarrowed, "blocked", Category.DECISIONS)
def _(event: TouchNarrowed, told: Telling) -> Told:
    html = f"The patient narrowed consent to touch: {words(event.touch_scope)}."
    return Told(html, note=f"Recorded by {told.who}")
