"""Whatever breaks between a reminder and its reader, it arrives once, or shows that it could not."""

import multiprocessing
import os
import random
import signal
import threading
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from domain.episode.course.pause_episode import PauseEpisode, pause_episode
from domain.episode.course.resume_episode import ResumeEpisode, resume_episode
from domain.episode.episode import EPISODE
from domain.episode.safety.report_adverse_event import AdverseEventTerm, ReportAdverseEvent, report_adverse_event
from domain.sealed import Sealed
from store.application import CareApplication
from store.care import Care
from store.datastore import Datastore
from store.key_file import KeyFile
from store.keyring import Keyring
from tests.api.clinic import local
from tests.waiting import eventually
from tests.workers.mail import Mailbox
from tests.workers.reminders.conftest import Reminded
from workers.channels.email import Email, Server
from workers.remembering import Remembered
from workers.remind import REMINDING, Reminder
from workers.reminding import Means, remind
from workers.shift import connect

forked = multiprocessing.get_context("fork")


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
