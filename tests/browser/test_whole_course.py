"""The whole course of one episode through the pages alone, by the people concerned, from referral to discharge."""

import pytest
from playwright.sync_api import Browser

from tests.api.clinic import CRISIS_TEXT
from tests.browser.served import Served
from tests.browser.story import ANA, RELEASE, Story

pytestmark = pytest.mark.browser


def test_the_whole_course_of_one_episode(served: Served, browser: Browser) -> None:
    story = Story(served, browser)
    referred_and_assigned(story)
    found_eligible(story)
    planned(story)
    prepared(story)
    held_and_released(story)
    dosed(story)
    watched_and_released(story)
    followed_the_next_day(story)
    screened(story)
    reviewed(story)
    dosed_again(story)
    corrected(story)
    taken_out(story)
    followed_up(story)
    discharged(story)


def referred_and_assigned(story: Story) -> None:
    """Dr. Lindqvist refers; Tom Okafor finds the episode unassigned."""
    therapist = story.therapist.open("/").sees("Caseload", "No open episodes. Refer a patient to begin")
    therapist.follow("Refer a patient").press("Refer").sees("Not recorded. Three things to mend:")
    therapist.record(
        "Refer",
        {
            "Name": ANA,
            "Birth date": "1984-03-11",
            "Contact": "555-0117",
            "Reason": "Treatment-resistant depression.",
            "Diagnoses": "F33.2",
        },
    )
    story.href = therapist.page.url
    assert therapist.notice == "Recorded at 09:42: referral of KAP-0001. See it in the timeline"
    therapist.sees_above(ANA, "Born 11 Mar 1984 (42 y)", "KAP-0001", "Allergies not asked")

    coordinator = story.coordinator.open("/").sees("Unassigned 1", ANA, "Referred by Dr. Lindqvist")
    coordinator.sees_nothing_of("F33.2", "depression").follow("Assign prescriber")
    coordinator.record("Assign", {"Role": "Prescriber", "Person": "Dr. Alma Rivera, prescriber"})
    coordinator.sees("Everyone has a care team.")


def found_eligible(story: Story) -> None:
    """The intake consult, the finding, and the consents."""
    story.it_is("2026-03-13 10:00")
    prescriber = story.at(story.prescriber, "complete-intake").press("Complete the intake")
    prescriber.sees("Not recorded.", "Say how long it took.")
    prescriber.record(
        "Complete the intake",
        {
            "Length": "58",
            "Way": "In person",
            "History": "Two courses of antidepressants without response.",
            "Allergy to ketamine": "No",
            "Other allergies": "latex",
            "Allergies were asked about": "Yes",
            "Medicine 1 › Name": "Lorazepam",
            "Medicine 1 › Class": "Benzodiazepine",
            "Medicine 1 › On a dosing day": "Hold before the dose",
            "Medicine 1 › Held for": "24",
            "Weight › Weight": "154",
            "Unit": "lb",
            "Blood pressure and pulse at rest › Systolic": "124",
            "Blood pressure and pulse at rest › Diastolic": "78",
            "Blood pressure and pulse at rest › Pulse": "70",
            "Pregnancy": "Cannot be pregnant",
            "Nursing": "No",
            "Emergency contact": "Ben Whitfield, 555-0117",
        },
    )
    prescriber.sees_above("Allergy: latex").sees("Dr. Rivera completed the intake: 58 min, in person.", "F33.2")
    prescriber.open("/worklist").sees("Eligibility to decide 1", ANA).follow("Decide eligibility")
    prescriber.record("Record the finding", {"Finding": "Eligible", "Rationale": "Two trials failed."})
    story.at(prescriber).sees("Dr. Rivera found the patient eligible until 13 Sep 2026")
    for consent in ("Ketamine", "Telehealth"):
        signed = {"Consent": consent, "How": "On paper", "Witness": "Tom Okafor"}
        story.at(story.therapist, "sign-consent").record("Record a signed consent", signed)
    story.therapist.sees("The patient signed consent to ketamine, version 4, on paper.", "Witness: Tom Okafor")


