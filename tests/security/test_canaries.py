"""Where a person's words and identity may be read, and where they never stand: a canary in every field that is written.

One whole course of care is driven with every decision in it; then everything that was kept, logged, measured, sent or
shown is searched for the canaries.
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.contract.streams import may_be_sent
from deploy.cli import app
from deploy.database.backup import backup
from domain.actor import Role
from domain.episode import DECISIONS
from domain.event import EVENTS
from domain.psychotherapy_note.notes import PSYCHOTHERAPY_NOTE
from domain.sealed import PREFIX
from store.errors import SealIsBroken
from store.key_file import KeyFile
from tests.api.clinic import Browser
from tests.api.contract.checks import check
from tests.api.subscribed import ClinicsSubscriber
from tests.postgres import Servers
from tests.security.canaries import places_in
from tests.security.orders import orders
from tests.security.private import HELD, own_pages
from tests.security.told import (
    Told,
    everything_in,
    headers_tell_nothing,
    paths_of,
    private_words_stay_private,
    readings,
    rows_of,
    tokens_in,
    told_to_the_end,
)

LATE = "late_reason"
"""Why something is entered late."""
IDENTITY = ("name:", "birth date ")
"""What coordination may see: who it is. Nothing of what clinicians write."""


@pytest.fixture(scope="module")
def told(servers: Servers) -> Iterator[Told]:
    with told_to_the_end(servers) as one:
        yield one


def test_every_field_in_which_somebody_writes_has_a_canary(told: Told) -> None:
    places = set(told.canaries.texts.values())
    missing = {place for decision in DECISIONS for place in places_in(decision.order)} - places
    late = {place for place in missing if place.endswith(f".{LATE}")}
    assert sorted(missing - late) == ["ImportHistory.name"], "whose canary is that of a name"
    assert any(place.endswith(f".{LATE}") for place in places), "every order has this one, from where all have it"


def test_no_table_holds_one_in_clear(told: Told) -> None:
    searched = 0
    for table, row in rows_of(told.database):
        searched += 1
        for value in row:
            text = bytes(value) if isinstance(value, bytes | memoryview) else str(value)
            assert told.any_in(text) == [], table
    assert searched > 300


def test_the_search_would_find_one(told: Told) -> None:
    """The scan itself is proved on the very log, opened."""
    keyring, network_id = told.whole.clinic.edge.keyring, told.whole.clinic.network_id
    opened: set[str] = set()
    for table, row in rows_of(told.database):
        if table != "public.events" or PSYCHOTHERAPY_NOTE.name in row:
            continue
        for token in tokens_in(b" ".join(bytes(v) for v in row if isinstance(v, bytes | memoryview))):
            opened |= set(told.canaries.found_in(keyring.open(token, network_id=network_id)))
    missing = {f"{place}: {word}" for word, place in told.canaries.texts.items()} - opened
    assert missing == set(), "every canary lies sealed in the log"


def test_no_log_line_holds_one(told: Told) -> None:
    assert told.log, "something was logged"
    assert told.any_in("\n".join(told.log)) == []


def test_the_database_servers_own_log_holds_none(told: Told) -> None:
    looked_at = 0
    for path in told.database.server.folder.rglob("*log*"):
        if path.is_file() and "pg_wal" not in path.parts and "pg_xact" not in path.parts:
            assert told.any_in(path.read_bytes()) == [], path.name
            looked_at += 1
    assert looked_at


def test_no_metric_holds_one(told: Told) -> None:
    nobody = TestClient(told.whole.clinic.app, follow_redirects=False)
    for path in ("/metrics", "/live", "/ready", "/openapi.json", "/docs", "/sign-in", "/"):
        assert told.any_in(everything_in(nobody.get(path))) == [], path


def test_no_answer_to_a_decision_repeats_one(told: Told) -> None:
    assert len(told.whole.answers) > 70
    for answer in told.whole.answers:
        assert told.canaries.found_in(everything_in(answer)) == [], answer.request.url


@pytest.mark.parametrize("spoilt", ["unknown field", "wrong times", "another episode", "as it is"])
def test_no_refusal_repeats_one(told: Told, spoilt: str) -> None:
    clinic, canaries = told.whole.clinic, told.canaries
    made_up = orders(clinic.now, clinic.rivera.actor_id, uuid4())
    for decision in DECISIONS:
        body = canaries.fill(decision.order, made_up[decision.name])
        if spoilt == "unknown field":
            body |= {
                "nonsense": canaries.word("nonsense"),
                "kind": canaries.word("kind"),
                "code": canaries.word("code"),
            }
        if spoilt == "wrong times":
            body |= {"occurred_at": canaries.word("occurred_at"), "starts_at": canaries.word("starts_at")}
        episode_id = uuid4() if spoilt == "another episode" else told.whole.course.episode_id
        for browser in (clinic.therapist, clinic.prescriber, clinic.coordinator, clinic.compliance):
            answer = browser.decide(episode_id, decision.name, body)
            assert answer.status_code < 500, answer.text
            assert canaries.found_in(everything_in(answer)) == [], (decision.name, answer.text)


def test_readers_see_them_once_their_reading_is_written_down(told: Told) -> None:
    clinic, shown = told.whole.clinic, 0
    for course in (told.whole.course, told.whole.monitored.course):
        clinic.compliance.post(f"{course.href}/purpose", {"purpose": "incident"})
    for browser in (clinic.therapist, clinic.prescriber, clinic.compliance):
        for path in paths_of(told):
            before = readings(told, browser)
            answer = browser.get(path, params={"purpose": "incident"})
            headers_tell_nothing(told, answer)
            private_words_stay_private(told, browser, path, answer)
            if told.canaries.found_in(answer.content):
                shown += 1
                assert readings(told, browser) > before, f"{path} was shown and not written down"
    assert shown > 100


def test_coordination_sees_who_it_is_and_nothing_that_clinicians_wrote(told: Told) -> None:
    shown = 0
    for path in paths_of(told):
        before = readings(told, told.whole.clinic.coordinator)
        answer = told.whole.clinic.coordinator.get(path)
        headers_tell_nothing(told, answer)
        private_words_stay_private(told, told.whole.clinic.coordinator, path, answer)
        found = told.canaries.found_in(answer.content)
        assert [one for one in found if not one.startswith(IDENTITY)] == [], path
        if found:
            shown += 1
            assert readings(told, told.whole.clinic.coordinator) > before, path
    assert shown


def test_strangers_see_none(told: Told) -> None:
    clinic = told.whole.clinic
    stranger = Browser(clinic, clinic.admit("Dr. Sol Solis", Role.THERAPIST))
    nobody = TestClient(clinic.app, follow_redirects=False)
    for path in paths_of(told):
        for answer in (stranger.get(path), nobody.get(path)):
            assert told.any_in(everything_in(answer)) == [], path
    for typed in (*told.canaries.names, told.whole.course.state.reference):
        answer = stranger.post("/find", {"q": typed})
        assert answer.status_code == 200
        assert told.whole.course.href not in answer.text
        assert [one for one in told.canaries.found_in(answer.content) if typed not in one] == []


def test_what_is_searched_for_stands_in_no_address(told: Told) -> None:
    browser = told.whole.clinic.therapist
    answer = browser.post("/find", {"q": told.canaries.names[0]})
    assert answer.status_code in (200, 303)
    headers_tell_nothing(told, answer)


def test_their_author_meets_private_words_on_two_pages_that_leave_a_row(told: Told) -> None:
    therapist = told.whole.clinic.therapist
    for path, place in own_pages(told.whole.course).items():
        before = readings(told, therapist)
        found = told.private.found_in(therapist.get(path).content)
        assert found, path
        assert {one.partition(":")[0] for one in found} == {place}
        assert readings(told, therapist) == before + 1


def test_their_author_alone_meets_a_note_that_came_too_late_where_it_waits(told: Told) -> None:
    therapist, nobody = told.whole.clinic.therapist, TestClient(told.whole.clinic.app, follow_redirects=False)
    before = readings(told, therapist)
    found = told.private.found_in(therapist.get(told.waits_at).content)
    assert HELD in {one.partition(":")[0] for one in found}
    assert readings(told, therapist) == before + 1
    for answer in (told.whole.colleague.get(told.waits_at), nobody.get(told.waits_at)):
        assert told.private.found_in(everything_in(answer)) == []


def test_no_key_of_one_person_opens_a_note_that_came_too_late(told: Told) -> None:
    """And the page that it waits for stands in no table of what waits."""
    clinic = told.whole.clinic
    held = [row for table, row in rows_of(told.database) if table == "public.held_psychotherapy_note"]
    (token,) = (value for row in held for value in row if str(value).startswith(PREFIX))
    for person in (clinic.therapist.actor.actor_id, told.whole.course.state.patient_id, None):
        with pytest.raises(SealIsBroken):
            clinic.edge.keyring.open(token, network_id=clinic.network_id, person=person)
    others = [row for table, row in rows_of(told.database) if table == "public.held_form"]
    assert not any("psychotherapy" in str(value) for row in others for value in row)


def test_no_copy_takes_a_note_that_came_too_late_along(told: Told, tmp_path: Path) -> None:
    keys = told.whole.clinic.edge.kek
    assert isinstance(keys, KeyFile)
    copy = backup(told.database.work_url, keys.path, tmp_path / "copy")
    names = {table.name for table in copy.tables}
    assert "psychotherapy_note_key" in names
    assert {name for name in names if name.startswith("held_")} == set()


def test_another_therapist_of_the_team_meets_no_private_word(told: Told) -> None:
    colleague = told.whole.colleague
    assert colleague.get(f"{told.whole.course.href}/psychotherapy-notes").status_code == 200
    for path in paths_of(told):
        assert told.private.found_in(everything_in(colleague.get(path))) == [], path


def test_no_search_finds_a_private_word(told: Told) -> None:
    for word in told.private.texts:
        answer = told.whole.clinic.therapist.post("/find", {"q": word})
        assert told.whole.course.href not in answer.text


def test_no_read_model_and_no_side_table_names_the_page_of_notes(told: Told) -> None:
    """Its address beside a person would tell that there are some."""
    kept = {table for table, row in rows_of(told.database) if any("psychotherapy-note" in str(value) for value in row)}
    assert kept == set()


def test_the_feed_carries_no_psychotherapy_note_not_even_thin(told: Told) -> None:
    clinic = told.whole.clinic
    for browser in (clinic.coordinator, clinic.compliance):
        events = browser.get("/events", params={"limit": 1000}).json()["events"]
        assert len(events) > 100
        assert [one for one in events if "psychotherapy" in str(one).lower()] == []
        positions = [one["position"] for one in events]
        assert [one.get("previous") for one in events] == [None, *positions[:-1]]


def test_a_subscriber_with_a_full_grant_meets_no_sealed_word(told: Told) -> None:
    lakeside = ClinicsSubscriber(told.whole.clinic)
    lakeside.grant(is_full=True, with_history=True)
    http, cursor, seen = TestClient(told.whole.clinic.app), "", 0
    while True:
        asked = {"limit": 200, **({"after": cursor} if cursor else {})}
        answer = http.get("/events", params=asked, headers=lakeside.headers)
        events, cursor = answer.json()["events"], answer.json()["cursor"]
        assert told.any_in(everything_in(answer)) == []
        assert PREFIX not in answer.text
        assert [one for one in events if {"psychotherapy_note", "subscriber"} & set(one["subject"].split("/"))] == []
        seen += len(events)
        if not events:
            break
    assert seen > 100
    assert sum(noted.event_count for noted in lakeside.disclosed()) == seen


def test_no_command_tells_a_private_word_or_that_there_is_one(told: Told, tmp_path: Path) -> None:
    database, keys = told.database, told.whole.clinic.edge.kek
    assert isinstance(keys, KeyFile)
    environment = {
        "THROUGHLINE_DATABASE_URL": database.app_url,
        "THROUGHLINE_WORK_DATABASE_URL": database.work_url,
        "THROUGHLINE_MIGRATE_DATABASE_URL": database.owner_url,
        "THROUGHLINE_KEY_FILE": str(keys.path),
        "THROUGHLINE_DATA": str(tmp_path),
    }
    episode = str(told.whole.course.episode_id)
    moment = told.whole.clinic.now.isoformat()
    for arguments in (
        ["events", "--limit", "100000"],
        ["replay", episode, "--as-of", moment, "--json"],
        ["info", "--json"],
        ["parked", "list", "--json"],
    ):
        done = CliRunner().invoke(app, arguments, env=environment)
        assert done.exit_code == 0, (arguments, done.output)
        assert told.private.found_in(done.output) == [], arguments
        assert "psychotherapy" not in done.output.lower(), arguments


def test_no_read_model_and_no_side_table_knows_of_a_psychotherapy_note(told: Told) -> None:
    kept = {table for table, row in rows_of(told.database) if any("psychotherapy_note" in str(value) for value in row)}
    assert kept == {"public.events", "public.access_log", "public.schema_migrations"}


def test_a_full_grant_sends_the_whole_course_in_the_published_shapes_and_no_canary(told: Told) -> None:
    clinic = told.whole.clinic
    lakeside = ClinicsSubscriber(clinic)
    lakeside.grant(with_history=True, is_full=True)
    nobody = TestClient(clinic.app, follow_redirects=False)
    answer = lakeside.get(nobody, limit=1_000)
    assert told.any_in(everything_in(answer)) == []
    assert PREFIX not in answer.text
    items = answer.json()["events"]
    for item in items:
        check(item)
    sent = {item["type"].split(".")[2] for item in items}
    assert len(sent) > 90, "nearly every type there is"
    assert sent.isdisjoint(of.stored_as for of in EVENTS.values() if not may_be_sent(of))
