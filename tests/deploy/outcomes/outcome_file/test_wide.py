"""The wide form as people really have it: what goes in, and what is reported with line, column and reason."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from deploy.outcomes.outcome_file import ImportedOutcome, parse_offsets, read_outcomes
from deploy.outcomes.outcome_file.findings import ColumnsAreMissing
from deploy.outcomes.outcome_file.read import ColumnIsRepeated, StartIsMissing
from tests.deploy.outcomes.outcome_file.reading import BDI, START, VISITS, found, refused_at, wide

BTHEB = Path(__file__).parents[3] / "data" / "btheb.csv"
PLAIN = "id,pre,2m\nA1,29,2\nA2,32,\n"
FOUND = (("A1", "2026-01-31", 29), ("A1", "2026-03-31", 2), ("A2", "2026-01-31", 32))


def test_the_real_file_gives_100_patients_and_380_outcomes() -> None:
    at = parse_offsets("bdi.pre=0m,bdi.2m=2m,bdi.4m=4m,bdi.6m=6m,bdi.8m=8m")
    parsed = read_outcomes(BTHEB, BDI, patient_column="rownames", start_on=START, wide=at)
    assert (parsed.rows, len(parsed.patients), len(parsed.outcomes)) == (100, 100, 380)
    assert (parsed.rejected, parsed.skipped) == ((), 0)
    assert parsed.sha256 == sha256(BTHEB.read_bytes()).hexdigest()
    assert parsed.outcomes[1] == ImportedOutcome("1", 2, "bdi.2m", date(2026, 3, 31), 2)


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace(",", " , ").encode(),
        ("sep=;\n" + PLAIN.replace(",", ";")).encode("utf-8-sig"),
        PLAIN.rstrip("\n").encode(),
        PLAIN.replace("A2,32,", "A2,32,NA").encode(),
        PLAIN.replace("29", "29.0").encode(),
        PLAIN.replace(",", ";").replace("29", "29,0").encode(),
        b'"id","pre","2m"\n"A1","29","2"\n"A2","32",""\n',
        (PLAIN + "\n,,\n").encode(),
        ("\n" + PLAIN).encode(),
    ],
)
def test_one_table_in_many_dialects_is_one_table(content: bytes) -> None:
    parsed = wide(content)
    assert found(parsed) == list(FOUND)
    assert (parsed.rows, parsed.rejected) == (2, ())


def test_a_total_out_of_range_is_named_and_the_rest_goes_in() -> None:
    parsed = wide("id,pre,2m\nA1,64,2\nA2,-1,3\n")
    assert [total for _, _, total in found(parsed)] == [2, 3]
    assert refused_at(parsed) == [(2, "pre"), (3, "pre")]
    assert parsed.rejected[0].reason == "A BDI-II total is from 0 to 63; you wrote 64."


@pytest.mark.parametrize("cell", ["12.5", "twelve", "1e1", "٣", "12 points", "--", "99999999999999999999"])
def test_what_is_not_a_whole_number_is_not_guessed(cell: str) -> None:
    parsed = wide(f"id,pre,2m\nA1,{cell},2\n")
    assert (refused_at(parsed), len(parsed.outcomes)) == ([(2, "pre")], 1)


def test_a_reason_never_repeats_a_cell_that_is_no_number() -> None:
    parsed = wide("id,pre,2m\nA1,Ana Whitfield,2\n")
    assert "Ana" not in parsed.rejected[0].reason


def test_a_line_without_patient_is_reported_once() -> None:
    assert refused_at(wide("id,pre,2m\n,20,2\nNA,20,2\n")) == [(2, "id"), (3, "id")]


def test_a_half_written_last_line_is_left_out() -> None:
    parsed = wide("id,pre,2m\nA1,29,2\nA2,3")
    assert (len(parsed.outcomes), refused_at(parsed)) == (2, [(3, "2m")])
    assert "half written" in parsed.rejected[0].reason


def test_a_line_with_too_many_columns_is_left_out() -> None:
    parsed = wide("id,pre,2m\nA1,29,2,7\nA2,30,3,,\n")
    assert ([f[0] for f in found(parsed)], refused_at(parsed)) == (["A2", "A2"], [(2, None)])


def test_an_open_quote_costs_its_own_line_only() -> None:
    parsed = wide('id,pre,2m\nA1,29,2\n"A2,30,3\nA3,31,4\n')
    assert ([f[0] for f in found(parsed)], refused_at(parsed)) == (["A1", "A1", "A3", "A3"], [(3, None)])


def test_a_quoted_cell_may_run_over_lines() -> None:
    parsed = wide('id,note,pre,2m\nA1,"two\nlines, quoted",29,2\nA2,,64,3\n')
    assert (parsed.rows, refused_at(parsed)) == (2, [(4, "pre")])
    assert [f[0] for f in found(parsed)] == ["A1", "A1", "A2"]


def test_bytes_that_are_not_text_spoil_only_their_own_cell() -> None:
    parsed = wide(b"id,note,pre,2m\nA1,caf\xe9,29,2\nA\xe92,,30,3\nA3,,3\xff,4\n")
    assert [f[0] for f in found(parsed)] == ["A1", "A1", "A3"]
    assert refused_at(parsed) == [(3, "id"), (4, "pre")]


def test_the_same_row_again_is_skipped() -> None:
    parsed = wide("id,pre,2m\nA1,29,2\nA1,29,2\n")
    assert (len(parsed.outcomes), parsed.skipped, parsed.rejected) == (2, 2, ())


def test_another_value_for_the_same_day_is_a_contradiction() -> None:
    parsed = wide("id,pre,2m\nA1,29,2\nA1,28,2\n")
    assert (len(parsed.outcomes), parsed.skipped, refused_at(parsed)) == (2, 1, [(3, "pre")])
    assert parsed.rejected[0].reason == ("Line 2, column pre, has another value for this patient on 2026-01-31.")


def test_a_visit_in_the_future_is_rejected() -> None:
    parsed = wide("id,pre,2m\nA1,29,2\n", today=date(2026, 3, 30))
    assert (len(parsed.outcomes), refused_at(parsed)) == (1, [(2, "2m")])


def test_a_missing_column_is_named_with_those_there_are() -> None:
    with pytest.raises(ColumnsAreMissing) as refused:
        wide("patient;bdi;2m\n1;2;3\n")
    assert refused.value.message == "The file has no column id, pre. Its columns are: patient, bdi, 2m."


def test_a_column_that_stands_twice_is_refused() -> None:
    with pytest.raises(ColumnIsRepeated, match="more than one column pre"):
        wide("id,pre,pre,2m\n1,2,3,4\n")


def test_visits_need_a_start() -> None:
    with pytest.raises(StartIsMissing):
        read_outcomes(PLAIN.encode(), BDI, patient_column="id", wide=VISITS)