def planned(story: Story) -> None:
    """The plan, typed wrongly first, and the prescription."""
    prescriber = story.at(story.prescriber, "issue-plan")
    prescriber.fill("Issue plan 1", {"First dose": "200", "Most per session": "150"}).press("Issue plan 1")
    prescriber.sees("Not recorded.", "Most per session").record(
        "Issue plan 1",
        {
            "First dose": "100",
            "Most per session": "200",
            "Dose › Booster": "50",
            "Strength": "100 mg",
            "Divisible": "Halves",
            "Sessions › Sessions": "2",
            "At least every": "7",
            "In person": True,
            "Systolic up to": "150",
            "Diastolic up to": "90",
        },
    )
    prescriber.sees("Plan 1 In force", "100 mg next, 200 mg at most, booster 50 mg", "0 of 2 used, 2 left")
    prescriber.sees("Dr. Rivera issued plan 1: 100 mg first dose, up to 200 mg, every 14 days, 2 sessions.")
    story.at(prescriber, "record-prescription")
    prescriber.record("Record a prescription", {"Reference": "RX-8841", "Quantity": "4"})
    prescriber.sees("Dr. Rivera recorded a prescription: 4 tablets of 100 mg ketamine", "RX-8841")


def prepared(story: Story) -> None:
    """A preparation session and the first PHQ-9; then the dose can be scheduled."""
    story.complete("preparation", "2026-03-16 10:00", "Knows what to expect.")
    story.answer(2, 2, 2, 2, 2, 2, 2, 2, 0)
    story.therapist.sees("Dr. Lindqvist recorded PHQ-9: 16, moderately severe", "One score so far")
    story.book(1, "2026-03-19")
    story.at(story.therapist).sees("May dosing session 1 start?", "Yes. All 23 gates are open.")


def held_and_released(story: Story) -> None:
    """Three times above the plan's limits: dosing is held until the prescriber releases that hold."""
    story.start(1, "2026-03-19 13:52")
    therapist = story.therapist.sees("Done: Checklist 18 of 18", "Allergies latex", "Medicines Lorazepam")
    therapist.fill("Record vitals", {"Systolic": "168", "Diastolic": "96"})
    therapist.sees("168 is not below this plan’s systolic limit of 150. Record it as measured. Dr. Rivera sees it")
    story.measure(168, 96)
    therapist.sees("systolic 168 is not below 150", "Recheck from 14:02.")
    story.minutes_later(11)
    story.measure(164, 94)
    story.minutes_later(11)
    story.measure(162, 94)
    therapist.sees("Dosing is held: rechecks used up.", "With Dr. Rivera. On call: Dr. Rivera, 555-0142.")
    therapist.sees("2 of 2 rechecks used. Missing: a prescriber's release").sees_nothing_of(">Release this hold<")
    story.at(story.coordinator).sees("Dosing on hold. Waiting for a prescriber's review.").sees_nothing_of("162/94")

    prescriber = story.prescriber.open("/").sees("Holds to review 1", "Held before dose 1: 168/96, rechecked 162/94")
    prescriber.follow("Review hold").sees("Rechecks used up, since Thu 19 Mar 14:14", "Measured 162/94")
    prescriber.record("Release this hold", {"Reason": "Settled in her chair; measure once more."})
    story.minutes_later(11)
    story.at_session(1).sees("Hold released by Dr. Rivera").sees_nothing_of("Dosing is held")
    story.measure(138, 84)
    therapist.sees("Done: Vitals before 138/84, pulse 80, 14:25")


def dosed(story: Story) -> None:
    """Cleared, and taken under the therapist's eyes."""
    therapist = story.therapist.record("Clear").sees("cleared until 14:55", "Cleared up to 100 mg")
    story.minutes_later(2)
    therapist.record("Record a dose", {"At": story.clock, "Held": "12"})
    therapist.sees("100 mg (1 tablet of 100 mg) taken, held 12 min, spat out", "Dose so far 100 of 200 mg")
    therapist.sees("Next check 14:42 in 15 min", "earliest 16:27, 2 h after the last part")
    story.prescriber.open("/worklist").sees("Dosing today under your plans 1", "under way", "100 mg")


