"""Notes and questions between the two clinicians."""

from deploy.demo.incidents.notes import notes_and_questions
from tests.scenarios.house import House


def test_a_record_is_signed_locked_and_co_signed(house: House) -> None:
    """Signed, then only added to; the prescriber co-signs what was read, and asks for a note that is missing."""
    ana = house.tells(notes_and_questions, "Ana Notes").given("session 1: measured")

    ana.when("session 1: called the next day")
    document_id = ana.story.id("note", ana.dosing(1))
    again = {"document_id": document_id, "kind": "session_record", "session_id": ana.dosing(1), "text": "Changed."}
    assert not house.therapist.does(ana, "sign_document", **again).is_recorded, "locked: only addenda from now on"
    ana.when("co-signed")
    ana.given("session 2: called the next day")
    ana.when("a question is asked")
    assert ana.owed(), "the question stands on the therapist's list"
    ana.when("it is answered and closed")
    ana.when("a note is asked for")
    assert any(key.startswith("document") for key in ana.owed()), ana.owed().keys()
    ana.when("a question is open")
    assert any("uestion" in one["fact"] for one in ana.on_worklist())
