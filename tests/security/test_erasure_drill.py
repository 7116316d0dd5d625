"""The drill of an erasure (A34): what was written about a patient is searched for everywhere, before and after.

One whole course of care is driven with a canary in every field, two people erase the patient through the pages, and
the canaries are searched for in every table, page, feed and list, in the notes of their therapist, and in a database
brought back from a copy of before. Another patient, who went through a course of their own, has lost nothing.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
import pytest

from deploy.database.backup import backup
from deploy.database.restore import restore
from domain.actor import Role
from domain.patient.patient import PATIENT
from store.erased_list import erased_in
from store.errors import KeyWasDestroyed
from store.keyring import Keyring
from store.sealing import Token
from tests.api.clinic import Browser, Clinic
from tests.api.forms_driven import fields_in
from tests.postgres import Database, Servers
from tests.security.canaries import standing_in, wrapped, written
from tests.security.private import own_pages
from tests.security.told import Told, everything_in, paths_of, rows_of, tokens_in, told_to_the_end
from tests.store.house import House


class Drill(NamedTuple):
    """A patient who was erased, what had been written about them, and where it had been shown."""

    told: Told
    patient_id: UUID
    words: dict[str, str]
    """Canaries in what was sealed for this patient alone, and where each had been written."""
    born: date
    shown_at: dict[tuple[str, str], int]
    """The pages that showed any of it before, by whose they are, and with which status."""
    others: list[str]
    """What was sealed for everybody else, before."""
    shown_of_others: set[str]
    """What the other patient's timeline showed before."""
    copy: Path
    """A copy of before."""

    @property
    def clinic(self) -> Clinic:
        return self.told.whole.clinic

    def found_in(self, text: bytes) -> list[str]:
        """Words and birth date of this patient, in clear or merely wrapped up."""
        raw = text.lower()
        found = ["birth date" for form in written(self.born) if form in raw]
        if standing := standing_in(raw):
            found += [f"{at}: {word}" for word, at in self.words.items() if not standing.isdisjoint(wrapped(word))]
        return found


def browsers(told: Told) -> dict[str, Browser]:
    clinic = told.whole.clinic
    return {"therapist": clinic.therapist, "prescriber": clinic.prescriber, "coordinator": clinic.coordinator,
            "compliance": clinic.compliance}  # fmt: skip


def sealed_in(database: Database) -> Iterator[str]:
    """Every sealed value of the log but the notes', whoever it was sealed for."""
    with psycopg.connect(database.superuser_url) as connection:
        rows = connection.execute("SELECT payload FROM events WHERE stream_type <> 'psychotherapy_note'").fetchall()
    for (payload,) in rows:
        yield from tokens_in(bytes(payload))


def texts_of(database: Database, keyring: Keyring, network_id: UUID, patient_id: UUID, *, others: bool) -> list[str]:
    """What opens of this patient, or of everybody else."""
    found = []
    for token in sealed_in(database):
        if (Token.parse(token).person_id == patient_id) is not others:
            try:
                found.append(keyring.open(token, network_id=network_id))
            except KeyWasDestroyed:
                continue
    return found


def erased(told: Told, patient_id: UUID) -> None:
    """By two people, through the pages, fifteen days apart."""
    clinic = told.whole.clinic
    second = Browser(clinic, clinic.admit("Ruth Stein", Role.COMPLIANCE))
    here = f"/erasures/{patient_id}"
    reference = clinic.edge.care.state(PATIENT, patient_id, network_id=clinic.network_id)[0].reference
    typed = {"reference": reference, "legal_basis": "retention_period_over", "reason": told.canaries.word("erasure")}
    _sent(clinic.compliance, here, "propose-erasure", **typed)
    clinic.travel(days=15)
    _sent(second, here, "confirm-erasure", reference=reference, _sign="yes")