def watched_and_released(story: Story) -> None:
    """Checks, vitals after the dose, and the way home; nobody is signed out meanwhile."""
    for _ in range(2):
        story.minutes_later(14)
        story.at_session(1).sees("in 1 min")
        story.check()
    story.minutes_later(40)
    story.at_session(1).sees("overdue")
    story.minutes_later(55)
    therapist = story.at_session(1)
    story.measure(126, 80)
    therapist.press("Complete dosing session 1").sees("Not recorded.", "The patient cannot be released yet")
    therapist.record("Complete dosing session 1", RELEASE)
    therapist.sees(
        "ended 16:30: released",
        "Check-in on the day after",
        "The patient may drive after a night's sleep, and not before 20 Mar 2026, 02:27.",
    )
    story.at(therapist).sees("Sessions 1 of 2 used, 1 left", "Missing: an integration session after dosing session 1.")
    therapist.sees("Missing: 7 more days; opens 26 Mar 2026.", "Dr. Lindqvist recorded the dose: 100 mg at 14:27")


def followed_the_next_day(story: Story) -> None:
    """The day after, and an integration session."""
    story.it_is("2026-03-20 10:00")
    story.therapist.open("/caseload").sees("Next-day check-in, today 18:00")
    story.at_session(1).record("Record the check-in", {"How the patient is": "Well"})
    story.complete("integration", "2026-03-24 11:00", "Much to think about.")
    story.therapist.sees("Dr. Lindqvist completed integration session 1: 1 h.", "Much to think about.")


def screened(story: Story) -> None:
    """Item 9 above 0: crisis text at once, first in both clinicians' lists, dosing held."""
    story.answer(1, 1, 1, 2, 2, 1, 1, 1, 1)
    therapist = story.therapist.sees("Item 9 above 0.", CRISIS_TEXT, "On call: Dr. Rivera, 555-0142.")
    therapist.sees(
        "Waiting for Dr. Rivera.", "Nobody has been paged; call 555-0142.", "Missing: a prescriber's review. Rule 21"
    )
    therapist.sees("16 → 11, 5 points lower since 16 Mar 2026").sees_above("Item 9 above 0")
    therapist.open("/caseload").sees(
        "Flagged 1", "Item 9 above 0", "held since today 11:00", "Safety review with Dr. Rivera"
    )
    prescriber = story.prescriber.open("/worklist").sees("See first 1", "Item 9 above 0 (answer 1)", "PHQ-9 11")
    prescriber.sees("Dosing is held until you record a review.")
    story.coordinator.open("/coordination").sees_nothing_of("Item 9", "PHQ-9 11")


def reviewed(story: Story) -> None:
    """The review opens dosing again, and its words stand in the timeline."""
    story.screen()
    story.at(story.prescriber).sees(CRISIS_TEXT).follow("Review safety")
    story.prescriber.sees("Suicidal thoughts PHQ-9, Tue 24 Mar 11:00: item 9 was 1; C-SSRS, Tue 24 Mar 11:00: ")
    done = {"What was done, and by whom": "Spoke with the patient: no plan, no intent."}
    story.prescriber.record("Record the review", done | {"Dosing": "May go on; the hold is released"})
    therapist = story.at(story.therapist).sees("Dr. Rivera recorded a safety review: dosing may go on.")
    therapist.sees("Spoke with the patient: no plan, no intent.").sees_nothing_of(CRISIS_TEXT)
    story.prescriber.open("/worklist").sees("Nothing is waiting for you.")


def dosed_again(story: Story) -> None:
    """The second dosing session, with an adverse event and a pressure in the crisis range, which was mistyped."""
    story.book(2, "2026-04-02")
    story.start(2, "2026-04-02 13:52")
    story.measure(132, 82)
    therapist = story.therapist.record("Clear")
    story.minutes_later(2)
    therapist.record("Record a dose", {"At": story.clock, "Held": "12"})
    story.minutes_later(14)
    story.at_session(2)
    story.check()
    therapist.follow("Report adverse event")
    therapist.record("Report", {"What happened": "Vomiting", "Grade": "2 moderate", "Serious": "No"})
    therapist.sees("Dosing session 2", "Monitoring and vitals 1 check", "14:08 Adverse event: vomiting, grade 2")
    story.measure(184, 82)
    therapist.sees("Dosing is held: blood pressure in the crisis range.", "On call: Dr. Rivera, 555-0142.")


