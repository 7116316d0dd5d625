"""The whole course of one episode through the pages alone, by the people concerned, from referral to discharge."""

import pytest
from playwright.sync_api import Browser

from tests.api.clinic import local
from tests.browser.person import Person
from tests.browser.served import Served

pytestmark = pytest.mark.browser

ANA = "Ana Whitfield"


class Story:
    """The people of this course in front of their pages, and the clinic's clock."""

    def __init__(self, served: Served, browser: Browser) -> None:
        self.clinic = served.clinic
        self.therapist = Person(browser, served.address, "Dr. Mara Lindqvist")
        self.prescriber = Person(browser, served.address, "Dr. Alma Rivera")
        self.coordinator = Person(browser, served.address, "Tom Okafor")
        self.href = ""

    def it_is(self, moment: str) -> None:
        """Move the clock: `2026-03-17 14:00`."""
        self.clinic.now = local(moment)

    def minutes_later(self, minutes: int) -> None:
        self.clinic.travel(minutes=minutes)

    def at(self, person: Person, slug: str = "") -> Person:
        """The person opens the episode, or a form of it."""
        return person.open(f"{self.href}/{slug}".rstrip("/"))


def test_the_whole_course_of_one_episode(served: Served, browser: Browser) -> None:
    story = Story(served, browser)
    referred_and_assigned(story)
    found_eligible(story)
    planned(story)
    prepared(story)
    booked(story, 1, "2026-03-19", "14:00")
    story.it_is("2026-03-19 13:52")
    story.therapist.open("/caseload"); print(story.therapist.text)
    story.at(story.therapist); print(story.therapist.text)
    story.therapist.follow("Start dosing session 1"); print(story.therapist.page.url, story.therapist.text)
    story.therapist.record("Start"); print(story.therapist.page.url, story.therapist.text)
    story.at(story.therapist, "sessions/1"); print(story.therapist.page.url, story.therapist.text)


def referred_and_assigned(story: Story) -> None:
    """Dr. Lindqvist refers, Tom Okafor finds the episode unassigned, Dr. Rivera finds it in her worklist."""
    therapist = story.therapist.open("/")
    therapist.sees("Caseload", "No open episodes. Refer a patient to begin")
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

    coordinator = story.coordinator.open("/")
    coordinator.sees("Unassigned 1", ANA, "Referred by Dr. Lindqvist").sees_nothing_of("F33.2", "depression")
    coordinator.follow("Assign prescriber")
    coordinator.record("Assign", {"Role": "Prescriber", "Person": "Dr. Alma Rivera, prescriber"})
    coordinator.sees("Everyone has a care team.")


def found_eligible(story: Story) -> None:
    """The intake consult, the finding, and the consents."""
    story.it_is("2026-03-13 10:00")
    prescriber = story.prescriber.open("/")
    story.at(prescriber, "complete-intake").press("Complete the intake").sees("Not recorded.", "Say how long it took.")
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
    prescriber.sees_above("Allergy: latex")
    prescriber.open("/worklist").sees("Eligibility to decide 1", ANA).follow("Decide eligibility")
    prescriber.record("Record the finding", {"Finding": "Eligible", "Rationale": "Two trials failed; no contraindication."})
    story.at(prescriber).sees("Dr. Rivera found the patient eligible until")
    for consent in ("Ketamine", "Telehealth"):
        story.at(story.therapist, "sign-consent")
        story.therapist.record(
            "Record a signed consent", {"Consent": consent, "How": "On paper", "Witness": "Tom Okafor"}
        )
    story.therapist.sees("The patient signed consent to")


def planned(story: Story) -> None:
    """The plan, typed wrongly first, and the prescription."""
    prescriber = story.at(story.prescriber, "issue-plan")
    prescriber.fill({"First dose": "200", "Most per session": "150"}).press("Issue plan 1").sees("Not recorded.")
    prescriber.record(
        "Issue plan 1",
        {
            "First dose": "100",
            "Most per session": "200",
            "Dose › Booster": "50",
            "Tablets of": "100 mg",
            "Divisible": "Halves",
            "Sessions › Sessions": "2",
            "At least every": "7",
            "In person": True,
            "By video": True,
            "Systolic up to": "150",
            "Diastolic up to": "90",
        },
    )
    prescriber.sees("Plan 1 In force", "Dr. Rivera issued plan 1: 100 mg first dose, up to 200 mg")
    story.at(prescriber, "record-prescription")
    prescriber.record("Record a prescription", {"Reference": "RX-8841", "Quantity": "4"})
    prescriber.sees("Dr. Rivera recorded a prescription: 4 tablets of 100 mg", "RX-8841")


def prepared(story: Story) -> None:
    """Two days later a preparation session and the first PHQ-9."""
    story.it_is("2026-03-16 10:10")
    therapist = story.at(story.therapist, "complete-preparation").sees("Not now. There is no session to choose.")
    therapist.follow("Schedule it first, with the date it took place").sees("Schedule preparation session 1")
    therapist.record("Schedule", {"Date › Date": "2026-03-16", "Date › Time": "09:00", "Way": "In person"})
    therapist.follow("Record a preparation session").record("Record a preparation session", {"Summary": "Ready."})
    answer(story, 2, 2, 2, 2, 2, 2, 2, 2, 0)
    story.therapist.sees("Dr. Lindqvist recorded PHQ-9: 16, moderately severe")


def answer(story: Story, *values: int) -> None:
    """A PHQ-9, one answer per row."""
    therapist = story.at(story.therapist, "record-outcome")
    for number, value in enumerate(values, 1):
        therapist.page.locator(f"input[name='answers.{number}'][value='{value}']").check()
    therapist.record("Record outcome")


def booked(story: Story, number: int, day: str, time: str) -> None:
    """Scheduled, with a ride home."""
    coordinator = story.at(story.coordinator, "book-session?kind=dosing")
    coordinator.sees(f"Schedule dosing session {number}")
    coordinator.record("Schedule", {
        "Date › Date": day, "Date › Time": time, "Way": "In person",
        "Name": "Ben Whitfield", "Telephone": "555-0117", "Of age": "Yes"})
