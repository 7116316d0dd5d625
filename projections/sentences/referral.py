"""Sentences about referral, care team, intake, and the course as a whole."""

from domain.episode.course.discharge_patient import PatientDischarged
from domain.episode.course.mark_done import ObligationMarkedDone
from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.episode.course.pause_episode import EpisodePaused
from domain.episode.course.resume_episode import EpisodeResumed
from domain.episode.intake.book_intake import IntakeBooked
from domain.episode.intake.complete_intake import IntakeCompleted
from domain.episode.intake.report_ketamine_elsewhere import KetamineElsewhereReported
from domain.episode.intake.report_medicine_change import MedicinesChanged
from domain.episode.intake.review_medicines import MedicinesReviewed
from domain.episode.intake.update_intake import IntakeUpdated
from domain.episode.referral.carry_over_earlier_course import EarlierCourseCarriedOver
from domain.episode.referral.import_history import HistoryImported
from domain.episode.referral.refer import PatientReferred
from domain.episode.team.arrange_cover import CoverArranged
from domain.episode.team.assign_care_team_member import CareTeamMemberAssigned
from domain.episode.team.remove_care_team_member import CareTeamMemberRemoved
from domain.episode.team.take_access import AccessTaken
from projections.sentences.saying import Category, Telling, Told, free, named, safe, says
from projections.sentences.words import count, day_of, instrument, joined, length, moment, on, way, words


@says(PatientReferred, "person", Category.DECISIONS)
def _(event: PatientReferred, told: Telling) -> Told:
    diagnoses = f" Diagnoses: {safe(joined(event.diagnoses))}." if event.diagnoses else ""
    texts = free(
        Reason=event.reason, Medicines=event.medicines_note, Allergies=event.allergies_note, Risks=event.risk_note
    )
    return Told(f"{named(event.referred_by)} referred the patient.{diagnoses}", texts)


@says(EarlierCourseCarriedOver, "attention", Category.DECISIONS)
def _(event: EarlierCourseCarriedOver, told: Telling) -> Told:
    earlier = event.earlier
    known = [f"last dose {moment(earlier.last_dose_at, told)}"] if earlier.last_dose_at else []
    if (risk := earlier.high_risk) is not None:
        known.append(f"high suicide risk found {moment(risk.taken_at, told)}")
    known += [words(found) for found in (*earlier.contraindications, *earlier.serious_adverse_events)]
    return Told(f"More became known of an earlier episode. Known of it now: {safe(joined(known)) or 'nothing'}.")


@says(HistoryImported, "document")
def _(event: HistoryImported, told: Telling) -> str:
    return f"{told.who} imported the history from {safe(event.source)}."


@says(CareTeamMemberAssigned, "person", Category.DECISIONS)
def _(event: CareTeamMemberAssigned, told: Telling) -> Told:
    until = f" until {day_of(event.until_at, told)}" if event.until_at else ""
    if event.from_pool:
        return Told(f"{told.who} took the patient from the referral pool as {words(event.role)}{until}.")
    person = named(event.clinician_id)
    return Told(f"{told.who} assigned {person} as {words(event.role)}{until}.", free(Reason=event.reason))


@says(CareTeamMemberRemoved, "person", Category.DECISIONS)
def _(event: CareTeamMemberRemoved, told: Telling) -> Told:
    person, until = named(event.clinician_id), day_of(event.until_at, told)
    return Told(f"{told.who} ended {person} as {words(event.role)} on {until}.", free(Reason=event.reason))


@says(IntakeBooked, "calendar")
def _(event: IntakeBooked, told: Telling) -> str:
    return f"{told.who} scheduled the intake for {moment(event.starts_at, told)}, {way(event.way)}."


@says(IntakeCompleted, "open", Category.DECISIONS)
def _(event: IntakeCompleted, told: Telling) -> Told:
    took = length(event.ended_at - event.started_at)
    return Told(
        f"{told.who} completed the intake: {took}, {way(event.way)}.",
        free(History=event.history, Allergies=event.other_allergies),
        note=f"Diagnoses: {safe(joined(event.diagnoses))}" if event.diagnoses else "",
    )


