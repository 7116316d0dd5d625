"""Reminders through a real mail server: told once, to the right person, only while it holds, whatever breaks."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.actor import Role
from domain.episode.alert.acknowledge_alert import AcknowledgeAlert, acknowledge_alert
from domain.episode.alert.alert import AlertKind, id_of
from domain.episode.course.discharge_patient import DischargePatient, DischargeReason, discharge_patient
from domain.episode.course.pause_episode import PauseEpisode, pause_episode
from domain.episode.course.resume_episode import ResumeEpisode, resume_episode
from domain.episode.episode import EPISODE
from domain.episode.intake.book_intake import BookIntake, book_intake
from domain.episode.intake.intake import Way
from domain.episode.outcome.record_outcome import RecordOutcome, record_outcome
from domain.episode.referral.refer import Refer, refer
from domain.episode.safety.report_adverse_event import AdverseEventTerm, ReportAdverseEvent, report_adverse_event
from domain.episode.team.assign_care_team_member import AssignCareTeamMember, assign_care_team_member
from domain.network.name_on_call import NameOnCall, name_on_call
from domain.network.network import NETWORK
from domain.patient.patient import PATIENT
from domain.patient.register_patient import RegisterPatient, register_patient
from domain.sealed import Sealed
from store.application import CareApplication
from store.care import Care
from store.datastore import Datastore
from store.key_file import KeyFile
from store.keyring import Keyring
from store.reminders import Told, told_of
from tests.api.clinic import Clinic, local
from tests.browser.served import ServedClinic
from tests.postgres import Database
from tests.waiting import eventually
from tests.workers.mail import Mailbox, mail_server
from workers.channels.email import Email, Server
from workers.remembering import Remembered
from workers.remind import REMINDING, Reminder
from workers.reminding import Means, remind
from workers.shift import connect

forked = multiprocessing.get_context("fork")


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


def test_what_is_due_is_told_once_and_told_again_when_it_is_overdue(reminded: Reminded) -> None:
    assert reminded.at("2026-03-12 07:30") == 0, "before the hour of the message of the day"
    assert reminded.at("2026-03-12 09:00") == 1
    assert reminded.at("2026-03-12 09:01") == 0
    assert reminded.at("2026-03-13 09:00") == 0
    assert reminded.at("2026-03-13 10:01") == 1
    assert reminded.at("2026-03-14 10:00") == 0
    assert reminded.subjects == ["1 thing is due", "1 thing is overdue"]


def test_a_round_looks_only_at_what_may_have_changed(reminded: Reminded) -> None:
    """Rounds come every few seconds: the lists of a network are not read and judged again each time."""
    reminded.at("2026-03-12 09:00")
    planned = reminded.means.remembered.planned_anew
    reminded.at("2026-03-12 09:01")
    assert reminded.means.remembered.planned_anew == planned
    reminded.event()
    assert reminded.at("2026-03-12 09:02") > 0
    assert reminded.means.remembered.planned_anew == planned + 1


def test_suicidal_thoughts_that_nobody_took_on_are_told_after_the_discharge_too(reminded: Reminded) -> None:
    answers = (1, 1, 1, 1, 1, 0, 0, 0, 1)
    order = RecordOutcome(outcome_id=uuid4(), instrument="phq-9", taken_at=local("2026-03-12 06:00"), answers=answers)
    reminded.decide(record_outcome, order, reminded.clinic.lindqvist)
    left = DischargePatient(reason=DischargeReason.PATIENT_CHOICE)
    reminded.decide(discharge_patient, left, reminded.clinic.lindqvist)
    assert reminded.at("2026-03-12 09:00") > 0
    assert any(one.key.startswith("alert:") for one in reminded.told())


def test_a_message_holds_nothing_about_health_or_anybody(reminded: Reminded) -> None:
    reminded.at("2026-03-12 09:00")
    (mail,) = reminded.mailbox.delivered
    assert mail.to == reminded.prescriber
    whole = mail.message.as_string()
    assert "Sign in: https://kap.example.org" in whole
    for secret in ("Quitte", "Ada", "KAP-0999", "ntake", "Rivera", "Bay KAP", str(reminded.episode_id)):
        assert secret not in whole, secret


def test_pages_can_say_who_was_told_when_and_how(reminded: Reminded) -> None:
    reminded.at("2026-03-12 09:00")
    (told,) = reminded.told()
    assert (told.recipient_id, told.key, told.tier) == (reminded.clinic.rivera.actor_id, "intake", "soon")
    assert (told.channel, told.was_sent, told.settled_at) == ("email", True, local("2026-03-12 09:00"))


def test_no_other_network_sees_what_was_sent(reminded: Reminded) -> None:
    reminded.at("2026-03-12 09:00")
    with reminded.clinic.datastore.in_network(uuid4()) as connection:
        assert told_of(connection, [reminded.episode_id]) == []
        assert connection.execute("SELECT count(*) FROM reminder_message").fetchone() == (0,)


def test_an_alert_goes_out_at_night_and_on_until_somebody_acknowledges_it(reminded: Reminded) -> None:
    clinic = reminded.clinic
    abara = clinic.admit("Dr. Sam Abara", Role.PRESCRIBER)
    on_call = NameOnCall(prescriber_id=abara.actor_id, phone="555-0199")
    clinic.decide(NETWORK, clinic.network_id, name_on_call, on_call)
    reminded.at("2026-03-12 09:00")
    clinic.now = local("2026-03-12 23:00")
    about = reminded.event()
    assert reminded.at("2026-03-12 23:00") == 1
    assert reminded.subjects[-1] == "1 needs you now"
    assert reminded.at("2026-03-12 23:14") == 0
    assert reminded.at("2026-03-12 23:15") == 1, "the owner has not acknowledged it in a quarter of an hour"
    assert [one.subject for one in reminded.mailbox.to(address_of(abara.actor_id))] == ["Throughline: 1 needs you now"]
    order = AcknowledgeAlert(alert_id=id_of(AlertKind.SERIOUS_EVENT, about))
    reminded.decide(acknowledge_alert, order, clinic.rivera)
    assert reminded.at("2026-03-13 07:30") == 0


def test_an_alert_that_was_acknowledged_in_time_goes_to_nobody_else(reminded: Reminded) -> None:
    reminded.at("2026-03-12 09:00")
    about = reminded.event()
    assert reminded.at("2026-03-12 09:30") == 1
    order = AcknowledgeAlert(alert_id=id_of(AlertKind.SERIOUS_EVENT, about))
    reminded.decide(acknowledge_alert, order, reminded.clinic.rivera)
    assert reminded.at("2026-03-12 12:00") == 0


def waiting_while_the_server_is_down(reminded: Reminded) -> None:
    reminded.mailbox.answer = "451 later"
    assert reminded.at("2026-03-12 09:00") == 0
    assert [one.result for one in reminded.told()] == [None]
    reminded.mailbox.answer = "250 OK"


def test_what_could_not_be_sent_is_sent_later_under_the_same_id(reminded: Reminded) -> None:
    waiting_while_the_server_is_down(reminded)
    assert reminded.at("2026-03-12 09:00") == 0, "not before a minute has passed"
    assert reminded.at("2026-03-12 09:02") == 1
    assert reminded.at("2026-03-12 09:03") == 0


def test_a_pause_stops_what_waits_and_what_holds_again_is_told_then(reminded: Reminded) -> None:
    waiting_while_the_server_is_down(reminded)
    reminded.decide(pause_episode, PauseEpisode(reason=Sealed.of("Travels")), reminded.clinic.lindqvist)
    assert reminded.at("2026-03-12 09:02") == 0
    assert reminded.told() == []
    reminded.decide(resume_episode, ResumeEpisode(), reminded.clinic.lindqvist)
    assert reminded.at("2026-03-13 08:30") == 1


def test_a2_a_death_stops_a_message_that_was_planned_a_minute_before(reminded: Reminded) -> None:
    waiting_while_the_server_is_down(reminded)
    reminded.clinic.decide(
        EPISODE,
        reminded.episode_id,
        report_adverse_event,
        ReportAdverseEvent(adverse_event_id=uuid4(), term=AdverseEventTerm.OTHER, grade=5, serious=True),
        reminded.clinic.lindqvist,
    )  # the lists have not caught up; the log knows
    assert reminded.at("2026-03-12 09:02") == 0
    assert reminded.told() == []
    reminded.clinic.catch_up()
    assert reminded.at("2026-03-12 09:03") == 1, "the alert to staff that somebody died"
    assert reminded.subjects == ["1 needs you now"]


def test_an_address_that_is_refused_is_not_tried_again_and_shows(reminded: Reminded) -> None:
    reminded.mailbox.answer_to_address = "550 no such person"
    assert reminded.at("2026-03-12 09:00") == 0
    reminded.mailbox.answer_to_address = "250 OK"
    assert reminded.at("2026-03-12 11:00") == 0
    assert [(one.result, one.was_sent) for one in reminded.told()] == [("refused", False)]


def test_after_many_tries_a_message_is_given_up(reminded: Reminded) -> None:
    reminded.mailbox.answer = "451 later"
    for hours in range(0, 24 * 8, 5):
        reminded.clinic.now = local("2026-03-12 09:00") + timedelta(hours=hours)
        with connect(reminded.database.work_url) as connection:
            remind(connection, reminded.means)
    assert "given_up" in {one.result for one in reminded.told()}


def test_after_a_crash_between_sending_and_noting_it_comes_once_more_under_the_same_id(reminded: Reminded) -> None:
    class Crash(BaseException):
        pass

    class CrashesAfterwards(Email):
        def send(self, letter: Any) -> None:
            super().send(letter)
            raise Crash

    sound = reminded.means
    reminded.means = sound._replace(channel=CrashesAfterwards(Server.at(reminded.mailbox.url)))
    with pytest.raises(Crash):
        reminded.at("2026-03-12 09:00")
    reminded.means = sound
    assert reminded.at("2026-03-12 09:01") == 0, "whoever sends has it alone for two minutes"
    assert reminded.at("2026-03-12 09:03") == 1
    first, second = reminded.mailbox.delivered
    assert first.message_id == second.message_id


def test_of_two_processes_one_reminds(reminded: Reminded) -> None:
    stop = threading.Event()
    threads = [
        threading.Thread(target=Reminder(reminded.database.work_url, reminded.means).run, args=(stop,))
        for _ in range(2)
    ]
    reminded.clinic.now = local("2026-03-12 09:00")
    for thread in threads:
        thread.start()
    try:
        eventually(lambda: reminded.subjects == ["1 thing is due"])
        with psycopg.connect(reminded.database.work_url) as connection:
            (row,) = connection.execute(
                "SELECT epoch, leased_until > clock_timestamp() FROM read_models.checkpoint WHERE read_model = %s",
                [REMINDING.name],
            ).fetchall()
        assert row == (1, True)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert reminded.subjects == ["1 thing is due"]


def more_than(seen: int, mailbox: Mailbox) -> bool:
    return len(mailbox.delivered) > seen


def remind_until_killed(app_url: str, work_url: str, keys: Path, mail_url: str, now: Any) -> None:
    """A process of its own, which remembers nothing and never rests."""
    datastore, kek = Datastore(app_url, max_size=3), KeyFile.open_or_create(keys)
    keyring = Keyring(datastore, kek)
    care = Care(CareApplication(datastore), keyring, kek, clock=lambda: now)
    means = Means(care, keyring, Email(Server.at(mail_url)), lambda: now, "https://kap.example.org", Remembered())
    with connect(work_url) as connection:
        while True:
            remind(connection, means)


@pytest.mark.faults
def test_a_killed_process_forgets_no_message_and_words_none_twice(reminded: Reminded, crash_rounds: int) -> None:
    chance = random.Random(11)
    keys = reminded.clinic.edge.kek.path  # type: ignore[attr-defined]
    for number in range(crash_rounds):
        reminded.event()
        reminded.clinic.now += timedelta(minutes=3)
        urls = reminded.database.app_url, reminded.database.work_url, keys, reminded.mailbox.url, reminded.clinic.now
        process = forked.Process(target=remind_until_killed, args=urls)
        process.start()
        if number % 2:
            eventually(partial(more_than, len(reminded.mailbox.delivered), reminded.mailbox))
        time.sleep(chance.uniform(0, 0.05))
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
    reminded.clinic.now += timedelta(minutes=3)
    with connect(reminded.database.work_url) as connection:
        remind(connection, reminded.means)
    told = reminded.told()
    assert sum(one.key.startswith("alert:") for one in told) == crash_rounds
    assert all(one.was_sent for one in told)
    with psycopg.connect(reminded.database.work_url) as connection:
        rows = connection.execute("SELECT message_id::text FROM reminder_message WHERE result = 'sent'").fetchall()
    ids = [one.message_id for one in reminded.mailbox.delivered]
    assert {f"<{message_id}@throughline>" for (message_id,) in rows} == set(ids)
