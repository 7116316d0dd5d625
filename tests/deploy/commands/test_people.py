"""`throughline network`, `clinician` and `patient`: making a real network, idempotent, and with nothing in clear."""

from datetime import datetime
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.deploy.conftest import CommandLine
from tests.postgres import Database

CREATE = ["network", "create", "harbour", "--title", "Harbour KAP", "--zone", "America/New_York"]
ADMIT = ["clinician", "admit", "--email", "ada@example.org", "--name", "Dr. Ada Stone", "--role", "prescriber"]
LICENCE = [
    "clinician", "licence", "--email", "ada@example.org", "--role", "prescriber", "--state", "NY", "--number", "P-17",
    "--expires-on", "2030-01-01",
]  # fmt: skip


@pytest.fixture
def harbour(throughline: CommandLine) -> CommandLine:
    throughline.answer(*CREATE)
    return throughline


def events(database: Database) -> list[str]:
    with psycopg.connect(database.work_url) as connection:
        return [topic for (topic,) in connection.execute("SELECT topic FROM events ORDER BY position")]


def test_a_network_is_created_once_and_adopts_a_protocol_once(harbour: CommandLine, database: Database) -> None:
    assert harbour.answer(*CREATE)["created"] is False
    first, again = (harbour.answer("network", "adopt-protocol", "harbour") for _ in range(2))
    assert (first["protocol_id"], first["protocol_version"]) == ("kap-core", "2")
    assert first == again
    assert events(database) == ["NetworkCreated", "ProtocolAdopted"]
    (listed,) = harbour.answer("network", "list")
    assert (listed["slug"], listed["zone"], listed["sha256"]) == ("harbour", "America/New_York", first["sha256"])


def test_the_terms_of_check_in_links_are_set_one_by_one(harbour: CommandLine, database: Database) -> None:
    assert harbour.answer("network", "check-ins", "harbour")["valid_hours"] == 72
    spanish = "Llame al 988 y oprima 2."
    harbour.answer("network", "check-ins", "harbour", "--valid-hours", "48", "--spanish-crisis-text", spanish)
    set_twice = harbour.answer("network", "check-ins", "harbour", "--valid-hours", "48")
    assert (set_twice["valid_hours"], set_twice["wrong_dates_allowed"]) == (48, 5)
    assert set_twice["spanish_crisis_text"] == spanish
    assert events(database).count("CheckInTermsSet") == 1


def test_another_zone_for_a_known_network_is_refused(harbour: CommandLine) -> None:
    refusal = harbour.refusal(*CREATE[:-1], "America/Chicago")
    assert refusal == "There is a network harbour already. Choose another short name."


def test_an_unknown_zone_is_refused(throughline: CommandLine) -> None:
    assert throughline.refusal(*CREATE[:-1], "Mars/Olympus").startswith("There is no time zone Mars/Olympus.")


def test_a_person_is_admitted_once_under_their_address(harbour: CommandLine, database: Database) -> None:
    admitted = harbour.answer(*ADMIT)
    again = harbour.answer(*[part.replace("ada@example.org", "ADA@example.org") for part in ADMIT])
    assert (admitted["admitted"], again["admitted"]) == (True, False)
    assert again["clinician_id"] == admitted["clinician_id"]
    assert events(database).count("ClinicianAdmitted") == 1
    (person,) = harbour.answer("clinician", "list")
    assert (person["name"], person["roles"], person["standing"]) == ("Dr. Ada Stone", ["prescriber"], "active")


