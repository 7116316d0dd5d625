"""`throughline backup` and `restore`: everything comes back under a new log, and with its keys opens again."""

from pathlib import Path

from tests.deploy.conftest import CommandLine
from tests.postgres import Server


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
