"""What was published stays true: today's shapes are published, and no revision takes back what an earlier one said."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from api.contract.additions import breaks
from api.contract.published import FOLDER, Published, published, published_in
from api.contract.publishing import SUMS, altered_in, current, findings, main, sums_of, written
from api.contract.streams import STREAMS, sent_types, types_of
from domain.episode.disclosure.record_disclosure import RecordDisclosed
from domain.event import EVENTS
from domain.patient.call_off_erasure import ErasureCalledOff
from domain.patient.lift_legal_hold import LegalHoldLifted
from domain.patient.place_legal_hold import LegalHoldPlaced
from domain.patient.propose_erasure import ErasureProposed


def test_every_event_is_published_as_it_is_now() -> None:
    assert [found.says for found in findings(current(), published())] == []


@pytest.mark.parametrize("name", sorted(published()))
def test_no_revision_takes_back_what_an_earlier_one_said(name: str) -> None:
    revisions = published()[name]
    for place, earlier in enumerate(revisions):
        for later in revisions[place + 1 :]:
            assert list(breaks(earlier.schema, later.schema)) == [], f"{earlier.file_name} → {later.file_name}"


def test_nothing_that_was_published_has_been_changed_or_lost() -> None:
    assert altered_in(FOLDER) == []
    assert (FOLDER / SUMS).read_text() == sums_of(FOLDER)


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_text("{}")])
def test_a_published_file_that_was_touched_is_noticed_and_nothing_published_beside_it(
    harm: Callable[[Path], object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(tmp_path) == 0
    touched = tmp_path / "episode.DoseTaken.v1.r1.json"
    harm(touched)
    assert main(tmp_path) == 1
    assert f"{touched.name} was published and has been changed" in capsys.readouterr().err
    assert altered_in(tmp_path) == [touched.name]


def test_a_published_schema_is_one_and_knows_its_address() -> None:
    for one in (each for several in published().values() for each in several):
        Draft202012Validator.check_schema(one.schema)
        assert one.schema["$id"] == f"/schemas/{one.file_name}"


def test_every_event_type_stands_in_the_catalogue_once() -> None:
    named = [of for stream in STREAMS for of in types_of(stream.name)]
    assert sorted(of.stored_as for of in named) == sorted(EVENTS)
    kept = [of for of in named if of not in sent_types()]
    of_compliance = {RecordDisclosed, ErasureProposed, ErasureCalledOff, LegalHoldPlaced, LegalHoldLifted}
    assert {of.stream for of in kept if of not in of_compliance} == {"psychotherapy_note", "subscriber"}
    assert of_compliance <= set(kept), "what was given by hand, or what led to an erasure, is nobody else's"


def test_a_shape_that_changed_without_a_new_version_is_refused_and_told_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (name, schema), *_ = current().items()
    narrower = {**schema, "required": schema["required"][1:]}
    (tmp_path / f"{name}.r1.json").write_text(json.dumps(narrower))
    assert main(tmp_path) == 1
    assert "version=… and an upcaster beside the class" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.r1.json"], "nothing is published beside a refusal"


def test_an_optional_field_more_is_published_as_a_revision_beside_the_earlier_one(tmp_path: Path) -> None:
    name = "episode.DoseTaken.v1"
    schema = current()[name]
    earlier = json.loads(json.dumps(schema))
    del earlier["properties"]["lot"]
    first = tmp_path / f"{name}.r1.json"
    first.write_text(json.dumps(earlier))
    before = first.read_bytes()
    assert main(tmp_path) == 0
    assert first.read_bytes() == before
    first_revision, second = published_in(tmp_path)[name]
    assert second.schema["$id"] == f"/schemas/{name}.r2.json"
    assert "lot" in second.schema["properties"]
    assert list(breaks(first_revision.schema, second.schema)) == []
    assert list(findings(current(), published_in(tmp_path))) == []


def test_an_older_version_stays_when_the_event_has_a_new_one() -> None:
    old = Published("episode.DoseTaken.v1", 1, json.dumps({"type": "object", "properties": {"gone": {}}}))
    (found,) = findings({"episode.DoseTaken.v2": {"type": "object"}}, {old.name: (old,)})
    assert (found.name, found.revision, found.refused) == ("episode.DoseTaken.v2", 1, None)
    assert json.loads(written(found))["$id"] == "/schemas/episode.DoseTaken.v2.r1.json"


def test_a_revision_that_was_taken_away_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "thin.v1.r2.json").write_text("{}")
    with pytest.raises(ValueError, match="lacks a revision"):
        published_in(tmp_path)
    (tmp_path / "thin.v1.r2.json").rename(tmp_path / "notes.json")
    with pytest.raises(ValueError, match="not named"):
        published_in(tmp_path)
