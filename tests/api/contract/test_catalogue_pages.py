"""The catalogue and the schemas as anybody reads them: no sign-in, nothing about anybody, addresses that hold."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from markupsafe import escape

from api.contract.published import published
from api.contract.quickstart_texts import FOLDER, QUICK_STARTS
from api.contract.streams import sent_types
from domain.event import EVENTS
from tests.api.clinic import opened_clinic
from tests.api.pages_read import Read
from tests.postgres import Servers


@pytest.fixture(scope="module")
def guest(servers: Servers) -> Iterator[TestClient]:
    """Somebody who never signed in."""
    with servers.get("embedded").fresh_database() as database, opened_clinic(database) as clinic:
        yield TestClient(clinic.app, follow_redirects=False)


def test_the_catalogue_names_every_event_and_what_it_means(guest: TestClient) -> None:
    answer = guest.get("/events/catalogue")
    assert answer.status_code == 200
    words = Read(answer.text).words
    for of in EVENTS.values():
        assert f"{of.stored_as} {' '.join((of.__doc__ or '').split())}" in words
    order = ["PatientReferred", "IntakeCompleted", "PlanIssued", "DoseTaken", "PatientDischarged"]
    assert sorted(order, key=answer.text.index) == order
    assert "PsychotherapyNoteWritten" in words
    for stream in ("psychotherapy_note", "subscriber"):
        assert f"/events/catalogue/{stream}/" not in answer.text


def test_an_event_shows_its_fields_with_units_what_is_sealed_and_an_example(guest: TestClient) -> None:
    html = guest.get("/events/catalogue/episode/DoseTaken").text
    words = Read(html).words
    assert "amount_mg decimal number, as text · mg" in words
    assert "held_minutes may be absent whole number or null · minutes" in words
    assert "part first, second, booster text" in words
    assert "throughline.episode.DoseTaken.v1" in words
    assert "&#34;amount_mg&#34;: &#34;100&#34;" in html
    referred = Read(guest.get("/events/catalogue/episode/PatientReferred").text).words
    assert "Never sent name , birth_date , reason" in referred


def test_every_event_that_is_sent_has_its_page_and_no_other(guest: TestClient) -> None:
    for of in sent_types():
        answer = guest.get(f"/events/catalogue/{of.stream}/{of.stored_as}")
        assert answer.status_code == 200
        assert "sealed.v1" not in answer.text
    for nothing in ("episode/Nothing", "patient/DoseTaken", "psychotherapy_note/PsychotherapyNoteWritten"):
        assert guest.get(f"/events/catalogue/{nothing}").status_code == 404


def test_the_index_leads_to_every_schema_that_was_published(guest: TestClient) -> None:
    index = guest.get("/schemas").json()["schemas"]
    assert [one["name"] for one in index] == list(published())
    for one in index:
        newest = guest.get(one["schema"])
        assert newest.headers["content-type"] == "application/schema+json"
        assert newest.headers["cache-control"] == "public, max-age=300"
        for address in one["revisions"]:
            revision = guest.get(address)
            assert revision.json()["$id"] == address
            assert revision.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert newest.text == revision.text


def test_a_schema_that_is_known_already_is_not_sent_again(guest: TestClient) -> None:
    first = guest.get("/schemas/thin.v1.json")
    again = guest.get("/schemas/thin.v1.json", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_there_is_no_way_from_a_schema_to_another_file(guest: TestClient) -> None:
    for name in ("episode.Nothing.v1.json", "..%2f..%2fapp.py", "thin.v1.r9.json", "thin.v1", "%00"):
        assert guest.get(f"/schemas/{name}").status_code == 404


def test_the_quick_starts_are_shown_as_they_run(guest: TestClient) -> None:
    words = guest.get("/integrate").text
    for one in QUICK_STARTS:
        assert escape(one.text) in words
        as_file = guest.get(f"/integrate/{one.file_name}")
        assert as_file.content == (FOLDER / one.file_name).read_bytes()
    assert guest.get("/integrate/quickstart_texts.py").status_code == 404
