"""The day of a dose, step by step, with the things that can go differently."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from deploy.demo import measures
from deploy.demo.cast import OKAFOR, STATE, ZONE
from deploy.demo.story import Story
from deploy.demo.writing import note
from domain.episode.check_in.report_symptoms import report_symptoms
from domain.episode.dosing.clear_to_dose import clear_to_dose
from domain.episode.dosing.confirm_place import confirm_place
from domain.episode.dosing.end_dosing_session import end_dosing_session
from domain.episode.dosing.open_dosing_session import open_dosing_session
from domain.episode.dosing.record_check import record_check
from domain.episode.dosing.record_checklist import record_checklist
from domain.episode.dosing.record_companion_arrival import record_companion_arrival
from domain.episode.dosing.record_dose import record_dose
from domain.episode.dosing.record_next_day_check_in import record_next_day_check_in
from domain.episode.dosing.record_vitals import record_vitals
from domain.episode.session.book_session import book_session
from domain.episode.session.confirm_transport import confirm_transport
from domain.episode.session.verify_chaperone import verify_chaperone

CRITERIA = {
    "is_oriented": True,
    "walks_steadily": True,
    "keeps_fluids_down": True,
    "pressure_near_baseline": True,
    "adult_stays": True,
    "knows_when_to_drive": True,
}
DOSED = "Quiet most of the time, some tears, no fear. Found back well; the evening was talked through."
NOTHING_NEW: dict[str, Any] = {
    "medicines_held": True,
    "medicines_changed": False,
    "suicidal_thoughts_today": False,
    "intoxicated": False,
    "alcohol_or_thc_within_hold": False,
    "pregnancy_changed": False,
    "ketamine_elsewhere": False,
    "capacity_in_doubt": False,
    "driving_acknowledged": True,
    "room_is_ready": True,
    "medicine_in_hand": True,
    "label_strength_mg": 100,
    "two_identifiers": True,
}
"""Answers to the questions of the day that let a dose go ahead."""


class DosingDay(NamedTuple):
    """What differs from an ordinary day. `late_by` delays the recording of the end, as a late entry."""

    offset: int
    dose_mg: int = 100
    booster_mg: int | None = None
    way: str = "remote"
    before: tuple[tuple[int, int, int], ...] = ((0, 0, 0),)
    """Differences from the baseline of each set of vitals before the dose: systolic, diastolic, pulse."""
    during: tuple[int, int] = (14, 6)
    late_by: timedelta = timedelta(0)
    doses: bool = True
    ends: bool = True
    starts: str = "14:00"


def book_dosing(story: Story, day: DosingDay) -> UUID:
    """Book the session, three days ahead."""
    story.dosing += 1
    session_id = story.id("dosing", story.dosing)
    story.step(
        story.at(day.offset - 3, "17:30"),
        story.therapist,
        book_session,
        session_id=session_id,
        kind="dosing",
        starts_at=story.at(day.offset, day.starts),
        minutes=180,
        way=day.way,
        therapist_id=story.therapist.clinician_id,
        companion_id=story.id("companion", story.dosing),
        companion_name="Sam, the partner",
        companion_phone="555-0163",
        companion_is_adult=True,
    )
    _beat(story, "booked")
    _arrange(story, session_id, day)
    return session_id


def _arrange(story: Story, session_id: UUID, day: DosingDay) -> None:
    """The day before, once it is booked, coordination calls whoever will be there; in person it is the way home."""
    at = max(starts_at(story, day) - timedelta(hours=22), story.at(day.offset - 3, "17:40"))
    if day.way == "in_person":
        story.step(at, OKAFOR, confirm_transport, session_id=session_id, transport="escort_drives")
        return
    companion = {"companion_id": story.id("companion", story.dosing), "is_booked_companion": True}
    story.step(at, OKAFOR, verify_chaperone, session_id=session_id, **companion, **REACHED)


REACHED = {"relationship": "partner", "is_adult": True, "answers_the_phone": True, "has_capacity": True}


def dosing_day(story: Story, day: DosingDay) -> UUID:
    """Book and run one dosing session."""
    session_id = book_dosing(story, day)
    start = starts_at(story, day)
    arrive(story, session_id, day)
    last = vitals_before(story, session_id, day, start)
    if not day.doses:
        if day.ends:
            end(story, session_id, last + timedelta(minutes=15), "held_no_dose", reason="Pressure stayed too high.")
        return session_id
    taken = last + timedelta(minutes=6)
    take_dose(story, session_id, day, taken)
    if day.ends:
        watch_and_release(story, session_id, day, taken)
    return session_id


def starts_at(story: Story, day: DosingDay) -> datetime:
    """When the session is planned to start."""
    return story.at(day.offset, day.starts)


def _beat(story: Story, words: str) -> None:
    story.beat(f"session {story.dosing}: {words}")


def arrive(story: Story, session_id: UUID, day: DosingDay, *, state: str = STATE, **answered: Any) -> None:
    """The session opens; where the patient is, who is with them, and the questions of the day."""
    number, start = story.dosing, starts_at(story, day)
    story.step(minutes_before(start, 30), story.therapist, open_dosing_session, session_id=session_id)
    if day.way != "in_person":
        story.step(
            minutes_before(start, 28),
            story.therapist,
            confirm_place,
            session_id=session_id,
            state=state,
            zone=ZONE,
            address="14 Alder Street, Oakland",
            call_back="555-0188",
        )
    story.step(
        minutes_before(start, 26),
        story.therapist,
        record_companion_arrival,
        session_id=session_id,
        companion_id=story.id("companion", number),
        arrived_at=minutes_before(start, 27),
        is_booked_companion=True,
        is_adult=True,
    )
    asked = NOTHING_NEW | {"last_food_at": minutes_before(start, 330), "last_fluid_at": minutes_before(start, 100)}
    story.step(
        minutes_before(start, 20), story.therapist, record_checklist, session_id=session_id, **(asked | answered)
    )
    _beat(story, "asked")


def vitals_before(story: Story, session_id: UUID, day: DosingDay, start: datetime) -> datetime:
    """Every set before the dose, twelve minutes apart; when the last one was taken."""
    taken = minutes_before(start, 10)
    for number, difference in enumerate(day.before):
        taken = minutes_before(start, 10) + timedelta(minutes=12 * number)
        vitals(story, session_id, "before", taken, difference)
    _beat(story, "measured")
    return taken


def vitals(
    story: Story, session_id: UUID, phase: str, taken: datetime, difference: tuple[int, int, int], **more: Any
) -> None:
    """One set, as far from the baseline as `difference` says."""
    patient = story.patient
    story.step(
        taken + timedelta(minutes=1),
        story.therapist,
        record_vitals,
        session_id=session_id,
        vitals_id=story.id("vitals", taken.isoformat()),
        phase=phase,
        systolic_mmhg=patient.systolic_mmhg + difference[0],
        diastolic_mmhg=patient.diastolic_mmhg + difference[1],
        pulse_per_min=72 + difference[2],
        spo2_percent=98,
        taken_at=taken,
        **more,
    )


def take_dose(story: Story, session_id: UUID, day: DosingDay, taken: datetime) -> None:
    """Go, the first part, a look at the patient, and the booster where there is one."""
    clear(story, session_id, taken - timedelta(minutes=2), "first", day.dose_mg)
    take(story, session_id, taken, "first", day.dose_mg)
    check(story, session_id, taken + timedelta(minutes=15))
    if day.booster_mg:
        vitals(story, session_id, "during", taken + timedelta(minutes=20), (8, 4, 4))
        clear(story, session_id, taken + timedelta(minutes=24), "booster", day.booster_mg)
        take(story, session_id, taken + timedelta(minutes=25), "booster", day.booster_mg)
    _beat(story, "dosed")


def clear(story: Story, session_id: UUID, at: datetime, part: str, dose_mg: int) -> None:
    """Go for one part."""
    story.step(
        at,
        story.therapist,
        clear_to_dose,
        session_id=session_id,
        part=part,
        dose_mg=dose_mg,
        tablets=_tablets(dose_mg),
        plan_version=story.plan_version,
        patient_was_asked=True,
        confirm_dose=True,
    )


def take(story: Story, session_id: UUID, taken: datetime, part: str, dose_mg: int) -> None:
    """One part, recorded a minute after it was taken."""
    story.step(
        taken + timedelta(minutes=1),
        story.therapist,
        record_dose,
        session_id=session_id,
        dose_id=story.id("dose", session_id, part),
        part=part,
        amount_mg=dose_mg,
        tablets=_tablets(dose_mg),
        taken_at=taken,
        held_minutes=12,
    )


def _tablets(dose_mg: int) -> list[dict[str, Any]]:
    return [{"strength_mg": 100, "count": dose_mg / 100}]


def check(story: Story, session_id: UUID, at: datetime) -> None:
    """One look at the patient, recorded half a minute later."""
    story.step(
        at + timedelta(seconds=30),
        story.therapist,
        record_check,
        session_id=session_id,
        at=at,
        responsive=True,
        distress=2,
        sedation=1,
        dissociation=5,
    )


def watch_and_release(story: Story, session_id: UUID, day: DosingDay, taken: datetime) -> None:
    """A look every quarter of an hour, vitals, release, the record signed, and a call the next day."""
    last = taken + timedelta(minutes=25) if day.booster_mg else taken
    for minutes in (30, 45, 60, 75, 90, 105, 120):
        check(story, session_id, taken + timedelta(minutes=minutes))
        if minutes == 45:
            vitals(story, session_id, "during", taken + timedelta(minutes=44), (*day.during, 8))
    vitals(story, session_id, "after", last + timedelta(minutes=118), (4, 2, 2))
    ended = last + timedelta(minutes=125)
    end(story, session_id, ended, "released", late_by=day.late_by, criteria=CRITERIA)
    _beat(story, "released")
    note(story, ended + timedelta(minutes=25) + day.late_by, session_id, DOSED, "session_record")
    next_day = max(ended + timedelta(hours=18), ended + day.late_by + timedelta(hours=1))
    story.step(
        next_day + timedelta(minutes=4),
        story.therapist,
        record_next_day_check_in,
        session_id=session_id,
        at=next_day,
        well=True,
    )
    for minutes, instrument in enumerate(("ebi", "meq-30"), start=6):
        measures.fixed(story, next_day + timedelta(minutes=minutes), instrument)
    _beat(story, "called the next day")
    how = {"report_id": story.id("how it is", session_id), "session_id": session_id, "symptoms": []}
    story.step(ended + timedelta(hours=27), story.therapist, report_symptoms, **how)


def end(
    story: Story, session_id: UUID, ended: datetime, ended_as: str, *, late_by: timedelta = timedelta(0), **more: Any
) -> None:
    """How the session ended, recorded a minute later or `late_by`."""
    body = {"session_id": session_id, "ended_as": ended_as, "ended_at": ended, **more}
    if late_by:
        body["late_reason"] = "The line was down; written on paper and entered later."
    story.step(ended + timedelta(minutes=1) + late_by, story.therapist, end_dosing_session, **body)


def minutes_before(start: datetime, minutes: int) -> datetime:
    return start - timedelta(minutes=minutes)
