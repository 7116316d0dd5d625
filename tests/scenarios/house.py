"""The house of the scenario book: the demonstration's network behind the real web application, and its people."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from deploy.demo.cast import ACHEBE, LINDQVIST, NETWORK_ID, OKAFOR, PARK, RIVERA, VANCE, Invented, Staff
from deploy.demo.story import Story
from deploy.demo.teller import Teller
from domain.network.network import NETWORK, Network
from tests.api.clinic import PunctualClinic, local
from tests.postgres import Database
from tests.scenarios.person import Person
from tests.scenarios.told import Told

FOUNDED_AT = local("2025-12-01 09:00")
FIRST_MONDAY = date(2026, 3, 2)
"""On this day most scenarios begin."""
Tell = Callable[[Story, datetime], None]


class House(PunctualClinic):
    """`told` stories share the house; each scenario begins with a patient nobody else has."""

    therapist: Person
    prescriber: Person
    coordinator: Person
    compliance: Person

    def __init__(self, database: Database, keys: Path) -> None:
        self.database = database
        super().__init__(database, keys, FOUNDED_AT, NETWORK_ID)
        self.therapist, self.prescriber = self.person(LINDQVIST), self.person(RIVERA)
        self.coordinator, self.compliance = self.person(OKAFOR), self.person(PARK)
        self.other_therapist, self.other_prescriber = self.person(VANCE), self.person(ACHEBE)
        self.feed: list[dict[str, Any]] = []
        self._cursor: str | None = None

    def person(self, staff: Staff) -> Person:
        return Person(self, staff.actor)

    def browser_of(self, staff: Staff) -> Person:
        """The one browser of each person."""
        everybody = (self.therapist, self.prescriber, self.coordinator, self.compliance)
        others = (self.other_therapist, self.other_prescriber)
        return next(one for one in (*everybody, *others) if one.actor.actor_id == staff.clinician_id)

    def tells(
        self, tell: Tell, name: str, *, begins_on: date = FIRST_MONDAY, course: int = 1, prescriber: Staff = RIVERA
    ) -> Told:
        """A story of the demonstration with a patient of that name; nothing of it has happened yet."""
        patient = Invented(name, date(1984, 3, 11), 70, 124, 78, "F33.2", "latex", course)
        story = Story(patient, LINDQVIST, prescriber, begins_on)
        tell(story, local("2026-12-01 09:00"))
        return Told(self, story)

    @property
    def network(self) -> Network:
        """The network as it stands."""
        found: Network
        found, _ = self.edge.care.state(NETWORK, NETWORK_ID, network_id=NETWORK_ID)
        return found

    def events_of(self, episode_id: UUID) -> list[str]:
        """The kinds of events of an episode in the network's feed, oldest first."""
        while True:
            asked = {"after": self._cursor} if self._cursor else {}
            page = self.coordinator.reads("/events", limit=1000, **asked)
            self.feed += page["events"]
            self._cursor = page["cursor"]
            if len(page["events"]) < 1000:
                return [
                    event["type"].split(".")[2] for event in self.feed if event["subject"] == f"episode/{episode_id}"
                ]

    def _found(self) -> None:
        self.teller = Teller(self.edge.care, self._next_reference)
        self.teller.found(FOUNDED_AT)
        self.lindqvist, self.rivera = LINDQVIST.actor, RIVERA.actor
        self.okafor, self.park = OKAFOR.actor, PARK.actor

    def _next_reference(self) -> str:
        with self.datastore.get_connection() as connection:
            ((reference,),) = connection.execute("SELECT next_reference(%s)", [NETWORK_ID]).fetchall()
        return str(reference)
