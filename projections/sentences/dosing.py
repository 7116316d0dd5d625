"""Sentences about a dosing session, from opening to the day after."""

from collections.abc import Iterator

from domain.episode.dosing.attempt_check_in import CheckInAttempted
from domain.episode.dosing.clear_to_dose import DoseCleared
from domain.episode.dosing.confirm_place import PlaceConfirmed
from domain.episode.dosing.correct_dose import DoseCorrected
from domain.episode.dosing.correct_vitals import VitalsCorrected
from domain.episode.dosing.declare_emergency import EmergencyDeclared
from domain.episode.dosing.end_dosing_session import SessionEnded
from domain.episode.dosing.open_dosing_session import DosingSessionOpened
from domain.episode.dosing.record_check import MonitoringCheckRecorded
from domain.episode.dosing.record_checklist import ChecklistRecorded
from domain.episode.dosing.record_companion_arrival import CompanionArrived
from domain.episode.dosing.record_companion_departure import CompanionLeft
from domain.episode.dosing.record_dose import DoseTaken
from domain.episode.dosing.record_monitoring_form_sent import MonitoringFormSent
from domain.episode.dosing.record_next_day_check_in import NextDayCheckInRecorded
from domain.episode.dosing.record_swallowing import DoseSwallowed
from domain.episode.dosing.record_vitals import Measured, VitalsRecorded, VitalsSource
from domain.episode.dosing.record_vomiting import PatientVomited
from domain.episode.session.session import DosePart, SessionEnd, VitalsPhase
from projections.sentences.saying import Category, Telling, Told, free, named, safe, says
from projections.sentences.words import joined, mg, moment, number, pressure, time

PART_WORDS = {DosePart.FIRST: "the dose", DosePart.SECOND: "the second part", DosePart.BOOSTER: "a booster"}
PHASE_WORDS = {
    VitalsPhase.BEFORE: "before the dose",
    VitalsPhase.DURING: "during the session",
    VitalsPhase.AFTER: "after the dose",
}
ENDED_WORDS = {
    SessionEnd.RELEASED: "completed {session}; the patient was released",
    SessionEnd.HELD_NO_DOSE: "ended {session}: held, no dose",
    SessionEnd.STOPPED_EARLY: "ended {session} early",
    SessionEnd.AGAINST_ADVICE: "ended {session}: the patient left against advice",
    SessionEnd.EMERGENCY_TRANSFER: "ended {session}: emergency transfer",
    SessionEnd.CONNECTION_LOST: "ended {session}: connection lost",
}


@says(DosingSessionOpened, "open", Category.SESSIONS)
def _(event: DosingSessionOpened, told: Telling) -> Told:
    on_call = f"; on call {named(event.on_call_id)}" if event.on_call_id else ""
    html = f"{told.who} started {named(event.session_id)}; all gates to open it were open."
    return Told(html, note=f"Under {named(event.plan_id)}, version {event.plan_version}{on_call}")


@says(ChecklistRecorded, "signed", Category.SESSIONS)
def _(event: ChecklistRecorded, told: Telling) -> Told:
    worries = {
        "suicidal thoughts today": event.suicidal_thoughts_today,
        "intoxicated": event.intoxicated,
        "alcohol or cannabis within the hold": event.alcohol_or_thc_within_hold,
        "medicines changed": event.medicines_changed,
        "medicines not held": event.medicines_held is False,
        "usual medicine against high blood pressure skipped": event.pressure_medicine_skipped,
        "pregnancy changed": event.pregnancy_changed,
        "ketamine elsewhere": event.ketamine_elsewhere,
        "capacity in doubt": event.capacity_in_doubt,
    }
    found = joined(words for words, is_so in worries.items() if is_so)
    return Told(f"{told.who} recorded the checklist: {found or 'nothing stands in the way'}.")


@says(PlaceConfirmed, "person", Category.SESSIONS)
def _(event: PlaceConfirmed, told: Telling) -> Told:
    html = f"{told.who} confirmed where the patient is: {safe(event.state)}."
    return Told(html, free(Address=event.address, Call_back=event.call_back))


@says(CompanionArrived, "person", Category.SESSIONS)
def _(event: CompanionArrived, told: Telling) -> Told:
    adult = {True: ", an adult", False: ", not an adult", None: ", age not asked"}[event.is_adult]
    html = f"{told.who} recorded that the companion arrived{adult}."
    return Told(html, free(Companion=event.name))


@says(CompanionLeft, "attention", Category.SESSIONS)
def _(event: CompanionLeft, told: Telling) -> str:
    return f"{told.who} recorded that the companion left at {time(event.left_at, told)}."


@says(VitalsRecorded, "measure", Category.SESSIONS)
def _(event: VitalsRecorded, told: Telling) -> Told:
    reported = ", as the patient reported" if event.source is VitalsSource.PATIENT_REPORTED else ""
    return Told(f"{told.who} recorded vitals {PHASE_WORDS[event.phase]}: {joined(_values(event))}{reported}.")


@says(VitalsCorrected, "corrected", Category.CORRECTIONS)
def _(event: VitalsCorrected, told: Telling) -> Told:
    was = joined(_was(event))
    html = f"{told.who} corrected vitals: <s>{was}</s> → <strong>{joined(_values(event))}</strong>."
    return Told(html, free(Reason=event.reason), corrects=event.replaces)


