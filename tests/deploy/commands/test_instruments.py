"""`throughline instruments`: the list, checking a pack, packs at start, and scores that can be computed again."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from domain.instrument import ids
from domain.instrument.catalogue import put_beside
from tests.domain.instrument.test_pack import WORDS


@pytest.fixture(autouse=True)
def _nothing_licensed_afterwards() -> object:
    yield
    put_beside([])


def called(*arguments: str, folder: Path | None = None) -> tuple[int, str, str]:
    environment = {"THROUGHLINE_INSTRUMENTS": str(folder)} if folder else {}
    done = CliRunner().invoke(app, [*arguments], env=environment)
    return done.exit_code, done.stdout, done.stderr


def test_all_are_listed_with_where_their_wording_comes_from(tmp_path: Path) -> None:
    code, answer, _ = called("instruments", "--json")
    found = {one["id"]: one for one in json.loads(answer)}
    assert (code, tuple(found)) == (0, ids())
    assert found["phq-9"]["wording"] == "shipped"
    assert found["who-5"]["wording"].startswith("placeholders")
    assert found["c-ssrs"]["scores"] == "none, low, moderate, high"
    (tmp_path / "who-5.json").write_text(json.dumps(WORDS), encoding="utf-8")
    _, answer, _ = called("instruments", "--json", folder=tmp_path)
    assert {one["id"]: one["wording"] for one in json.loads(answer)}["who-5"] == "licensed here"
    assert "HAM-D17" in called("instruments")[1]


def test_a_pack_is_checked_before_it_is_used(tmp_path: Path) -> None:
    file = tmp_path / "who-5.json"
    file.write_text(json.dumps(WORDS, indent=1), encoding="utf-8")
    code, answer, _ = called("instruments", "check", str(file))
    assert (code, "It can be used." in answer) == (0, True)
    file.write_text(json.dumps(WORDS | {"version": "9"}, indent=1), encoding="utf-8")
    code, answer, _ = called("instruments", "check", str(file), "--json")
    assert code == 1
    assert json.loads(answer)["mistakes"] == [{"line": 3, "says": "No who-5 version 9 is shipped here."}]


def test_a_broken_pack_stops_the_start_with_file_line_and_reason(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(WORDS, indent=1), encoding="utf-8")
    (tmp_path / "b.json").write_text('{\n "words_for": "who-5",\n', encoding="utf-8")
    code, answer, said = called("score", "who-5", "--total", "40", folder=tmp_path)
    assert (code, answer) == (1, "")
    assert said.startswith("throughline: b.json, line ")
    (tmp_path / "b.json").write_text(json.dumps(WORDS), encoding="utf-8")
    _, _, said = called("score", "who-5", "--total", "40", folder=tmp_path)
    assert said == "throughline: b.json: who-5 version 1 is in another file of the folder too.\n"
    _, _, said = called("score", "who-5", "--total", "40", folder=tmp_path / "nowhere")
    assert said.startswith("throughline: THROUGHLINE_INSTRUMENTS names no folder")
