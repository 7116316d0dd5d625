"""An episode of ours, and everybody who might knock: the team, those around it, those who were, and strangers."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from domain.actor import Actor, Role
from domain.clinician.clinician import CLINICIAN
from domain.clinician.suspend_clinician import SuspendClinician, suspend_clinician
from domain.derived import derived_id
from domain.network.name_on_call import NameOnCall, name_on_call
from domain.network.network import NETWORK
from domain.patient.patient import PATIENT
from domain.patient.register_patient import RegisterPatient, register_patient
from domain.subscriber.register_subscriber import RegisterSubscriber, register_subscriber
from domain.subscriber.subscriber import SUBSCRIBER, Purpose
from tests.api.clinic import ON_CALL_NUMBER, Browser, Clinic
from tests.api.course import Course, ready_to_dose, referred
from tests.postgres import Database
from tests.security.next_door import NextDoor
from tests.security.orders import orders

SUBSCRIBER_ID = derived_id("subscriber", "of the world")
FILLED_BY_LOOKING = frozenset({"access_log", "sign_in_session", "sign_in_record"})


class World:
    """`ours` has a team, `pool` waits for a prescriber; `visitors` are signed in, by how they stand to `ours`."""

    def __init__(self, clinic: Clinic, database: Database) -> None:
        self.clinic, self.database = clinic, database
        self.ours = ready_to_dose(clinic)
        self.ours.book()
        self.pool = referred(clinic, "Ben Whitfield")
        self.next_door = NextDoor(clinic)
        self.on_call = clinic.admit("Dr. Noor Abara", Role.PRESCRIBER)
        duty = NameOnCall(prescriber_id=self.on_call.actor_id, phone=ON_CALL_NUMBER)
        clinic.decide(NETWORK, clinic.network_id, name_on_call, duty)
        follows = RegisterSubscriber(title="Lakeside Registry", purpose=Purpose.RESEARCH)
        clinic.decide(SUBSCRIBER, SUBSCRIBER_ID, register_subscriber, follows)
        removed = self.join(clinic.admit("Dr. Rem Oved", Role.THERAPIST))
        self.leave(removed)
        suspended = self.join(clinic.admit("Dr. Sus Pend", Role.THERAPIST))
        people = {
            "therapist": clinic.lindqvist,
            "prescriber": clinic.rivera,
            "on call": self.on_call,
            "coordinator": clinic.okafor,
            "compliance": clinic.park,
            "other therapist": clinic.admit("Dr. Sol Solis", Role.THERAPIST),
            "other prescriber": clinic.admit("Dr. Eli Wren", Role.PRESCRIBER),
            "removed": removed,
            "suspended": suspended,
            "next door": self.next_door.everybody,
        }
        self.visitors = {name: Browser(clinic, actor) for name, actor in people.items()}
        for visitor in self.visitors.values():
            assert visitor.get("/stay").status_code == 204
        for course in (self.ours, self.pool):
            self.visitors["compliance"].post(f"{course.href}/purpose", {"purpose": "incident"})
            self.say_why(course)
        clinic.decide(CLINICIAN, suspended.actor_id, suspend_clinician, SuspendClinician())
        clinic.catch_up()

    def say_why(self, course: Course) -> None:
        """Whoever is on call is not on any team, and says why before the first look."""
        order = {"because": "alert", "reason": "called about the patient"}
        self.visitors["on call"].recorded(course.episode_id, "take_access", **order)

    def join(self, actor: Actor, course: Course | None = None) -> Actor:
        """Onto the care team of an episode, as a therapist."""
        self.clinic.coordinator.recorded((course or self.ours).episode_id, "assign_care_team_member", **_place(actor))
        return actor

    def leave(self, actor: Actor, course: Course | None = None) -> None:
        self.clinic.coordinator.recorded((course or self.ours).episode_id, "remove_care_team_member", **_place(actor))

    def register(self) -> UUID:
        """Another patient of ours, whom nobody has referred."""
        patient_id = uuid4()
        body = {"reference": f"KAP-{patient_id.hex[:8].upper()}", "name": "Una Referred", "birth_date": "1984-03-11"}
        self.clinic.decide(PATIENT, patient_id, register_patient, RegisterPatient.model_validate(body))
        return patient_id

    def order(self, decision: str) -> dict[str, Any]:
        """A readable order for a decision."""
        return orders(self.clinic.now, self.clinic.rivera.actor_id, uuid4())[decision]

    def kept(self) -> dict[str, int]:
        """How many rows each table holds: the same before and after a refusal."""
        return kept_in(self.database)


def kept_in(database: Database) -> dict[str, int]:
    """Rows of every table of the log and beside it, but for those that looking and signing in fill."""
    with psycopg.connect(database.superuser_url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        names = [name for (name,) in found if name not in FILLED_BY_LOOKING]
        counts = [sql.SQL("SELECT {}, count(*) FROM {}").format(name, sql.Identifier(name)) for name in names]
        return dict(connection.execute(sql.SQL(" UNION ALL ").join(counts)).fetchall())


def _place(actor: Actor) -> dict[str, str]:
    return {"clinician_id": str(actor.actor_id), "role": "therapist"}
