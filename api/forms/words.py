"""Words of the field for the codes that orders carry, in the order in which forms offer them."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TypeVar

from api.forms.lists import Option
from domain.episode.consent.consents import ConsentMethod, ConsentType, TouchScope
from domain.episode.course.discharge_patient import DischargeReason
from domain.episode.disclosure.disclosure import DisclosureGround, Means, Recipient, RecordPart
from domain.episode.dosing.record_vitals import VitalsSource
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.follow_up.follow_up import FollowUpDecision
from domain.episode.intake.intake import Answer, MedicineClass, MedicineInstruction, Pregnancy, Way
from domain.episode.plan.plan import AfterHold, Comparator, Depth, Divisible, MedicineForm, Rescue
from domain.episode.safety.review_adverse_event import AdverseEventAction, Related
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import DosePart, SessionEnd, SessionKind, VitalsPhase

E = TypeVar("E", bound=Enum)

SPECIAL: tuple[tuple[Enum, str], ...] = (
    (Way.REMOTE, "By video"),
    (Way.GROUP, "In a group, by video"),
    (Answer.UNKNOWN, "Nobody knows yet"),
    (Pregnancy.NOT_APPLICABLE, "Cannot be pregnant"),
    (Pregnancy.DENIED, "Not pregnant, by the patient's word"),
    (Pregnancy.TEST_NEGATIVE, "Not pregnant, by a test"),
    (Pregnancy.POSITIVE, "Pregnant"),
    (Pregnancy.DECLINED, "Declines to say"),
    (Pregnancy.UNKNOWN, "Not asked"),
    (MedicineClass.MAOI, "MAO inhibitor"),
    (MedicineClass.GLP1_AGONIST, "GLP-1 agonist"),
    (MedicineClass.NMDA_ANTAGONIST, "Other NMDA antagonist"),
    (MedicineClass.STRONG_CYP_INHIBITOR, "Strong CYP3A4 or CYP2B6 inhibitor"),
    (MedicineInstruction.HOLD, "Hold before the dose"),
    (MedicineInstruction.NOT_REVIEWED, "Not reviewed yet"),
    (EligibilityOutcome.NEEDS_CLEARANCE, "Needs medical clearance"),
    (EligibilityOutcome.NEEDS_INFORMATION, "Needs more information"),
    (ConsentType.KETAMINE, "Ketamine"),
    (ConsentType.PRIVACY, "Privacy notice"),
    (ConsentType.SUBSTANCE_USE_RECORDS, "Release of records of substance use"),
    (Recipient.PATIENT, "The patient"),
    (DisclosureGround.AUTHORISATION, "The patient authorised it"),
    (DisclosureGround.PATIENT_REQUEST, "The patient asked for it"),
    (DisclosureGround.REQUIRED_BY_LAW, "Required by another law"),
    (DisclosureGround.ABUSE_OR_NEGLECT, "Report of abuse or neglect"),
    (DisclosureGround.SERIOUS_THREAT, "To avert a serious threat"),
    (DisclosureGround.BY_MISTAKE, "None, it was a mistake"),
    (RecordPart.WHOLE_RECORD, "The whole record"),
    (RecordPart.PLAN, "Treatment plan"),
    (Means.SECURE_EMAIL, "Encrypted e-mail"),
    (ConsentMethod.PAPER, "On paper"),
    (ConsentMethod.ELECTRONIC, "Electronically"),
    (ConsentMethod.SPOKEN, "By word of mouth"),
    (TouchScope.NONE, "No touch"),
    (Depth.PSYCHOLYTIC, "Psycholytic, talking through it"),
    (Depth.HALF_DISSOCIATIVE, "Half dissociative, in two parts"),
    (Depth.FULL_DISSOCIATIVE, "Fully dissociative, one dose"),
    (AfterHold.SPIT, "Spit out"),
    (AfterHold.NOTHING, "Nothing is held: a device for the nose"),
    (MedicineForm.NASAL_DEVICE, "Devices for the nose"),
    (MedicineForm.TABLET, "Tablets"),
    (Comparator.BELOW, "Below the limit"),
    (Comparator.NOT_ABOVE, "Up to the limit"),
    (Divisible.WHOLE, "Whole"),
    (Rescue.ANTIEMETIC, "Against nausea"),
    (Rescue.ANTIHYPERTENSIVE, "Against high blood pressure"),
    (Rescue.ANXIOLYTIC, "Against anxiety"),
    (SessionEnd.HELD_NO_DOSE, "Held, no dose was taken"),
    (SessionEnd.AGAINST_ADVICE, "The patient left against advice"),
    (HoldReason.RECHECKS_USED_UP, "Rechecks used up"),
    (HoldReason.CRISIS, "Blood pressure in the crisis range"),
    (HoldReason.SAFETY_ITEM, "Answer above 0 on suicidal thoughts"),
    (HoldReason.SUICIDAL_THOUGHTS, "Suicidal thoughts today"),
    (HoldReason.CHAPERONE, "Chaperone or ride home"),
    (HoldReason.DOSE_OVER_PLAN, "Dose above the plan"),
    (HoldReason.VITALS_AFTER_MISSING, "No vitals after the dose"),
    (VitalsPhase.BEFORE, "Before the dose"),
    (VitalsPhase.DURING, "During the session"),
    (VitalsPhase.AFTER, "After the dose"),
    (VitalsSource.OBSERVED, "Measured by me"),
    (VitalsSource.PATIENT_REPORTED, "Read off by the patient"),
    (DosePart.FIRST, "First part"),
    (DosePart.SECOND, "Second part"),
    (FollowUpDecision.CONTINUE, "Continue as it is"),
    (FollowUpDecision.ADJUST, "Continue, adjust the plan"),
    (FollowUpDecision.STOP, "Stop dosing"),
    (DischargeReason.COMPLETED, "Course completed"),
    (DischargeReason.PATIENT_CHOICE, "The patient's choice"),
    (DischargeReason.DIED, "The patient died"),
    (Related.UNRELATED, "Not related"),
    (AdverseEventAction.NONE, "Nothing was needed"),
    (AdverseEventAction.WATCHED, "Watched more closely"),
)
WORDS: Mapping[tuple[type[Enum], str], str] = {(type(code), code.value): words for code, words in SPECIAL}
"""By kind as well: codes of two kinds with the same text are equal."""


def word_of(code: Enum) -> str:
    """`In person`; what needs other words than its code has them above."""
    return WORDS.get((type(code), code.value)) or str(code.value).replace("_", " ").capitalize()


def in_words(code: Enum) -> str:
    """The same inside a sentence: `in person`."""
    word = word_of(code)
    return word if word[:2].isupper() or word.startswith("GLP") else word[:1].lower() + word[1:]


def options_of(codes: Iterable[E]) -> list[Option]:
    """All codes of an enumeration, or some of them, as a form offers them."""
    return [(str(code.value), word_of(code)) for code in codes]


def session_name(kind: SessionKind, number: int) -> str:
    """`Dosing session 4`."""
    return f"{kind.value.capitalize()} session {number}"


def rule_words(rule: str) -> str:
    """`Rule 15`; the protocol's own rules have no number that anybody would know."""
    number = rule.partition(".")[0]
    return f"Rule {number}" if number.isdigit() else "Protocol"
