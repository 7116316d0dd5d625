"""A copy knows nothing of what was ended after it: links answered, keys revoked. A restore ends what stands open."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from domain.episode.check_in.revoke_check_in_link import CheckInLinkRevoked
from domain.episode.episode import EPISODE
from domain.subscriber.pause_subscriber import SubscriberPaused
from domain.subscriber.subscriber import SUBSCRIBER
from store.key_file import KeyFile
from store.subscribers import subscriber_of_key
from tests.api.check_in.patient import link_of, sent
from tests.api.clinic import Clinic, opened_clinic
from tests.api.course import Course, referred
from tests.api.subscribed import ClinicsSubscriber
from tests.deploy.conftest import CommandLine
from tests.postgres import Database, Server
from tests.store.house import House


class Before:
    """A clinic with an open link and a subscriber that is served, and a copy of it."""

    def __init__(self, clinic: Clinic, database: Database, copy: Path) -> None:
        self.clinic = clinic
        self.course: Course = referred(clinic).assign()
        sent(self.course, "after_dose")
        with psycopg.connect(database.work_url) as connection:  # links run out by the clinic's clock
            connection.execute("UPDATE check_in_link SET expires_at = clock_timestamp() + interval '1 hour'")
        self.subscriber = ClinicsSubscriber(clinic)
        self.subscriber.grant(is_full=False)
        self.copy = copy
        self.there = command_line(database, self.keys)
        self.there.answer("backup", copy)

    @property
    def keys(self) -> Path:
        kek = self.clinic.edge.kek
        assert isinstance(kek, KeyFile)
        return kek.path


def command_line(database: Database, keys: Path) -> CommandLine:
    return CommandLine(
        {
            "THROUGHLINE_DATABASE_URL": database.app_url,
            "THROUGHLINE_WORK_DATABASE_URL": database.work_url,
            "THROUGHLINE_MIGRATE_DATABASE_URL": database.owner_url,
            "THROUGHLINE_KEY_FILE": str(keys),
            "THROUGHLINE_DATA": str(keys.parent),
        }
    )


@pytest.fixture
def before(database: Database, tmp_path: Path) -> Iterator[Before]:
    with opened_clinic(database) as clinic:
        yield Before(clinic, database, tmp_path / "copy")


@contextmanager
def brought_back(before: Before, server: Server, folder: Path, *options: str) -> Iterator[tuple[House, Any]]:
    """The house over the restored database, and what the restore answered."""
    with server.fresh_database() as another:
        answer = command_line(another, folder / "keys.json").answer(
            "restore", before.copy, "--nobody-erased-since", *options
        )
        house = House(another.app_url, folder / "keys.json")
        house.network_id = before.clinic.network_id
        yield house, answer
        house.close()


def last_of(house: House, stream: Any, stream_id: UUID) -> Any:
    return house.care.history(stream, stream_id, network_id=house.network_id)[-1].event


def test_links_and_subscribers_that_may_be_over_are_ended_and_the_log_says_so(
    before: Before, server: Server, tmp_path: Path
) -> None:
    before.subscriber.revoke()
    with brought_back(before, server, tmp_path / "there") as (house, answer):
        assert answer["check_in_links_ended"] == 1
        assert answer["subscribers_paused"] == [str(before.subscriber.subscriber_id)]
        link_id = link_of(before.course)
        assert last_of(house, EPISODE, before.course.episode_id) == CheckInLinkRevoked(link_id=link_id)
        assert last_of(house, SUBSCRIBER, before.subscriber.subscriber_id) == SubscriberPaused()
        open_links = house.query("SELECT link_id FROM check_in_link WHERE ended_at IS NULL")
        assert open_links == []
        found = subscriber_of_key(house.datastore, before.subscriber.key)
        assert found is not None, "nobody can know here that the key was revoked"
        assert found.is_paused, "so nothing goes to whoever holds it"


def test_whoever_restores_is_told_what_only_people_know(before: Before, server: Server, tmp_path: Path) -> None:
    with server.fresh_database() as another:
        there = command_line(another, tmp_path / "there" / "keys.json")
        done = there.said("restore", before.copy, "--nobody-erased-since")
        for said in ("subscriber resume", "clinician suspend", "care team", "consent"):
            assert said in " ".join(done.split())


def test_nothing_is_ended_where_the_copy_is_the_whole_log(before: Before, server: Server, tmp_path: Path) -> None:
    with brought_back(before, server, tmp_path / "there", "--nothing-recorded-since") as (house, answer):
        assert (answer["check_in_links_ended"], answer["subscribers_paused"]) == (0, [])
        assert house.query("SELECT link_id FROM check_in_link WHERE ended_at IS NULL") == [(link_of(before.course),)]
        found = subscriber_of_key(house.datastore, before.subscriber.key)
        assert found is not None
        assert not found.is_paused