@says(DoseCleared, "open", Category.SESSIONS)
def _(event: DoseCleared, told: Telling) -> Told:
    html = f"{told.who} cleared {PART_WORDS[event.part]}: {mg(event.total_mg)}, until {time(event.lapses_at, told)}."
    return Told(html, note=f"Under {named(event.plan_id)}, version {event.plan_version}")


@says(DoseTaken, "dose", Category.SESSIONS)
def _(event: DoseTaken, told: Telling) -> Told:
    at = time(event.taken_at, told)
    held = f"held {event.held_minutes} min" if event.held_minutes is not None else ""
    after = "swallowed" if event.swallowed else "spat out" if event.held_minutes != 0 else ""
    lot = f"lot {safe(event.lot)}" if event.lot else ""
    html = (
        f"{told.who} recorded {PART_WORDS[event.part]}: {joined([f'{mg(event.amount_mg)} at {at}', held, after, lot])}."
    )
    return Told(html, note="" if event.cleared else "Not cleared")


@says(DoseCorrected, "corrected", Category.CORRECTIONS)
def _(event: DoseCorrected, told: Telling) -> Told:
    was, now = mg(event.was_amount_mg), mg(event.amount_mg)
    if event.was_taken_at != event.taken_at:
        was, now = f"{was} at {time(event.was_taken_at, told)}", f"{now} at {time(event.taken_at, told)}"
    html = f"{told.who} corrected the dose: <s>{was}</s> → <strong>{now}</strong>."
    return Told(html, free(Reason=event.reason), corrects=event.replaces)


@says(DoseSwallowed, "attention", Category.SESSIONS)
def _(event: DoseSwallowed, told: Telling) -> str:
    return f"{told.who} recorded that the patient swallowed the dose at {time(event.at, told)}."


@says(PatientVomited, "attention", Category.SESSIONS)
def _(event: PatientVomited, told: Telling) -> str:
    return f"{told.who} recorded that the patient vomited at {time(event.at, told)}."


@says(MonitoringCheckRecorded, "signed", Category.SESSIONS)
def _(event: MonitoringCheckRecorded, told: Telling) -> Told:
    scales = {"distress": event.distress, "dissociation": event.dissociation}
    found = joined(f"{name} {value}/10" for name, value in scales.items() if value is not None)
    sedation = f"sedation {event.sedation}/3" if event.sedation is not None else ""
    state = "responsive" if event.responsive else "<strong>not responsive</strong>"
    breath = {True: "<strong>breathing depressed</strong>", False: "breathing normal", None: ""}
    seen = joined([state, found, sedation, breath[event.breathing_depressed]])
    return Told(f"{told.who} checked at {time(event.at, told)}: {seen}.")


@says(EmergencyDeclared, "safety", Category.SESSIONS)
def _(event: EmergencyDeclared, told: Telling) -> str:
    where = f" in {named(event.session_id)}" if event.session_id else ""
    return f"{told.who} declared an emergency{where}."


@says(SessionEnded, "open", Category.SESSIONS)
def _(event: SessionEnded, told: Telling) -> Told:
    ended = ENDED_WORDS[event.ended_as].format(session=named(event.session_id))
    from_at = event.may_drive_from
    drive = ""
    if from_at:
        drive = f"By the doses known then, may drive after a night's sleep, not before {moment(from_at, told)}"
    texts = free(Reason=event.reason, Vitals_after_missing=event.vitals_after_missing_reason)
    return Told(f"{told.who} {ended}.", texts, note=drive)


@says(NextDayCheckInRecorded, "call", Category.SESSIONS)
def _(event: NextDayCheckInRecorded, told: Telling) -> Told:
    state = "well" if event.well else "<strong>not well</strong>"
    html = f"{told.who} checked in the day after {named(event.session_id)}: {state}."
    return Told(html, free(Note=event.note))


@says(CheckInAttempted, "call", Category.SESSIONS)
def _(event: CheckInAttempted, told: Telling) -> str:
    return f"{told.who} tried to check in after {named(event.session_id)} and reached nobody."


@says(MonitoringFormSent, "document", Category.SESSIONS)
def _(event: MonitoringFormSent, told: Telling) -> Told:
    lacks = f"; it went out without {safe(joined(event.missing))}" if event.missing else ""
    html = f"{told.who} sent the monitoring form of {named(event.session_id)}{lacks}."
    return Told(html, free(Reference=event.reference))


def _values(measured: Measured) -> Iterator[str]:
    yield pressure(measured.systolic_mmhg, measured.diastolic_mmhg)
    if measured.pulse_per_min is not None:
        yield f"pulse {measured.pulse_per_min}"
    if measured.spo2_percent is not None:
        yield f"{number(measured.spo2_percent)}%"
    if measured.symptoms:
        yield "with symptoms"


def _was(event: VitalsCorrected) -> Iterator[str]:
    yield pressure(event.was_systolic_mmhg, event.was_diastolic_mmhg)
    if event.was_pulse_per_min is not None and event.was_pulse_per_min != event.pulse_per_min:
        yield f"pulse {event.was_pulse_per_min}"
    if event.was_symptoms and not event.symptoms:
        yield "with symptoms"
