"""`throughline import outcomes`: real scores become episodes, once; bad rows are named, good ones go in."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from domain.derived import derived_id
from store.blind_index import imported_token
from store.key_file import KeyFile
from tests.deploy.conftest import CommandLine
from tests.postgres import Database

BTHEB = Path(__file__).parents[2] / "data" / "btheb.csv"
VISITS = "bdi.pre=0m,bdi.2m=2m,bdi.4m=4m,bdi.6m=6m,bdi.8m=8m"
LONG = ["--instrument", "phq-9", "--patient-column", "patient", "--network", "harbour", "--therapist", "a@example.org"]
HEADER = "patient,taken_on,total\n"


def wide(file: Path, *more: str) -> list[str]:
    return [
        "import", "outcomes", str(file), "--instrument", "bdi-ii", "--patient-column", "rownames", "--start-on",
        "2026-01-05", "--network", "btheb", "--therapist", "mara@example.org", "--wide", "--at", VISITS, *more,
    ]  # fmt: skip


def long(tmp_path: Path, content: str | bytes, *more: str) -> list[str]:
    file = tmp_path / "scores.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return ["import", "outcomes", str(file), *LONG, *more]


def stored(database: Database) -> dict[str, int]:
    with psycopg.connect(database.work_url) as connection:
        return dict(connection.execute("SELECT topic, count(*) FROM events GROUP BY topic").fetchall())


def reasons(answer: Any) -> list[tuple[int, str | None]]:
    return [(one["line"], one["column"]) for one in answer["rejected"]]


def test_the_real_file_becomes_100_episodes_and_380_outcomes_once(throughline: CommandLine, database: Database) -> None:
    first = throughline.answer(*wide(BTHEB, "--create"))
    assert first == {"rows": 100, "patients": 100, "outcomes": 380, "added": 380, "skipped": 0, "rejected": []}
    after_first = stored(database)
    assert (after_first["HistoryImported"], after_first["OutcomeRecorded"]) == (100, 380)
    assert after_first["CareTeamMemberAssigned"] == 100
    assert "PatientReferred" not in after_first
    again = throughline.answer(*wide(BTHEB))
    assert again == {"rows": 100, "patients": 100, "outcomes": 380, "added": 0, "skipped": 380, "rejected": []}
    assert throughline.answer("instruments", "verify") == {"from_answers": 0, "bare_totals": 380, "differing": []}
    assert stored(database) == after_first


def test_a_corrected_file_adds_only_what_is_new_and_names_what_differs(
    throughline: CommandLine, database: Database, tmp_path: Path
) -> None:
    throughline.answer(*long(tmp_path, HEADER + "1,2026-01-05,12\n2,2026-01-05,9\n", "--create"))
    answer = throughline.answer(*long(tmp_path, HEADER + "1,2026-01-05,11\n2,2026-01-05,9\n2,2026-02-05,4\n"))
    assert (answer["added"], answer["skipped"]) == (1, 1)
    (differs,) = answer["rejected"]
    assert (differs["line"], differs["column"]) == (2, "total")
    assert differs["reason"] == "It is recorded as 12 already; correct the outcome in its episode."
    assert stored(database)["OutcomeRecorded"] == 3


def test_answers_that_are_recorded_otherwise_are_named_although_their_total_is_the_same(
    throughline: CommandLine, database: Database, tmp_path: Path
) -> None:
    items = "patient,taken_on," + ",".join(f"item{number}" for number in range(1, 10)) + "\n"
    no_thoughts, thoughts = "1,2026-01-05,3,1,1,1,1,1,1,0,0\n", "1,2026-01-05,1,1,1,1,1,1,0,0,3\n"
    throughline.answer(*long(tmp_path, items + no_thoughts + no_thoughts.replace("1,", "2,", 1), "--create"))
    (differs,) = throughline.answer(*long(tmp_path, items + thoughts))["rejected"]
    assert differs["line"] == 2
    assert differs["reason"] == "It is recorded with other answers already; correct the outcome in its episode."
    throughline.answer(*long(tmp_path, HEADER + "3,2026-01-05,9\n"))
    (unknown,) = throughline.answer(*long(tmp_path, items + thoughts.replace("1,", "3,", 1)))["rejected"]
    assert unknown["reason"] == "It is recorded without its answers already; correct the outcome in its episode."
    again = throughline.answer(*long(tmp_path, HEADER + "2,2026-01-05,9\n"))
    assert (again["skipped"], again["rejected"]) == (1, [])
    assert stored(database)["OutcomeRecorded"] == 3


@pytest.mark.parametrize(
    "content",
    [
        "﻿" + HEADER + "1,2026-01-05,12\n2,2026-01-05,9\n",
        "patient;taken_on;total\n1;2026-01-05;12\n2;2026-01-05;9\n",
        HEADER.replace("\n", "\r\n") + "1,2026-01-05,12\r\n2,2026-01-05,9\r\n",
    ],
    ids=["byte order mark", "semicolons", "lines of another system"],
)
def test_files_as_people_export_them_are_read(throughline: CommandLine, tmp_path: Path, content: str) -> None:
    answer = throughline.answer(*long(tmp_path, content, "--create"))
    assert (answer["added"], answer["rejected"]) == (2, [])


def test_bad_rows_are_named_and_the_good_ones_go_in(
    throughline: CommandLine, database: Database, tmp_path: Path
) -> None:
    rows = [
        "1,2026-01-05,12",
        "2,46027,9",  # a spreadsheet's day number
        "3,01/05/2026,9",
        "4,2026-01-05,28",  # beyond the instrument
        "5,2199-01-01,3",
        "1,2026-01-05,12",  # said twice
        "1,2026-01-05,13",  # and contradicted
        ",2026-01-05,3",
        "6,2026-01-05,7",
        "7,2026-01",  # half written
    ]
    answer = throughline.answer(*long(tmp_path, HEADER + "\n".join(rows), "--create"))
    assert reasons(answer) == [
        (3, "taken_on"),
        (4, "taken_on"),
        (5, "total"),
        (6, "taken_on"),
        (8, "total"),
        (9, "patient"),
        (11, "total"),
    ]
    assert (answer["rows"], answer["patients"], answer["added"], answer["skipped"]) == (10, 2, 2, 1)
    assert stored(database)["OutcomeRecorded"] == 2


def test_rows_of_another_instrument_are_counted_as_skipped(
    throughline: CommandLine, database: Database, tmp_path: Path
) -> None:
    text = "patient,instrument,taken_on,total\n1,phq-9,2026-01-05,12\n1,gad-7,2026-01-05,9\n2,gad-7,2026-01-06,3\n"
    answer = throughline.answer(*long(tmp_path, text, "--create"))
    assert answer == {"rows": 3, "patients": 1, "outcomes": 1, "added": 1, "skipped": 2, "rejected": []}


def test_a_file_of_bad_rows_alone_ends_with_1(throughline: CommandLine, database: Database, tmp_path: Path) -> None:
    answer = throughline.complaint(*long(tmp_path, HEADER + '"1,2026-01-05,12\n2,2026-01,9\n', "--create"))
    assert (answer["rows"], answer["added"], len(answer["rejected"])) == (2, 0, 2)
    assert "OutcomeRecorded" not in stored(database)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("name,when\n1,2\n", "The file has no column patient, taken_on. Its columns are: name, when."),
        ("", "The file has no table that can be read."),
        (b"PK\x03\x04rest", "This is a spreadsheet, not text."),
    ],
)
def test_a_file_that_is_none_leaves_nothing_behind(
    throughline: CommandLine, database: Database, tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    assert throughline.refusal(*long(tmp_path, content, "--create")).startswith(sentence)
    assert stored(database) == {}


def test_without_create_network_and_therapist_must_be_there(throughline: CommandLine, tmp_path: Path) -> None:
    content = HEADER + "1,2026-01-05,12\n"
    assert throughline.refusal(*long(tmp_path, content)).startswith("There is no network yet")
    throughline.answer("network", "create", "harbour", "--title", "Harbour", "--zone", "America/New_York")
    assert throughline.refusal(*long(tmp_path, content)).startswith("Nobody is admitted to harbour")


def test_answers_are_scored_and_raise_no_hold(throughline: CommandLine, database: Database, tmp_path: Path) -> None:
    items = ",".join(f"item{number}" for number in range(1, 10))
    content = f"patient,taken_on,{items}\n1,2026-01-05,2,2,1,1,0,0,0,0,3\n1,2026-02-05,2,2,1,1,0,0,0,0,4\n"
    answer = throughline.answer(*long(tmp_path, content, "--create"))
    assert (answer["added"], reasons(answer)) == (1, [(3, "item9")])
    known = stored(database)
    assert "HoldPlaced" not in known
    with psycopg.connect(database.work_url) as connection:
        row = connection.execute("SELECT payload FROM events WHERE topic = 'OutcomeRecorded'").fetchone()
    assert row is not None
    recorded = json.loads(row[0])
    assert (recorded["total"], recorded["safety_answer"], recorded["imported"]["row"]) == (9, 3, 2)


def test_an_outcome_of_today_is_not_in_the_future(throughline: CommandLine, tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    answer = throughline.answer(*long(tmp_path, f"{HEADER}1,{today},12\n", "--create"))
    assert (answer["added"], answer["rejected"]) == (1, [])


def test_a_network_with_one_letter_in_its_name_takes_outcomes_too(
    throughline: CommandLine, database: Database, tmp_path: Path
) -> None:
    answer = throughline.answer(*long(tmp_path, HEADER + "17,2026-01-05,12\n", "--network", "n1", "--create"))
    assert (answer["added"], answer["rejected"]) == (1, [])
    with psycopg.connect(database.work_url) as connection:
        found = connection.execute(
            "SELECT convert_from(payload, 'UTF8')::jsonb ->> 'reference' FROM events WHERE topic = 'HistoryImported'"
        ).fetchall()
    assert found == [("IMP-0017",)]


def test_no_patient_of_the_file_stands_in_the_log_in_clear(
    throughline: CommandLine, database: Database, tmp_path: Path
) -> None:
    throughline.answer(*long(tmp_path, HEADER + "Zaphod Beeblebrox,2026-01-05,12\n", "--create"))
    with psycopg.connect(database.work_url) as connection:
        payloads = b"".join(row[0] for row in connection.execute("SELECT payload FROM events"))
    assert b"Beeblebrox" not in payloads
    assert b"a@example.org" not in payloads


def test_what_stands_for_a_record_number_follows_from_it_by_the_key_alone(
    throughline: CommandLine, database: Database, tmp_path: Path
) -> None:
    number = "0047110815"
    throughline.answer(*long(tmp_path, f"{HEADER}{number},2026-01-05,12\n", "--create"))
    with psycopg.connect(database.work_url) as connection:
        ((network_id, patient_id, reference),) = connection.execute(
            "SELECT network_id, convert_from(payload, 'UTF8')::jsonb ->> 'patient_id',"
            " convert_from(payload, 'UTF8')::jsonb ->> 'reference' FROM events WHERE topic = 'HistoryImported'"
        ).fetchall()
    ours, another = (KeyFile.open_or_create(tmp_path / name) for name in ("keys.json", "another.json"))
    token = imported_token(ours, network_id, number)
    assert (patient_id, reference) == (str(derived_id("imported patient", token)), f"HARBOUR-{token[:10].upper()}")
    assert imported_token(another, network_id, number) != token
