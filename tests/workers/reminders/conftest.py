"""A clinic with a real mail server, and rounds of the reminding worker over it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.actor import Role
from domain.episode.episode import EPISODE
from domain.episode.intake.book_intake import BookIntake, book_intake
from domain.episode.intake.intake import Way
from domain.episode.referral.refer import Refer, refer
from domain.episode.safety.report_adverse_event import AdverseEventTerm, ReportAdverseEvent, report_adverse_event
from domain.episode.team.assign_care_team_member import AssignCareTeamMember, assign_care_team_member
from domain.patient.patient import PATIENT
from domain.patient.register_patient import RegisterPatient, register_patient
from domain.sealed import Sealed
from store.reminders import Told, told_of
from tests.api.clinic import Clinic, local
from tests.browser.served import ServedClinic
from tests.postgres import Database
from tests.workers.mail import Mailbox, mail_server
from workers.channels.email import Email, Server
from workers.remembering import Remembered
from workers.reminding import Means, remind
from workers.shift import connect


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


@pytest.fixture
def clinic(database: Database) -> Iterator[Clinic]:
    """Bay KAP Network on Thu 12 Mar 2026, 06:00; what is recorded is known as of its own clock."""
    with TemporaryDirectory(prefix="throughline-remind-") as folder:
        opened = ServedClinic(database, Path(folder) / "keys.json", local("2026-03-12 06:00"))
        yield opened
        opened.close()


class Reminded:
    """A patient with a care team whose intake is booked for Fri 13 Mar, 10:00; and how the clinic reminds."""

    def __init__(self, clinic: Clinic, database: Database, mailbox: Mailbox) -> None:
        self.clinic, self.database, self.mailbox = clinic, database, mailbox
        self.means = means_of(clinic, mailbox)
        self.patient_id, self.episode_id = uuid4(), uuid4()
        register = RegisterPatient(reference="KAP-0999", name=Sealed.of("Ada Quitte"), birth_date="1980-05-17")  # type: ignore[arg-type]
        clinic.decide(PATIENT, self.patient_id, register_patient, register)
        self.decide(refer, Refer(patient_id=self.patient_id, reason=Sealed.of("Low mood")), clinic.lindqvist)
        member = AssignCareTeamMember(clinician_id=clinic.rivera.actor_id, role=Role.PRESCRIBER)
        self.decide(assign_care_team_member, member, clinic.okafor)
        intake = BookIntake(starts_at=local("2026-03-13 10:00"), way=Way.REMOTE)
        self.decide(book_intake, intake, clinic.okafor)
        self.prescriber = address_of(clinic.rivera.actor_id)

    def decide(self, decision: Any, order: Any, by: Any) -> None:
        self.clinic.decide(EPISODE, self.episode_id, decision, order, by)
        self.clinic.catch_up()

    def event(self, grade: int = 3) -> UUID:
        """A grave adverse event is reported."""
        about = uuid4()
        order = ReportAdverseEvent(adverse_event_id=about, term=AdverseEventTerm.CONFUSION, grade=grade, serious=False)
        self.decide(report_adverse_event, order, self.clinic.lindqvist)
        return about

    def at(self, when: str) -> int:
        """One round of reminding at a local time; how many messages went out."""
        self.clinic.now = local(when)
        with connect(self.database.work_url) as connection:
            return remind(connection, self.means)

    @property
    def subjects(self) -> list[str]:
        return [one.subject.removeprefix("Throughline: ") for one in self.mailbox.to(self.prescriber)]

    def told(self) -> list[Told]:
        with self.clinic.datastore.in_network(self.clinic.network_id) as connection:
            return told_of(connection, [self.episode_id])


@pytest.fixture
def reminded(clinic: Clinic, database: Database, mailbox: Mailbox) -> Reminded:
    return Reminded(clinic, database, mailbox)


def means_of(clinic: Clinic, mailbox: Mailbox) -> Means:
    channel = Email(Server.at(mailbox.url))
    return Means(
        clinic.edge.care, clinic.edge.keyring, channel, lambda: clinic.now, "https://kap.example.org", Remembered()
    )


def address_of(clinician_id: UUID) -> str:
    return f"{clinician_id.hex[:12]}@example.org"
