"""The courses in which something happens: holds, flags, corrections, late entries, people who leave."""

from datetime import datetime, timedelta

from deploy.demo import chapters
from deploy.demo.cast import OKAFOR
from deploy.demo.dosing_day import CRITERIA, DosingDay, check, dosing_day, end, vitals
from deploy.demo.ordinary_course import doses, up_to_plan
from deploy.demo.story import Story
from domain.derived import derived_id
from domain.episode.consent.withdraw_consent import withdraw_consent
from domain.episode.course.discharge_patient import discharge_patient
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.course.pause_episode import pause_episode
from domain.episode.dosing.correct_vitals import correct_vitals
from domain.episode.dosing.record_swallowing import record_swallowing
from domain.episode.eligibility.determine_eligibility import determine_eligibility
from domain.episode.eligibility.request_clearance import request_clearance
from domain.episode.outcome.record_outcome import record_outcome
from domain.episode.safety.release_hold import release_hold
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.review_safety import review_safety
from domain.episode.safety.safety import HoldReason
from domain.episode.session.book_session import book_session
from domain.episode.session.miss_session import miss_session


def _course(story: Story, *, scores: tuple[int, ...]) -> None:
    up_to_plan(story, score=scores[0])
    doses(story, list(scores))


def safety_item_today(story: Story, now: datetime) -> None:
    """Three doses; a typing error in the vitals, corrected; and this morning item 9 is above 0."""
    _course(story, scores=(21, 18))
    chapters.follow_up(story, 35)
    chapters.measure(story, story.at(57, "19:00"), "phq-9", 11)
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
    chapters.measure(story, now - timedelta(minutes=51), "phq-9", 14, item_9=1)


def held_by_vitals(story: Story, now: datetime) -> None:
    """The third dosing day: the pressure stays above the limit, both rechecks are used, no dose is taken."""
    _course(story, scores=(18, 14))
    chapters.follow_up(story, 35)
    chapters.measure(story, story.at(57, "19:00"), "phq-9", 12)
    high = tuple((168 - story.patient.systolic_mmhg - 2 * n, 20, 10) for n in range(3))
    dosing_day(story, DosingDay(58, doses=False, before=high))


def follow_up_overdue(story: Story, now: datetime) -> None:
    """Two doses taken, the follow-up consult never held."""
    _course(story, scores=(17, 15))


def waits_for_clearance(story: Story, now: datetime) -> None:
    """A heart murmur at the intake: cardiology is asked."""
    chapters.referral(story)
    chapters.measure(story, story.at(4, "18:40"), "phq-9", 17)
    chapters.intake(story)
    story.step(
        story.at(5, "10:10"), story.prescriber, request_clearance, specialty="cardiology", due_on=story.day(30)
    )  # fmt: skip
    story.step(
        story.at(5, "10:14"),
        story.prescriber,
        determine_eligibility,
        outcome="needs_clearance",
        rationale="Murmur heard for the first time; an echo is needed before anything else.",
    )


def not_eligible(story: Story, now: datetime) -> None:
    """An absolute contraindication; the episode ends."""
    chapters.referral(story)
    chapters.intake(story)
    story.step(
        story.at(5, "10:14"),
        story.prescriber,
        determine_eligibility,
        outcome="not_eligible",
        absolute=["uncontrolled_hypertension"],
        rationale="Three readings above 170 in spite of two medicines.",
    )
    story.step(story.at(9, "15:00"), story.prescriber, discharge_patient, reason="not_eligible")


def paused(story: Story, now: datetime) -> None:
    """Travels for a while after the third dose."""
    _course(story, scores=(20, 17, 12))
    story.step(story.at(50, "12:00"), story.therapist, pause_episode, reason="Works abroad until spring.")


def serious_event(story: Story, now: datetime) -> None:
    """A fall on the way to the bathroom after the second dose; nobody has reviewed it yet."""
    _course(story, scores=(19, 16))
    story.step(
        story.at(30, "18:30"),
        story.therapist,
        report_adverse_event,
        term="fall_or_injury",
        grade=3,
        serious=True,
        session_id=story.id("dosing", 2),
        note="Fell against the door frame, wrist broken, treated the same evening.",
    )


