"""`throughline protocol`: mistakes with line and reason, and publishing and adopting from the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from domain.protocol.shipped import CURRENT, document
from domain.protocol.written import written_out
from tests.deploy.conftest import CommandLine

OURS = document(*CURRENT) | {"protocol_version": "7", "title": "Ours"}


def written(folder: Path, text: str) -> str:
    path = folder / "ours.json"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_document_without_mistakes_passes(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["protocol", "check", written(tmp_path, written_out(OURS))])
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "No mistakes."


def test_every_mistake_has_its_line_and_reason(tmp_path: Path) -> None:
    text = written_out(OURS).replace('"unit": "min"', '"unit": "hours"', 1).replace('"mark": "S"', '"mark": "Z"', 1)
    path = written(tmp_path, text)
    done = CliRunner().invoke(app, ["protocol", "check", path])
    assert done.exit_code == 1
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "vitals_valid_minutes" in one)
    assert (
        f"line {line}: mistake: numbers.vitals_valid_minutes.unit: "
        "vitals_valid_minutes is measured in min, not in hours." in done.stdout
    )
    assert done.stdout.splitlines()[-1] == "2 mistakes."
    answer = CliRunner().invoke(app, ["protocol", "check", path, "--json"])
    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["mistakes"]) == (1, 2)
    assert {"place", "line", "says", "severity"} == set(found["findings"][0])


@pytest.mark.parametrize(("content", "says"), [(b"{", "line 1"), (b"", "line 1"), (b"[]", "begins with an object")])
def test_what_is_no_document_is_explained(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    done = CliRunner().invoke(app, ["protocol", "check", str(path)])
    assert (done.exit_code, says in done.stdout) == (1, True)


def test_a_file_in_another_encoding_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(b'{"title": "\xff"}')
    done = CliRunner().invoke(app, ["protocol", "check", str(path)])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "is not written in UTF-8" in done.stderr


def test_a_shipped_protocol_is_shown_with_sources_and_marks() -> None:
    done = CliRunner().invoke(app, ["protocol", "show", "spravato-style"])
    assert "kind" in done.stdout
    assert "vitals_40" in done.stdout
    shown = CliRunner().invoke(app, ["protocol", "show", "kap-core", "--version", "1", "--json"])
    assert json.loads(shown.stdout)["protocol_version"] == "1"


def test_a_document_is_published_then_adopted(throughline: CommandLine, tmp_path: Path) -> None:
    throughline.answer("network", "create", "harbour", "--title", "Harbour KAP", "--zone", "America/New_York")
    throughline.answer("network", "adopt-protocol", "harbour")
    broken = written(tmp_path, written_out(OURS | {"sources": {}}))
    assert "cannot be used: line " in throughline.refusal("protocol", "publish", broken)
    path = written(tmp_path, written_out(OURS))
    first, again = (throughline.answer("protocol", "publish", path) for _ in range(2))
    assert (first["published"], again["published"]) == (True, False)
    stands = {(one["protocol_id"], one["version"], one["stands"]) for one in throughline.answer("protocol", "list")}
    assert {("kap-core", "7", "published"), ("kap-core", "2", "in force"), ("kap-core", "2", "shipped")} <= stands
    assert throughline.answer("protocol", "adopt", "kap-core")["protocol_version"] == "7"
    throughline.answer("protocol", "adopt", "spravato-style", "--beside")
    stands = {(one["protocol_id"], one["version"], one["stands"]) for one in throughline.answer("protocol", "list")}
    assert {("kap-core", "7", "in force"), ("spravato-style", "1", "adopted")} <= stands
    refusal = throughline.refusal("protocol", "adopt", "none-such")
    assert refusal == "There is no protocol none-such; see `throughline protocol list`."
