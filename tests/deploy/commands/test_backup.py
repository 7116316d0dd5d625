"""`throughline backup` and `restore`: everything comes back under a new log, and with its keys opens again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.operating.erasures import keep_in_step
from deploy.wiring import wired
from domain.patient.erasure import LegalBasis
from store.erased_list import Erased, add_to_list, read_list
from tests.deploy.conftest import CommandLine
from tests.postgres import Server


def erasure_of(patient_id: UUID | str, network: dict[str, Any]) -> Erased:
    """Of a patient of this network, as the list of the erased keeps it."""
    return Erased.model_validate(
        {
            "network_id": network["network_id"],
            "patient_id": patient_id,
            "erasure_id": uuid4(),
            "legal_basis": LegalBasis.COURT_ORDER,
            "proposed_by": uuid4(),
            "confirmed_by": uuid4(),
            "erased_at": datetime(2026, 3, 12, tzinfo=UTC),
        }
    )


def test_a_copy_comes_back_under_a_new_log(filled: CommandLine, server: Server, tmp_path: Path) -> None:
    before = filled.answer("info")
    copied = filled.answer("backup", tmp_path / "copy")
    assert (copied["log_id"], copied["head"]) == (before["log_id"], before["head"])
    with server.fresh_database() as another:
        elsewhere = CommandLine(
            {
                **filled.environment,
                "THROUGHLINE_DATABASE_URL": another.app_url,
                "THROUGHLINE_WORK_DATABASE_URL": another.work_url,
                "THROUGHLINE_MIGRATE_DATABASE_URL": another.owner_url,
                "THROUGHLINE_KEY_FILE": str(tmp_path / "restored" / "keys.json"),
            }
        )
        assert "--nobody-erased-since" in elsewhere.refusal("restore", tmp_path / "copy")
        restored = elsewhere.answer("restore", tmp_path / "copy", "--nobody-erased-since")
        after = elsewhere.answer("info")
        assert after["head"] == before["head"]
        assert after["log_id"] == restored["log_id"] != before["log_id"]
        assert elsewhere.answer("clinician", "list") == filled.answer("clinician", "list")  # names open again
        assert elsewhere.answer("cohort", "--instrument", "phq-9")["mean_change"] == -5
        old_cursor = f"{before['log_id']}:1"
        assert "restored from a copy" in elsewhere.refusal("events", "--after", old_cursor)
        again = elsewhere.refusal("restore", tmp_path / "copy", "--nobody-erased-since")
        assert again.startswith("A copy is restored into an empty database")


def test_a_place_that_is_taken_is_not_written_over(filled: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    assert filled.refusal("backup", tmp_path / "copy").startswith("There is something at that place already")


def test_whoever_was_erased_since_is_erased_again(throughline: CommandLine, server: Server, tmp_path: Path) -> None:
    throughline.answer("network", "create", "harbour", "--title", "Harbour", "--zone", "America/New_York")
    throughline.answer("network", "adopt-protocol", "harbour")
    about = ("--network", "harbour", "--name", "Ada Example", "--birth-date", "1984-03-11")
    patient_id = throughline.answer("patient", "register", *about)["patient_id"]
    throughline.answer("backup", tmp_path / "before")
    erased = tmp_path / "erased.jsonl"
    with elsewhere_of(throughline, server, tmp_path / "meant", erased) as there:
        there.answer("restore", tmp_path / "before", "--nobody-erased-since")
        (network,) = there.answer("network", "list")
        assert "registered already" in there.refusal("patient", "register", *about)
    add_to_list(erased, [erasure_of(patient_id, network)])
    with elsewhere_of(throughline, server, tmp_path / "list", erased) as there:
        assert there.answer("restore", tmp_path / "before")["erased_again"] == 1
        assert there.answer("patient", "register", *about)["patient_id"] != patient_id, "nobody of this name is known"
        there.answer("backup", tmp_path / "later")
    with elsewhere_of(throughline, server, tmp_path / "copy") as there:
        restored = there.answer("restore", tmp_path / "before", "--erased", tmp_path / "later")
        assert restored["erased_again"] == 1


@contextmanager
def elsewhere_of(
    throughline: CommandLine, server: Server, folder: Path, erased: Path | None = None
) -> Iterator[CommandLine]:
    """The command line over an empty database with a key file of its own."""
    with server.fresh_database() as another:
        yield CommandLine(
            {
                **throughline.environment,
                "THROUGHLINE_DATABASE_URL": another.app_url,
                "THROUGHLINE_WORK_DATABASE_URL": another.work_url,
                "THROUGHLINE_MIGRATE_DATABASE_URL": another.owner_url,
                "THROUGHLINE_KEY_FILE": str(folder / "keys.json"),
                **({"THROUGHLINE_ERASED_LIST": str(erased)} if erased else {}),
            }
        )


def test_a_database_brought_back_by_other_means_is_put_right_within_a_minute(
    throughline: CommandLine, tmp_path: Path
) -> None:
    throughline.answer("network", "create", "harbour", "--title", "Harbour", "--zone", "America/New_York")
    throughline.answer("network", "adopt-protocol", "harbour")
    about = ("--network", "harbour", "--name", "Ada Example", "--birth-date", "1984-03-11")
    patient_id = UUID(throughline.answer("patient", "register", *about)["patient_id"])
    (network,) = throughline.answer("network", "list")
    erased = erasure_of(patient_id, network)
    path = tmp_path / "erased.jsonl"
    add_to_list(path, [erased, erased.model_copy(update={"patient_id": uuid4()})])
    with pytest.MonkeyPatch.context() as patch:
        for name, value in throughline.environment.items():
            patch.setenv(name, value)
        with wired() as wiring:
            assert keep_in_step(wiring, path) == (0, 1), "of the other the log knows nothing"
            assert keep_in_step(wiring, path) == (0, 0)
            path.unlink()
            assert keep_in_step(wiring, path) == (1, 0)
    assert read_list(path) == [erased]
    assert throughline.answer("patient", "register", *about)["patient_id"] != str(patient_id)
