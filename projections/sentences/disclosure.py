"""Sentences about records that somebody outside was given."""

from domain.episode.disclosure.disclosure import DisclosureGround
from domain.episode.disclosure.record_disclosure import RecordDisclosed
from projections.sentences.saying import Category, Telling, Told, free, says
from projections.sentences.words import joined, words

GROUND_WORDS = {
    DisclosureGround.AUTHORISATION: "with the patient's authorisation",
    DisclosureGround.PATIENT_REQUEST: "at the patient's request",
    DisclosureGround.TREATMENT: "for treatment",
    DisclosureGround.PAYMENT: "for payment",
    DisclosureGround.OPERATIONS: "for health care operations",
    DisclosureGround.COURT_ORDER: "on a court order",
    DisclosureGround.SUBPOENA: "on a subpoena",
    DisclosureGround.REQUIRED_BY_LAW: "as the law requires",
    DisclosureGround.PUBLIC_HEALTH: "for public health",
    DisclosureGround.HEALTH_OVERSIGHT: "for health oversight",
    DisclosureGround.ABUSE_OR_NEGLECT: "because of abuse or neglect",
    DisclosureGround.SERIOUS_THREAT: "because of a serious threat",
    DisclosureGround.MEDICAL_EMERGENCY: "in a medical emergency",
    DisclosureGround.BY_MISTAKE: "by mistake",
}
RECIPIENT_WORDS = {"patient": "the patient", "public_authority": "a public authority"}


@says(RecordDisclosed, "person", Category.DECISIONS)
def _(event: RecordDisclosed, told: Telling) -> Told:
    parts = joined(words(part) for part in event.parts)
    drugs = ", substance use among it" if event.with_substance_use else ""
    to = RECIPIENT_WORDS.get(event.kind.value, f"somebody outside ({words(event.kind)})")
    html = f"{told.who} disclosed records to {to} {GROUND_WORDS[event.ground]}: {parts}{drugs}."
    if event.consent_missing is not None:
        html += f" <strong>No consent to {words(event.consent_missing)} stood.</strong>"
    said = {"To": event.recipient, "Address": event.address, "Purpose": event.purpose, "Note": event.note}
    return Told(html, free(**said))