def dropped_out(story: Story, now: datetime) -> None:
    """Misses two sessions after the second dose and is not heard of again."""
    _course(story, scores=(15, 14))
    for number, offset in enumerate((44, 51)):
        session_id = story.id("missed", number)
        starts_at = story.at(offset, "16:00")
        story.step(
            story.at(offset - 4, "10:00"),
            story.therapist,
            book_session,
            session_id=session_id,
            kind="integration",
            starts_at=starts_at,
            way="remote",
            companion_id=story.id("nobody", number),
        )
        story.step(starts_at + timedelta(minutes=20), story.therapist, miss_session, session_id=session_id)
    story.step(
        story.at(80, "10:00"),
        story.therapist,
        discharge_patient,
        reason="lost_to_follow_up",
        note="Three calls and a letter without answer.",
    )


def withdrew_telehealth(story: Story, now: datetime) -> None:
    """No longer wants sessions by video."""
    _course(story, scores=(18, 15))
    story.step(story.at(37, "10:00"), story.therapist, withdraw_consent, consent_type="telehealth")


def eligibility_to_decide(story: Story, now: datetime) -> None:
    """The intake is done; the decision waits."""
    chapters.referral(story)
    chapters.measure(story, story.at(3, "18:40"), "phq-9", 22)
    chapters.intake(story, 4)


def plan_to_issue(story: Story, now: datetime) -> None:
    """Eligible and consented; the plan waits."""
    chapters.referral(story)
    chapters.measure(story, story.at(3, "18:40"), "phq-9", 18)
    chapters.intake(story, 4)
    chapters.eligible(story, 4)
    chapters.consents(story, 5)


def needs_information(story: Story, now: datetime) -> None:
    """Records of an earlier hospital stay are missing."""
    chapters.referral(story)
    chapters.intake(story)
    story.step(
        story.at(5, "10:14"),
        story.prescriber,
        determine_eligibility,
        outcome="needs_information",
        rationale="Discharge letter of 2023 asked for: was it a manic episode?",
    )


def swallowed(story: Story, now: datetime) -> None:
    """In the third session the patient swallows instead of spitting out: a deviation, longer observation."""
    _course(story, scores=(20, 16))
    chapters.follow_up(story, 35)
    chapters.measure(story, story.at(43, "19:00"), "phq-9", 13)
    session_id = dosing_day(story, DosingDay(44, dose_mg=150, ends=False))
    taken = story.at(44, "13:56")
    story.step(
        taken + timedelta(minutes=17),
        story.therapist,
        record_swallowing,
        session_id=session_id,
        dose_id=story.id("dose", session_id, "first"),
        at=taken + timedelta(minutes=9),
    )
    for minutes in range(30, 211, 15):
        check(story, session_id, taken + timedelta(minutes=minutes))
    vitals(story, session_id, "after", taken + timedelta(minutes=205), (4, 2, 2))
    end(story, session_id, taken + timedelta(minutes=215), "released", criteria=CRITERIA)


def wrong_patient(story: Story, now: datetime) -> None:
    """A questionnaire of somebody else, marked in error two days later."""
    _course(story, scores=(19, 17))
    recorded_at = story.at(36, "12:00")
    chapters.measure(story, recorded_at, "phq-9", 3)
    story.step(
        story.at(38, "09:15"),
        OKAFOR,
        mark_in_error,
        event_id=story.event_id_of_last(record_outcome),
        reason="Outcome of another patient.",
    )


def standing_review(story: Story, now: datetime) -> None:
    """Item 9 has been 1 for years: a prescriber has signed that dosing may go on up to 1 until a date."""
    _course(story, scores=(20, 18))
    chapters.follow_up(story, 35)
    flagged_at = story.at(38, "09:00")
    chapters.measure(story, flagged_at, "phq-9", 16, item_9=1)
    story.step(
        story.at(38, "16:00"),
        story.prescriber,
        review_safety,
        hold_id=derived_id(story.outcome_id("phq-9", flagged_at), "hold", HoldReason.SAFETY_ITEM),
        done="Long talk with the patient and the therapist. Chronic thoughts, unchanged, no plan; safety plan renewed.",
        dosing_may_go_on=True,
        standing={"instrument": "phq-9", "up_to_score": 1, "until_on": story.day(38 + 90)},
    )
    for offset in (44, 58, 72, 86):
        chapters.measure(story, story.at(offset - 1, "19:00"), "phq-9", 14 - offset // 20, item_9=1)
        dosing_day(story, DosingDay(offset, dose_mg=150))
        chapters.integration(story, offset + 3)