def test_licence_suspension_and_duty(harbour: CommandLine) -> None:
    harbour.answer(*ADMIT)
    assert harbour.answer(*LICENCE)["licences"] == ["prescriber NY until 2030-01-01"]
    duty = ["network", "on-call", "harbour", "--prescriber", "ada@example.org", "--phone", "555-0142"]
    assert harbour.answer("clinician", "suspend", "--email", "ada@example.org")["standing"] == "suspended"
    assert harbour.refusal(*duty).startswith("Only an active prescriber of this network can be on call.")
    assert harbour.answer("clinician", "reinstate", "--email", "ada@example.org")["standing"] == "active"
    assert harbour.answer(*duty)["until_at"] is None
    named = harbour.answer("network", "on-call", "harbour", *duty[3:], "--from-at", "2099-01-01T00:00:00Z")
    assert named["from_at"] == "2099-01-01T00:00:00+00:00"
    (stretch,) = harbour.answer("network", "rota", "harbour", "--days", "7")
    assert (stretch["prescriber_id"], stretch["back_up_id"]) == (named["prescriber_id"], "none")
    told = harbour.text("network", "rota", "harbour", "--days", "7")
    assert "Dr. Ada Stone" in told
    assert named["prescriber_id"] not in told
    assert "from (America/New_York)" in told
    begins = datetime.fromisoformat(stretch["from_at"]).astimezone(ZoneInfo("America/New_York"))
    assert f"{begins:%H:%M}" in told


def test_somebody_who_is_not_admitted_is_said_without_their_address(harbour: CommandLine) -> None:
    refusal = harbour.refusal("clinician", "suspend", "--email", "bo@example.org")
    assert refusal.startswith("Nobody is admitted to harbour under this address")
    assert "bo@example.org" not in refusal


def test_a_patient_gets_the_next_reference_and_stays_sealed(harbour: CommandLine, database: Database) -> None:
    harbour.answer("network", "adopt-protocol", "harbour")
    register = ["patient", "register", "--name", "Zaphod Beeblebrox", "--birth-date"]
    assert harbour.refusal(*register, "1984-02-30").startswith("birth_date: ")
    assert harbour.answer(*register, "1984-03-11")["reference"] == "KAP-0001"
    assert harbour.refusal(*register, "1984-03-11").startswith("Somebody of this name and birth date is registered")
    assert harbour.answer(*register, "1984-03-11", "--namesake")["reference"] == "KAP-0002"
    with psycopg.connect(database.work_url) as connection:
        payloads = b"".join(payload for (payload,) in connection.execute("SELECT payload FROM events"))
    assert b"Beeblebrox" not in payloads
    assert b"1984-03-11" not in payloads


def test_how_staff_are_reminded_is_shown_and_changed(harbour: CommandLine) -> None:
    shown = harbour.answer("network", "reminders", "harbour")
    assert (shown["are_sent"], shown["digest_hour"], shown["zone"]) == (True, 8, "America/New_York")
    changed = harbour.answer("network", "reminders", "harbour", "--off", "--digest-hour", "9")
    assert changed == {**shown, "are_sent": False, "digest_hour": 9}
    assert harbour.answer("network", "reminders", "harbour") == changed
    refusal = harbour.refusal("network", "reminders", "harbour", "--digest-hour", "22")
    assert refusal.startswith("Every hour from 22:00 to midnight is quiet")


def test_nobody_is_reminded_without_a_way_to_send(harbour: CommandLine) -> None:
    assert harbour.refusal("work", "remind").startswith("Set THROUGHLINE_SMTP_URL to a mail server")
    wrong = CommandLine({**harbour.environment, "THROUGHLINE_SMTP_URL": "http://hunter2@mail"})
    refusal = wrong.refusal("work", "remind")
    assert refusal.startswith("THROUGHLINE_SMTP_URL: write it as")
    assert "hunter2" not in refusal


def test_a_network_says_how_long_an_erasure_waits(throughline: CommandLine) -> None:
    throughline.answer("network", "create", "harbour", "--title", "Harbour", "--zone", "America/New_York")
    assert throughline.answer("network", "erasures", "harbour") == {"network": "harbour", "waiting_days": 14}
    assert throughline.answer("network", "erasures", "harbour", "--waiting-days", 30)["waiting_days"] == 30
    assert "waiting_days" in throughline.refusal("network", "erasures", "harbour", "--waiting-days", 0)