def corrected(story: Story) -> None:
    """Both values stay in sight; the correction releases nothing."""
    therapist = story.therapist.follow("Correct it").sees("Recorded 184/82, pulse 80", "no hold is lifted by it")
    therapist.record("Correct vitals", {"Systolic": "148", "Reason": "Typing error."})
    story.at(therapist).sees("Dr. Lindqvist corrected vitals: 184/82 → 148/82, pulse 80.", "Corrections 1")
    assert therapist.page.locator("s", has_text="184/82").count() == 1
    story.at_session(2).sees("Dosing is held: blood pressure in the crisis range.")
    prescriber = story.prescriber.open("/worklist").sees("Dosing held: blood pressure in the crisis range")
    prescriber.follow("Review hold").record("Release this hold", {"Reason": "Mistyped; measured 148/82."})
    story.it_is("2026-04-02 15:56")
    story.at_session(2)
    story.measure(128, 80)
    therapist.record("Complete dosing session 2", RELEASE)
    story.it_is("2026-04-03 10:00")
    story.at_session(2).record("Record the check-in", {"How the patient is": "Well"})


def taken_out(story: Story) -> None:
    """A questionnaire of another patient is marked in error: it stays readable and counts no longer."""
    story.complete("integration", "2026-04-07 11:00", "Sleeps through.")
    story.answer(3, 3, 3, 3, 3, 3, 3, 3, 0)
    therapist = story.therapist.sees("Dr. Lindqvist recorded PHQ-9: 24, severe.", "16 → 24, 8 points higher")
    wrong = {"Entry": "Outcome recorded, Tue 7 Apr 11:00", "Reason": "Another patient's sheet."}
    story.at(therapist, "mark-in-error").record("Mark in error", wrong)
    therapist.sees("16 → 11, 5 points lower", "Dr. Lindqvist recorded PHQ-9: 24, severe. Marked in error in event")
    story.answer(1, 1, 1, 1, 1, 1, 0, 0, 0)
    therapist.sees("16 → 6, 10 points lower since 16 Mar 2026.", "Response (8 or less).")


def followed_up(story: Story) -> None:
    """The adverse event is judged; the follow-up releases two more sessions, further apart."""
    story.it_is("2026-04-09 09:40")
    prescriber = story.prescriber.open("/worklist").sees("Follow-ups due 1", "due Sun 12 Apr")
    judged = {
        "Related to ketamine": "Probable",
        "Expected": "Yes",
        "Action": "Watched more closely",
        "Dosing": "May go on",
        "Assessment": "Listed; passed within the hour.",
    }
    story.at(prescriber, "review-adverse-event").sees("Vomiting, grade 2, Thu 2 Apr 14:08")
    prescriber.record("Record the review", judged).sees("Dr. Rivera reviewed the adverse event vomiting")
    consult = {"Length": "30", "Sessions released": "2", "Decision": "Continue, adjust the plan"}
    story.at(prescriber, "complete-follow-up").record("Record the follow-up consult", consult)
    prescriber.sees("Missing: the plan amended after the follow-up of 9 Apr 2026 09:40.").follow("Amend plan 1")
    amended = {"Sessions › Sessions": "4", "At least every": "10", "Reason": "Two more, further apart."}
    prescriber.record("Amend plan 1", amended).sees("2 of 4 used, 2 left", "Every 14 days, never under 10")
    prescriber.sees("Dr. Rivera amended plan 1: at least 10 days between doses", "Two more, further apart.")


def discharged(story: Story) -> None:
    """The course ends; its history stays."""
    story.it_is("2026-06-01 10:00")
    therapist = story.at(story.therapist, "discharge-patient").sees("16 → 6 (−10) mild", "Holds none open")
    therapist.record("Discharge", {"Reason": "Course completed", "Note": "Well since April."})
    therapist.sees("Ended 1 Jun 2026: course completed.", "Nothing is due.", "Plan 1 Ended")
    therapist.sees("Dr. Lindqvist discharged the patient: course completed.", "Well since April.")
    therapist.sees_nothing_of("May dosing session", "Start dosing")
    therapist.open("/caseload").sees("no open episodes", "Discharged 1")
    for person in (story.therapist, story.prescriber, story.coordinator):
        person.watch.require_calm()
