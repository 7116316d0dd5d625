"""Suicidal thoughts and serious events: who answers for them, and what opens the way again."""

from datetime import datetime, timedelta
from uuid import UUID

from deploy.demo import chapters, measures
from deploy.demo.cast import RIVERA
from deploy.demo.dosing_day import DosingDay, dosing_day, vitals
from deploy.demo.ordinary_course import so_far
from deploy.demo.story import Story
from domain.derived import derived_id
from domain.episode.alert.acknowledge_alert import acknowledge_alert
from domain.episode.alert.alert import AlertKind, id_of
from domain.episode.dosing.correct_vitals import correct_vitals
from domain.episode.eligibility.determine_eligibility import determine_eligibility
from domain.episode.outcome.record_outcome import record_outcome
from domain.episode.plan.resume_plan import resume_plan
from domain.episode.safety.record_safety_plan import record_safety_plan
from domain.episode.safety.release_hold import release_hold
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.review_adverse_event import review_adverse_event
from domain.episode.safety.review_safety import review_safety
from domain.episode.safety.safety import HoldReason


def safety_item_today(story: Story, now: datetime) -> None:
    """Three doses; a typing error in the vitals, corrected; and this morning item 9 is above 0."""
    so_far(story, scores=(21, 18))
    chapters.follow_up(story, 35)
    measures.symptoms(story, story.at(57, "19:00"), 11)
    session_id = dosing_day(story, DosingDay(58, dose_mg=150, late_by=timedelta(days=2, hours=18)))
    patient, wrong = story.patient, story.at(58, "14:50")
    vitals(story, session_id, "during", wrong, (184 - story.patient.systolic_mmhg, 6, 8))
    story.step(
        wrong + timedelta(minutes=2),
        story.therapist,
        correct_vitals,
        session_id=session_id,
        vitals_id=story.id("vitals", wrong.isoformat()),
        systolic_mmhg=148,
        diastolic_mmhg=patient.diastolic_mmhg + 6,
        pulse_per_min=80,
        spo2_percent=98,
        taken_at=wrong,
        reason="Typing error.",
    )
    mistyped = story.id("vitals", wrong.isoformat())
    story.step(
        wrong + timedelta(minutes=9),
        story.prescriber,
        release_hold,
        hold_id=derived_id(mistyped, "hold", HoldReason.CRISIS),
        reason="Typing error; it was 148. Spoke with the therapist by telephone.",
    )
    measures.measure(story, now - timedelta(minutes=51), "phq-9", 14, item_9=1)


def serious_event(story: Story, now: datetime) -> None:
    """A fall on the way to the bathroom after the second dose; nobody has reviewed it yet."""
    so_far(story, scores=(19, 16))
    story.step(
        story.at(30, "18:30"),
        story.therapist,
        report_adverse_event,
        adverse_event_id=story.id("adverse event"),
        term="fall_or_injury",
        grade=3,
        serious=True,
        session_id=story.id("dosing", 2),
        note="Fell against the door frame, wrist broken, treated the same evening.",
    )
    story.beat("a serious event is reported")
    alert_id = id_of(AlertKind.SERIOUS_EVENT, story.id("adverse event"))
    story.step(story.at(30, "18:41"), story.prescriber, acknowledge_alert, alert_id=alert_id)
    story.beat("the alert is taken on")