@says(IntakeUpdated, "document")
def _(event: IntakeUpdated, told: Telling) -> Told:
    changed = joined(words(name) for name in type(event).model_fields if getattr(event, name) is not None)
    said = f"brought the intake up to date: {changed}" if changed else "went through the intake: nothing has changed"
    return Told(f"{told.who} {said}.", free(History=event.history))


@says(AccessTaken, "attention", Category.DECISIONS)
def _(event: AccessTaken, told: Telling) -> Told:
    note = f"Until {moment(event.until_at, told)}"
    html = f"{told.who}, called from outside the care team, opened the record: {words(event.because)}."
    return Told(html, free(Reason=event.reason), note=note)


@says(CoverArranged, "waiting")
def _(event: CoverArranged, told: Telling) -> Told:
    html = (
        f"{told.who} arranged that {named(event.clinician_id)} covers for {named(event.for_id)} "
        f"as {safe(event.role.value)}."
    )
    note = f"From {moment(event.from_at, told)} until {moment(event.until_at, told)}"
    return Told(html, free(Reason=event.reason), note=note)


@says(MedicinesChanged, "attention")
def _(event: MedicinesChanged, told: Telling) -> Told:
    kind = f": {words(event.medicine_class)}" if event.medicine_class else ""
    since = f" since {on(event.since)}" if event.since else ""
    return Told(f"{told.who} recorded a change of medicines{kind}{since}.", free(Medicine=event.name))


@says(MedicinesReviewed, "signed", Category.DECISIONS)
def _(event: MedicinesReviewed, told: Telling) -> Told:
    many = f": {count(len(event.medicines), 'medicine')}" if event.medicines is not None else ""
    return Told(f"{told.who} reviewed the medicines{many}.", free(Note=event.note))


@says(KetamineElsewhereReported, "attention")
def _(event: KetamineElsewhereReported, told: Telling) -> str:
    return f"{told.who} recorded ketamine taken elsewhere on {on(event.on)}."


@says(EpisodePaused, "hold", Category.DECISIONS)
def _(event: EpisodePaused, told: Telling) -> Told:
    return Told(f"{told.who} paused the episode.", free(Reason=event.reason))


@says(EpisodeResumed, "open", Category.DECISIONS)
def _(event: EpisodeResumed, told: Telling) -> str:
    return f"{told.who} resumed the episode after {count(event.paused_days, 'day')}."


@says(PatientDischarged, "open", Category.DECISIONS)
def _(event: PatientDischarged, told: Telling) -> Told:
    reason = "course completed" if event.reason == "completed" else words(event.reason)
    scores = joined(f"{instrument(one.instrument)} {one.total}" for one in event.final_scores)
    visit = f"Discharge visit due by {on(event.visit_due_on)}" if event.visit_due_on else ""
    note = joined([f"Last scores: {scores}" if scores else "", visit])
    return Told(f"{told.who} discharged the patient: {reason}.", free(Note=event.note), note=note)


DONE = {"contact": "contact with the patient", "case_review": "consultation on a patient who is not improving"}


@says(ObligationMarkedDone, "open", Category.DECISIONS)
def _(event: ObligationMarkedDone, told: Telling) -> Told:
    what = DONE.get(event.key.partition(":")[0]) or words(event.key.partition(":")[0])
    return Told(f"{told.who} marked as done: {safe(what)}.", free(Note=event.note))


@says(EntryMarkedInError, "error", Category.CORRECTIONS)
def _(event: EntryMarkedInError, told: Telling) -> Told:
    second = f", with {named(event.second_person_id)}" if event.second_person_id else ""
    what = _entry(event.entry_stored_as)
    return Told(
        f"{told.who} marked an entry in error{second}: {safe(what)} of {day_of(event.entry_occurred_at, told)}.",
        free(Reason=event.reason),
        corrects=event.entry_id,
    )


def _entry(stored_as: str) -> str:
    """OutcomeRecorded is an outcome, AdverseEventReported an adverse event: the last word says what was done to it."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in stored_as).split()
    return {"PatientReferred": "referral", "PatientVomited": "vomiting"}.get(stored_as) or " ".join(words[:-1])