def _sent(browser: Browser, here: str, slug: str, **typed: str) -> None:
    given = fields_in(browser.get(here).text, f"{here}/{slug}")
    answer = browser.post(f"{here}/{slug}", given | typed)
    assert answer.status_code == 303, answer.text


@pytest.fixture(scope="module")
def drill(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    with told_to_the_end(servers) as one:
        yield _drilled(one, tmp_path_factory.mktemp("drill") / "copy")


def _drilled(told: Told, copy: Path) -> Drill:
    clinic, patient_id = told.whole.clinic, told.whole.patient_id
    assert patient_id is not None
    texts = texts_of(told.database, clinic.edge.keyring, clinic.network_id, patient_id, others=False)
    words = {word: place for word, place in told.canaries.texts.items() if any(word in text for text in texts)}
    state, _ = clinic.edge.care.state(PATIENT, patient_id, network_id=clinic.network_id)
    born = date.fromisoformat(clinic.edge.keyring.open(state.birth_date, network_id=clinic.network_id))
    for course in (told.whole.course, told.whole.monitored.course):
        clinic.compliance.post(f"{course.href}/purpose", {"purpose": "incident"})
    others = texts_of(told.database, clinic.edge.keyring, clinic.network_id, patient_id, others=True)
    drill = Drill(told, patient_id, words, born, {}, others, set(), copy)
    shown = {where: look.status for where, look in looks(drill).items() if look.found}
    of_others = timeline_of_the_other(told)
    backup(told.database.work_url, clinic.edge.kek.path, copy)  # type: ignore[attr-defined]
    erased(told, patient_id)
    for course in (told.whole.course, told.whole.monitored.course):
        clinic.compliance.post(f"{course.href}/purpose", {"purpose": "incident"})
    return drill._replace(shown_at=shown, shown_of_others=of_others)


class Look(NamedTuple):
    """What somebody met at an address."""

    status: int
    found: list[str]
    """Of this patient, in the page or around it."""
    says_erased: bool


def looks(drill: Drill) -> dict[tuple[str, str], Look]:
    """At everything that can be looked at, by whose it is."""
    taken = {}
    for name, browser in browsers(drill.told).items():
        for path in paths_of(drill.told):
            answer = browser.get(path, params={"purpose": "incident"})
            found = drill.found_in(everything_in(answer))
            taken[name, path] = Look(answer.status_code, found, b"rased" in answer.content)
    return taken


@pytest.fixture(scope="module")
def after(drill: Drill) -> dict[tuple[str, str], Look]:
    """Every page as it is after the erasure, each asked for once."""
    return looks(drill)


def timeline_of_the_other(told: Told) -> set[str]:
    answer = told.whole.clinic.therapist.get(f"{told.whole.monitored.course.href}/timeline")
    assert answer.status_code == 200
    return set(told.canaries.found_in(answer.content))


def test_there_was_something_to_erase(drill: Drill) -> None:
    assert len(drill.words) > 60
    assert len(drill.shown_at) > 80
    assert {name for name, _ in drill.shown_at} >= {"therapist", "coordinator", "compliance"}
    assert len(drill.shown_of_others) > 3


def test_nothing_sealed_for_them_opens_and_everything_of_others_does(drill: Drill) -> None:
    clinic, database = drill.clinic, drill.told.database
    fresh = Keyring(clinic.datastore, clinic.edge.kek)
    for keyring in (clinic.edge.keyring, fresh):
        assert texts_of(database, keyring, clinic.network_id, drill.patient_id, others=False) == []
    opened = texts_of(database, fresh, clinic.network_id, drill.patient_id, others=True)
    assert opened[: len(drill.others)] == drill.others
    assert len(drill.others) > 20


def test_every_page_that_showed_them_opens_as_before_and_says_that_they_are_erased(
    drill: Drill, after: dict[tuple[str, str], Look]
) -> None:
    for where, status in drill.shown_at.items():
        assert after[where] == Look(status, found=[], says_erased=True), where


def test_no_page_shows_anything_of_them_and_the_other_patient_is_shown_as_before(
    drill: Drill, after: dict[tuple[str, str], Look]
) -> None:
    assert {where: look.found for where, look in after.items() if look.found} == {}
    assert timeline_of_the_other(drill.told) == drill.shown_of_others


def test_no_table_holds_a_word_and_no_name_finds_them(drill: Drill) -> None:
    for table, row in rows_of(drill.told.database):
        for value in row:
            text = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            assert drill.found_in(text) == [], table
    with psycopg.connect(drill.told.database.superuser_url) as connection:
        found = connection.execute("SELECT FROM patient_search WHERE patient_id = %s", [drill.patient_id]).fetchall()
        drafts = connection.execute("SELECT FROM document_draft WHERE patient_id = %s", [drill.patient_id]).fetchall()
    assert (found, drafts) == ([], [])
    name = next(word for word, place in drill.words.items() if place == "name")
    answer = drill.clinic.therapist.post("/find", {"q": name})
    assert answer.status_code == 200
    assert drill.told.whole.course.href.encode() not in answer.content


def test_the_feed_tells_that_somebody_was_erased_and_nothing_else(drill: Drill) -> None:
    after, kinds = "", []
    while True:
        answer = drill.clinic.coordinator.get("/events", params={"limit": 200, **({"after": after} if after else {})})
        assert answer.status_code == 200
        assert drill.found_in(everything_in(answer)) == []
        items = answer.json()["events"]
        kinds += [one["type"] for one in items]
        if not items:
            break
        after = answer.json()["cursor"]
    assert sum("PatientErased" in kind for kind in kinds) == 1


def test_no_log_line_and_no_metric_holds_a_word(drill: Drill) -> None:
    assert drill.told.log
    assert drill.found_in("\n".join(drill.told.log).encode()) == []
    assert drill.found_in(drill.clinic.compliance.get("/metrics").content) == []


def test_the_notes_of_their_therapist_open_no_more(drill: Drill) -> None:
    for path in own_pages(drill.told.whole.course):
        answer = drill.clinic.therapist.get(path)
        assert answer.status_code in (200, 409), path
        assert drill.told.private.found_in(answer.content) == [], path


def test_the_history_still_replays(drill: Drill) -> None:
    course = drill.told.whole.course
    answer = drill.clinic.compliance.get(f"/api{course.href}/replay", params={"purpose": "incident"})
    assert answer.status_code == 200
    assert answer.json()["state"]
    assert drill.found_in(answer.content) == []
    anew = House(drill.clinic.datastore.conninfo, drill.clinic.edge.kek.path)  # type: ignore[attr-defined]
    history = anew.care.history(PATIENT, drill.patient_id, network_id=drill.clinic.network_id)
    assert type(history[-1].event).__name__ == "PatientErased"
    anew.close()


def test_a_database_brought_back_from_before_opens_nothing_of_them(
    drill: Drill, servers: Servers, tmp_path: Path
) -> None:
    with psycopg.connect(drill.told.database.work_url) as connection:
        listed = erased_in(connection)
    with servers.get("embedded").fresh_database() as empty:
        restore(empty.owner_url, tmp_path / "keys.json", drill.copy, listed)
        there = House(empty.app_url, tmp_path / "keys.json")
        network_id: Any = drill.clinic.network_id
        assert texts_of(empty, there.keyring, network_id, drill.patient_id, others=False) == []
        assert len(texts_of(empty, there.keyring, network_id, drill.patient_id, others=True)) > 20
        there.close()
    with servers.get("embedded").fresh_database() as empty:
        restore(empty.owner_url, tmp_path / "others.json", drill.copy)
        there = House(empty.app_url, tmp_path / "others.json")
        opened = texts_of(empty, there.keyring, drill.clinic.network_id, drill.patient_id, others=False)
        assert len(opened) > 60, "without the list they would be back: the drill sees it"
        there.close()
