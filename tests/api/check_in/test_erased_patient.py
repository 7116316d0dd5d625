"""A patient who is erased while they hold a link: their pages say so kindly, and nothing fails."""

import psycopg
from fastapi.testclient import TestClient

from tests.api.check_in.patient import Patient, kinds, sent
from tests.api.clinic import Clinic
from tests.api.course import referred
from tests.postgres import Database

TYPED = {"suicidal_thoughts": "false", "note": "My knee hurts."}


def test_what_an_erased_patient_types_is_not_kept_and_their_link_is_closed(clinic: Clinic, database: Database) -> None:
    course = referred(clinic).assign()
    patient = sent(course, "after_dose")
    typing, answering = (Patient(clinic, patient.path) for _ in range(2))
    for one in (typing, answering):
        assert one.open().status_code == 200
    before = kinds(course)
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute(
            "UPDATE data_keys SET wrapped = NULL, kek_id = NULL, destroyed_at = clock_timestamp() WHERE person_id = %s",
            [course.state.patient_id],
        )
    clinic.edge.keyring._by_person.clear()
    clinic.edge.keyring._by_id.clear()
    saved = typing.send("draft", TYPED)
    assert saved.status_code == 200
    assert "Saved. You can close this page" not in saved.text
    typing.http = TestClient(clinic.app)
    assert typing.send("draft", TYPED, **{"x-keeps-draft": "1"}).status_code == 409
    answered = answering.answer(TYPED)
    assert answered.status_code == 410, answered.text
    assert "This link is closed" in answered.text
    assert kinds(course) == before
    assert Patient(clinic, patient.path).open().status_code == 422
