"""The people of a course in front of their pages, and the clinic's clock."""

from playwright.sync_api import Browser

from tests.api.clinic import ZONE, local
from tests.browser.person import Person, Typed
from tests.browser.served import Served

ANA = "Ana Whitfield"
CHECKLIST: Typed = {
    "Last food": "09:00",
    "Last drink": "12:00",
    "Medicines held as told": "Yes",
    "A medicine changed since the last review": "No",
    "Thoughts of suicide today": "No",
    "Intoxicated now": "No",
    "Alcohol or cannabis in the last 48 h": "No",
    "Pregnant, or possibly so, since the intake": "No",
    "Ketamine elsewhere since the last dose here": "No",
    "Capacity to consent is in doubt": "No",
    "The room is ready": "Yes",
    "Name and birth date were spoken and agree: Ana Whitfield, born 11 Mar 1984": True,
    "The medicine is in hand": "Yes",
    "Strength on the label": "100",
    "The patient promises not to drive until told, at the earliest tomorrow": True,
}
RELEASE: Typed = {
    "Oriented": True,
    "Walks steadily": True,
    "Keeps fluids down": True,
    "Blood pressure near baseline": True,
    "An adult stays, or takes the patient home": True,
    "Knows not to drive until the day they are told": True,
}


class Story:
    """Dr. Lindqvist, Dr. Rivera and Tom Okafor, and Ana Whitfield's episode once she is referred."""

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

    @property
    def clock(self) -> str:
        return f"{self.clinic.now.astimezone(ZONE):%H:%M}"

    def at(self, person: Person, slug: str = "") -> Person:
        """The person opens the episode, or a page of it."""
        return person.open(f"{self.href}/{slug}".rstrip("/"))

    def at_session(self, number: int) -> Person:
        """The therapist opens the page of a dosing session."""
        return self.at(self.therapist, f"sessions/{number}")

    def book(self, number: int, day: str) -> None:
        """The coordinator schedules a dosing session at 14:00, with a ride home."""
        coordinator = self.at(self.coordinator, "book-session?kind=dosing").sees(f"Schedule dosing session {number}")
        when = {"Date › Date": day, "Date › Time": "14:00", "Way": "In person"}
        ride = {"Name": "Ben Whitfield", "Telephone": "555-0117", "Of age": "Yes"}
        coordinator.record("Schedule", when | ride)

    def start(self, number: int, moment: str) -> None:
        """From the caseload to the page of the session, and its start; who takes the patient home is there."""
        self.it_is(moment)
        therapist = self.therapist.open("/caseload").sees(f"Dosing session {number}, today 14:00", "All gates are open")
        therapist.follow(f"Dosing session {number}, today 14:00")
        therapist.sees(f"May dosing session {number} start?", "Yes. All", "Emergency card").record("Start")
        therapist.record("Record arrival").record("Record the checklist", CHECKLIST)

    def measure(self, systolic: int, diastolic: int) -> None:
        """Vitals as they stand now, on the open page of the session."""
        values = {"Systolic": str(systolic), "Diastolic": str(diastolic), "Pulse": "80"}
        self.therapist.record("Record vitals", values | {"Taken at": self.clock})

    def check(self) -> None:
        looked = {"Responsive": "Yes", "Sedation": "Drowsy", "Distress": "2", "Dissociation": "4", "At": self.clock}
        self.therapist.record("Record the check", looked)

    def answer(self, *values: int) -> None:
        """A PHQ-9 on paper, one answer per row."""
        therapist = self.at(self.therapist, "record-outcome")
        for number, value in enumerate(values, 1):
            therapist.page.locator(f"input[name='answers.{number}'][value='{value}']").check()
        therapist.record("Record outcome")

    def screen(self) -> None:
        """A C-SSRS in which every question that is always asked was answered with no."""
        therapist = self.at(self.therapist, "record-outcome?instrument=c-ssrs")
        for number in (1, 2, 6):
            therapist.page.locator(f"input[name='answers.{number}'][value='0']").check()
        therapist.record("Record outcome")

    def complete(self, kind: str, moment: str, summary: str) -> None:
        """A preparation or integration session of the last hour that nobody had scheduled."""
        self.it_is(moment)
        day, time = moment.split()
        began = f"{int(time[:2]) - 1:02}{time[2:]}"
        title = f"Record {'an' if kind == 'integration' else 'a'} {kind} session"
        therapist = self.at(self.therapist, f"complete-{kind}").sees("Not now. There is no session to choose.")
        therapist.follow("Schedule it first, with the date it took place").sees(f"Schedule {kind} session")
        therapist.record("Schedule", {"Date › Date": day, "Date › Time": began, "Way": "In person"})
        self.at(therapist, f"complete-{kind}").record(title, {"Summary": summary})