def standing_review(story: Story, now: datetime) -> None:
    """Item 9 has been 1 for years: a prescriber has signed that dosing may go on up to 1 until a date."""
    so_far(story, scores=(20, 18))
    chapters.follow_up(story, 35)
    flagged_at = story.at(38, "09:00")
    measures.measure(story, flagged_at, "phq-9", 16, item_9=1)
    story.beat("item 9 is answered with 1")
    story.step(
        story.at(38, "16:00"),
        story.prescriber,
        review_safety,
        hold_id=hold_of(story, "phq-9", flagged_at, HoldReason.SAFETY_ITEM),
        done="Long talk with the patient and the therapist. Chronic thoughts, unchanged, no plan; safety plan renewed.",
        dosing_may_go_on=True,
        standing={"instrument": "phq-9", "up_to_score": 1, "until_on": story.day(38 + 90)},
    )
    story.beat("reviewed until a date")
    for offset in (44, 58, 72, 86):
        measures.measure(story, story.at(offset - 1, "19:00"), "phq-9", 14 - offset // 20, item_9=1)
        measures.measure(story, story.at(offset - 1, "19:04"), "gad-7", 11 - offset // 20)
        dosing_day(story, DosingDay(offset, dose_mg=150))
        chapters.integration(story, offset + 3)


def flag_at_night(story: Story, now: datetime) -> None:
    """A questionnaire at 21:40 answers item 9 with 2; the prescriber reviews it the next morning."""
    so_far(story, scores=(19,))
    flagged_at = story.at(24, "21:40")
    measures.measure(story, flagged_at - timedelta(minutes=5), "gad-7", 12)
    measures.measure(story, flagged_at, "phq-9", 15, item_9=2)
    story.beat("item 9 is answered with 2 at night")
    story.step(
        flagged_at + timedelta(hours=10, minutes=40),
        story.prescriber,
        review_safety,
        hold_id=hold_of(story, "phq-9", flagged_at, HoldReason.SAFETY_ITEM),
        done="Called at 08:00. No plan, no intent; safety plan gone through, partner informed with consent.",
        dosing_may_go_on=True,
    )
    story.beat("the prescriber has reviewed it")


def serious_event_reviewed(story: Story, now: datetime) -> None:
    """A fall after the second dose; the prescriber reviews it four days later, and dosing may go on."""
    serious_event(story, now)
    story.step(
        story.at(34, "10:00"),
        story.prescriber,
        review_adverse_event,
        adverse_event_id=story.id("adverse event"),
        related="possible",
        expected=True,
        action="treated",
        dosing_may_go_on=True,
        note="Wrist splinted, no fracture of the head. The way to the bathroom is lit from now on.",
    )
    story.beat("the prescriber has reviewed it")


def high_risk_and_back(story: Story, now: datetime) -> None:
    """High on the C-SSRS on a Friday night: everything stops, and five conditions lead back, none of them left out."""
    so_far(story, scores=(20,))
    at_night = story.at(24, "21:44")
    measures.measure(story, story.at(24, "21:36"), "phq-9", 19, item_9=3)
    screen(story, at_night, HIGH)
    story.beat("high on the C-SSRS")
    taken_on = at_night + timedelta(minutes=4)
    high_hold = hold_of(story, "c-ssrs", at_night, HoldReason.HIGH_RISK)
    story.step(taken_on, RIVERA, acknowledge_alert, alert_id=id_of(AlertKind.HIGH_RISK, high_hold))
    story.beat("taken on")
    next_day = at_night + timedelta(hours=13)
    done = "Seen together with the partner; pills locked away; the crisis team sees the patient daily."
    for hold_id in (high_hold, hold_of(story, "phq-9", story.at(24, "21:36"), HoldReason.SAFETY_ITEM)):
        story.step(next_day, story.prescriber, review_safety, hold_id=hold_id, done=done, dosing_may_go_on=True)
    story.beat("reassessed")
    story.step(
        next_day + timedelta(minutes=20),
        story.therapist,
        record_safety_plan,
        plan="Signs: no sleep, no answer to messages. Walk, call the sister, then 988. The partner keeps the pills.",
        made_with_patient=True,
        means_discussed=True,
        patient_has_copy=True,
    )
    story.beat("a safety plan is made")
    screen(story, story.at(36, "15:10"), LOW)
    story.beat("no longer high")
    determined = {"outcome": "eligible", "rationale": "Two weeks without thoughts of acting; the crisis team agrees."}
    story.step(story.at(37, "10:00"), story.prescriber, determine_eligibility, **determined)
    story.beat("eligible anew")
    resumed = {"plan_id": story.plan_id, "reason": "All five are there. Slowly, with both of us at the next session."}
    story.step(story.at(37, "10:10"), story.prescriber, resume_plan, **resumed)
    story.beat("the plan is resumed")


def hold_of(story: Story, instrument: str, recorded_at: datetime, reason: HoldReason) -> UUID:
    """The hold that an outcome of that moment placed."""
    return derived_id(story.outcome_id(instrument, recorded_at), "hold", reason)


HIGH = [1, 1, 1, 1, 0, 0, None]
LOW = [1, 0, None, None, None, 0, None]


def screen(story: Story, recorded_at: datetime, answers: list[int | None]) -> None:
    """The C-SSRS screener, asked by the therapist."""
    story.step(
        recorded_at,
        story.therapist,
        record_outcome,
        outcome_id=story.outcome_id("c-ssrs", recorded_at),
        instrument="c-ssrs",
        taken_at=recorded_at - timedelta(minutes=2),
        answers=answers,
    )
