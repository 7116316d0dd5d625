"""Who reads records of substance use (42 CFR Part 2): on every page and in every answer that there is.

Routes are found by walking the application, so that one added tomorrow is looked at too.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from domain.episode.episode import EPISODE
from domain.episode.referral.refer import Refer, refer
from domain.patient.patient import PATIENT
from domain.patient.register_patient import RegisterPatient, register_patient
from domain.substance_use import NOTICE
from tests.api.clinic import Browser, Clinic
from tests.api.course import Course
from tests.api.founded import founded, reopened_clinic
from tests.postgres import Database, Servers
from tests.security.routes import AnyIds, addresses

API = Path(__file__).parents[2] / "api"
WITHHELD = "recorded an entry on substance use, withheld from this role"
TELLING = (
    *("F10.20", "ossible dependence", "AUDIT 23"),
    *("ncontrolled substance", "ncontrolled_substance", "pioid use", "opioid_use"),
)
"""What names it in codes and words, and the result. That everybody is asked says nothing: the protocol wants it."""
WRITTEN = ("Zqevidence", "Zqquestion", "Zqanswer", "Zqlate", "Zqerror")
"""What somebody wrote about it."""
AUDIT_PURPOSE = "substance_use_audit"


class Drinking:
    """A course in which it is spoken of wherever it can be, with everything that refers to it."""

    def __init__(self, clinic: Clinic, database: Database) -> None:
        self.clinic, self.database = clinic, database
        self.course = Course(clinic, self._referred()).assign().take_in().consent().plan().prepare()
        self.taken = [self._audit(23, late_reason="Zqlate"), self._audit(31)]
        self._asked()
        self._in_error(self.taken[1], "Zqerror")
        prescriber, about = clinic.prescriber, self.course.episode_id
        for code in ("uncontrolled_substance_use", "opioid_use_disorder"):
            prescriber.recorded(about, "find_contraindication", code=code)
        prescriber.recorded(
            about, "resolve_contraindication", code="uncontrolled_substance_use", evidence="Zqevidence of a year"
        )
        clinic.travel(minutes=5)
        prescriber.recorded(
            about,
            "determine_eligibility",
            outcome="eligible",
            relative=["opioid_use_disorder"],
            rationale="Sound, and looked at.",
        )
        clinic.catch_up()

    @property
    def history(self) -> list[Any]:
        found = self.clinic.edge.care.history(EPISODE, self.course.episode_id, network_id=self.clinic.network_id)
        return list(found)

    def paths(self) -> Iterator[str]:
        """Every address that can be looked at: with this episode and each of its entries, and of everything in it."""
        kept = [one.envelope for one in self.history]
        about: dict[str, Any] = {"episode_id": self.course.episode_id, "which": "1"}
        for address in addresses(self.clinic.app):
            if address.is_unsafe or "{secret}" in address.path:
                continue
            named = {"entry_id": [str(one.event_id) for one in kept], "version": [one.version for one in kept]}
            wanted = next((name for name in named if f"{{{name}}}" in address.path), None)
            if wanted is None or "{episode_id}" not in address.path:
                yield address.path.format_map(AnyIds(about | {"version": 1, "entry_id": uuid4()}))
                continue
            for value in named[wanted]:
                yield address.path.format_map(AnyIds(about | {wanted: value}))
        href = self.course.href
        yield from (
            f"{href}/timeline?whole=true",
            f"{href}?only=measures",
            f"{href}?only=late",
            f"{href}?measure=audit",
        )
        yield from (f"{href}/replay?event={one.version}&times=known" for one in kept)
        yield f"/late-entries?of={self.clinic.lindqvist.actor_id}"
        yield f"/api{href}/replay?diff=2026-03-12T20:00:00Z"

    def _referred(self) -> Any:
        patient_id, episode_id = uuid4(), uuid4()
        body = {"reference": "KAP-DRINKS", "name": "Ana Whitfield", "birth_date": "1984-03-11"}
        self.clinic.decide(PATIENT, patient_id, register_patient, RegisterPatient.model_validate(body))
        asked = {"patient_id": patient_id, "reason": "Low for years", "diagnoses": ["F33.2", "F10.20"]}
        order = Refer.model_validate(asked)
        self.clinic.decide(EPISODE, episode_id, refer, order, by=self.clinic.lindqvist)
        self.clinic.catch_up()
        return episode_id

    def _audit(self, total: int, **late: str) -> str:
        moment = self.clinic.now
        if late:
            late["occurred_at"] = moment.isoformat()
            self.clinic.travel(hours=3)
        self.clinic.therapist.recorded(
            self.course.episode_id,
            "record_outcome",
            instrument="audit",
            total=total,
            taken_at=moment.isoformat(),
            **late,
        )
        self.clinic.travel(minutes=1)
        kept = [one.envelope for one in self.history if one.event.stored_as == "OutcomeRecorded"]
        return str(kept[-1].event_id)

    def _asked(self) -> None:
        question_id = str(uuid4())
        self.clinic.prescriber.recorded(
            self.course.episode_id,
            "ask_question",
            question_id=question_id,
            event_id=self.taken[0],
            due_on="2026-03-20",
            topic="safety",
            question="Zqquestion: 23?",
            role="therapist",
        )
        self.clinic.therapist.recorded(
            self.course.episode_id, "answer_question", question_id=question_id, answer="Zqanswer: 23."
        )

    def _in_error(self, event_id: str, reason: str) -> None:
        self.clinic.therapist.recorded(self.course.episode_id, "mark_in_error", event_id=event_id, reason=reason)


@pytest.fixture(scope="module")
def drinking(servers: Servers) -> Iterator[Drinking]:
    server = servers.get("embedded")
    with (
        server.fresh_database(founded(server).database.name) as database,
        reopened_clinic(server, database) as clinic,
    ):
        yield Drinking(clinic, database)


def told(drinking: Drinking, browser: Browser, purpose: str) -> dict[str, set[str]]:
    """Which words stand in what this person is shown, by address."""
    browser.post(f"{drinking.course.href}/purpose", {"purpose": purpose})
    found: dict[str, set[str]] = {}
    of_nobody = {"/instruments", "/schemas", "/integrate", "/events/catalogue", "/openapi.json", "/asyncapi.json"}
    for path in drinking.paths():
        if path in of_nobody or path.startswith(("/protocol", "/schemas/", "/events/catalogue/", "/api/protocols")):
            continue  # of the software and the network: what can be asked and found, of nobody in particular
        answer = browser.get(path, params={"purpose": purpose} if path.startswith("/api/") else None)
        assert answer.status_code < 500 or path == "/ready", path
        words = {word for word in (*TELLING, *WRITTEN) if word in answer.text}
        if words:
            found[path] = words
    return found


def test_compliance_reads_none_of_it_anywhere(drinking: Drinking) -> None:
    assert told(drinking, drinking.clinic.compliance, "incident") == {}


def test_coordination_reads_none_of_it_anywhere(drinking: Drinking) -> None:
    assert told(drinking, drinking.clinic.coordinator, "incident") == {}


def test_the_care_team_reads_all_of_it(drinking: Drinking) -> None:
    """So the words that are looked for would be found."""
    found = told(drinking, drinking.clinic.therapist, "incident")
    assert set().union(*found.values()) >= {"F10.20", "ossible dependence", "AUDIT 23", "pioid use", *WRITTEN}
    assert {f"{drinking.course.href}/timeline", f"{drinking.course.href}/replay"} <= found.keys()


def test_an_audit_of_such_records_reads_all_of_it_and_is_written_down_as_one(drinking: Drinking) -> None:
    found = told(drinking, drinking.clinic.compliance, AUDIT_PURPOSE)
    drinking.clinic.compliance.post(f"{drinking.course.href}/purpose", {"purpose": "incident"})
    assert set().union(*found.values()) >= {"F10.20", "ossible dependence", "AUDIT 23", "pioid use", *WRITTEN}
    query = "SELECT DISTINCT purpose FROM access_log WHERE actor_id = %s AND screen = 'timeline' AND purpose = %s"
    with psycopg.connect(drinking.database.superuser_url) as connection:
        kept = connection.execute(query, [drinking.clinic.park.actor_id, AUDIT_PURPOSE]).fetchall()
    assert kept == [(AUDIT_PURPOSE,)]


def test_the_notice_of_such_records_stands_where_they_are_opened_and_where_they_are_given(drinking: Drinking) -> None:
    """42 CFR 2.32: whoever is shown or given them learns that they may not be given on."""
    compliance, href = drinking.clinic.compliance, drinking.course.href
    assert NOTICE == "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
    for purpose, is_shown in ((AUDIT_PURPOSE, True), ("incident", False)):
        compliance.post(f"{href}/purpose", {"purpose": purpose})
        for page in (href, f"{href}/timeline"):
            assert (NOTICE in compliance.get(page).text) is is_shown, page
        for answer in ("", "/timeline", "/outcomes", "/replay"):
            told = compliance.get(f"/api{href}{answer}", params={"purpose": purpose}).json()
            assert (told.get("notice") == NOTICE) is is_shown, answer
    assert NOTICE not in drinking.clinic.therapist.get(href).text
    assert NOTICE in drinking.clinic.therapist.get(f"{href}/record-disclosure").text


def test_an_entry_that_is_withheld_leaves_no_hole(drinking: Drinking) -> None:
    clinic, href = drinking.clinic, drinking.course.href
    whole = clinic.therapist.get(f"/api{href}/timeline", params={"limit": 1000}).json()["lines"]
    asked = {"limit": 1000, "purpose": "incident"}
    read = clinic.compliance.get(f"/api{href}/timeline", params=asked).json()["lines"]
    same = ("version", "event_id", "occurred_at", "recorded_at", "actor_id", "actor_role")
    assert [[line[name] for name in same] for line in read] == [[line[name] for name in same] for line in whole]
    withheld = {line["version"] for line in read if WITHHELD in line["sentence"]}
    kinds = {line["stored_as"] for line in whole if line["version"] in withheld}
    assert {"OutcomeRecorded", "EntryMarkedInError", "ContraindicationFound", "ContraindicationResolved"} <= kinds
    assert {"QuestionAsked", "QuestionAnswered", "LateEntryExplained"} <= kinds
    assert {(line["stored_as"], line["category"]) for line in read if line["version"] in withheld} == {
        ("EntryWithheld", "other")
    }
    assert not [line for line in read if line["version"] in withheld and (line["texts"] or line["corrected_in"])]


def test_what_stands_in_the_way_stands_in_it_for_whoever_may_not_know_why(drinking: Drinking) -> None:
    path, clinic = f"/api{drinking.course.href}", drinking.clinic
    whole = clinic.therapist.get(path).json()
    read = clinic.compliance.get(path, params={"purpose": "incident"}).json()
    assert [gate["is_open"] for gate in read["gates"]] == [gate["is_open"] for gate in whole["gates"]]
    assert "withheld from this role" in str(read["gates"])
    due = [[one["key"] for one in said["obligations"]] for said in (read, whole)]
    assert due[0] == [key for key in due[1] if not key.startswith("answer:")], "a withheld question aside"


def test_outcomes_that_are_withheld_are_counted(drinking: Drinking) -> None:
    clinic, href = drinking.clinic, drinking.course.href
    answer = clinic.compliance.get(f"/api{href}/outcomes", params={"purpose": "incident"}).json()
    assert "audit" not in answer["instruments"]
    assert [one["recorded_by"] for one in answer["withheld"]] == [str(clinic.lindqvist.actor_id)]
    clinic.compliance.post(f"{href}/purpose", {"purpose": "incident"})
    assert "1 outcome on substance use is withheld from this role" in clinic.compliance.get(href).text
    assert "withheld" not in clinic.therapist.get(f"/api{href}/outcomes").json()


def test_rows_about_one_episode_are_read_in_one_place() -> None:
    """A page that took lines or scores from the read models itself would pass by what is withheld."""
    guarded = {"timeline", "event_line", "things_of", "timeline_counts", "outcome_trajectory"}
    takers: set[str] = set()
    for path in API.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("projections"):
                named = {name.name for name in node.names}
                takers |= {path.relative_to(API).as_posix()} if guarded & named else set()
    assert takers - {"episode_view/outcomes_shown.py"} == {"as_told.py"}


def test_a_history_is_read_as_it_may_be_read() -> None:
    """Who asks the store itself for an episode's history gets all of it."""
    takers = {
        path.relative_to(API).as_posix()
        for path in API.rglob("*.py")
        if ".history(EPISODE" in path.read_text(encoding="utf-8")
    }
    assert takers == {"stored_history.py"}
    users = {path.name for path in API.rglob("*.py") if "stored_history(" in path.read_text(encoding="utf-8")}
    assert users - {"decisions.py"} == {"stored_history.py", "history.py", "viewer.py"}, "decisions only compare"
