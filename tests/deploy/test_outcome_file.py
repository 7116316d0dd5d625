"""Outcome files as people really have them: what goes in, and what is reported with line, column and reason."""

import random
import time
from contextlib import suppress
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.outcomes.outcome_file import ImportedOutcome, LongColumns, Offset, ParsedFile, parse_offsets, read_outcomes
from deploy.outcomes.outcome_file.findings import ColumnsAreMissing
from deploy.outcomes.outcome_file.offsets import DateIsBeyondTheCalendar, OffsetsAreNotReadable
from deploy.outcomes.outcome_file.read import (
    ColumnIsRepeated,
    FileHasNoTable,
    FileIsASpreadsheet,
    FileIsTooLarge,
    StartIsMissing,
)
from domain.instrument import load
from domain.refusal import Refused

BTHEB = Path(__file__).parents[1] / "data" / "btheb.csv"
BDI, PHQ = load("bdi-ii"), load("phq-9")
START = date(2026, 1, 31)
VISITS = parse_offsets("pre=0m,2m=2m")
PHQ_ITEMS = ",".join(f"item{n}" for n in range(1, 10))


def wide(text: str | bytes, today: date | None = None) -> ParsedFile:
    content = text if isinstance(text, bytes) else text.encode()
    return read_outcomes(content, BDI, patient_column="id", start_on=START, wide=VISITS, today=today)


def long(text: str | bytes, today: date | None = None) -> ParsedFile:
    content = text if isinstance(text, bytes) else text.encode()
    return read_outcomes(content, PHQ, patient_column="patient", today=today)


def found(parsed: ParsedFile) -> list[tuple[str, str, int]]:
    return [(outcome.patient, str(outcome.taken_on), outcome.total) for outcome in parsed.outcomes]


def refused_at(parsed: ParsedFile) -> list[tuple[int, str | None]]:
    return [(rejection.line, rejection.column) for rejection in parsed.rejected]


def test_the_real_file_gives_100_patients_and_380_outcomes() -> None:
    at = parse_offsets("bdi.pre=0m,bdi.2m=2m,bdi.4m=4m,bdi.6m=6m,bdi.8m=8m")
    parsed = read_outcomes(BTHEB, BDI, patient_column="rownames", start_on=START, wide=at)
    assert (parsed.rows, len(parsed.patients), len(parsed.outcomes)) == (100, 100, 380)
    assert (parsed.rejected, parsed.skipped) == ((), 0)
    assert parsed.sha256 == sha256(BTHEB.read_bytes()).hexdigest()
    assert parsed.outcomes[1] == ImportedOutcome("1", 2, "bdi.2m", date(2026, 3, 31), 2)


class TestWide:
    PLAIN = "id,pre,2m\nA1,29,2\nA2,32,\n"
    FOUND = (("A1", "2026-01-31", 29), ("A1", "2026-03-31", 2), ("A2", "2026-01-31", 32))

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
    def test_one_table_in_many_dialects_is_one_table(self, content: bytes) -> None:
        parsed = wide(content)
        assert found(parsed) == list(self.FOUND)
        assert (parsed.rows, parsed.rejected) == (2, ())

    def test_a_total_out_of_range_is_named_and_the_rest_goes_in(self) -> None:
        parsed = wide("id,pre,2m\nA1,64,2\nA2,-1,3\n")
        assert [total for _, _, total in found(parsed)] == [2, 3]
        assert refused_at(parsed) == [(2, "pre"), (3, "pre")]
        assert parsed.rejected[0].reason == "A BDI-II total is from 0 to 63; you wrote 64."

    @pytest.mark.parametrize("cell", ["12.5", "twelve", "1e1", "٣", "12 points", "--", "99999999999999999999"])
    def test_what_is_not_a_whole_number_is_not_guessed(self, cell: str) -> None:
        parsed = wide(f"id,pre,2m\nA1,{cell},2\n")
        assert (refused_at(parsed), len(parsed.outcomes)) == ([(2, "pre")], 1)

    def test_a_reason_never_repeats_a_cell_that_is_no_number(self) -> None:
        parsed = wide("id,pre,2m\nA1,Ana Whitfield,2\n")
        assert "Ana" not in parsed.rejected[0].reason

    def test_a_line_without_patient_is_reported_once(self) -> None:
        assert refused_at(wide("id,pre,2m\n,20,2\nNA,20,2\n")) == [(2, "id"), (3, "id")]

    def test_a_half_written_last_line_is_left_out(self) -> None:
        parsed = wide("id,pre,2m\nA1,29,2\nA2,3")
        assert (len(parsed.outcomes), refused_at(parsed)) == (2, [(3, "2m")])
        assert "half written" in parsed.rejected[0].reason

    def test_a_line_with_too_many_columns_is_left_out(self) -> None:
        parsed = wide("id,pre,2m\nA1,29,2,7\nA2,30,3,,\n")
        assert ([f[0] for f in found(parsed)], refused_at(parsed)) == (["A2", "A2"], [(2, None)])

    def test_an_open_quote_costs_its_own_line_only(self) -> None:
        parsed = wide('id,pre,2m\nA1,29,2\n"A2,30,3\nA3,31,4\n')
        assert ([f[0] for f in found(parsed)], refused_at(parsed)) == (["A1", "A1", "A3", "A3"], [(3, None)])

    def test_a_quoted_cell_may_run_over_lines(self) -> None:
        parsed = wide('id,note,pre,2m\nA1,"two\nlines, quoted",29,2\nA2,,64,3\n')
        assert (parsed.rows, refused_at(parsed)) == (2, [(4, "pre")])
        assert [f[0] for f in found(parsed)] == ["A1", "A1", "A2"]

    def test_bytes_that_are_not_text_spoil_only_their_own_cell(self) -> None:
        parsed = wide(b"id,note,pre,2m\nA1,caf\xe9,29,2\nA\xe92,,30,3\nA3,,3\xff,4\n")
        assert [f[0] for f in found(parsed)] == ["A1", "A1", "A3"]
        assert refused_at(parsed) == [(3, "id"), (4, "pre")]

    def test_the_same_row_again_is_skipped(self) -> None:
        parsed = wide("id,pre,2m\nA1,29,2\nA1,29,2\n")
        assert (len(parsed.outcomes), parsed.skipped, parsed.rejected) == (2, 2, ())

    def test_another_value_for_the_same_day_is_a_contradiction(self) -> None:
        parsed = wide("id,pre,2m\nA1,29,2\nA1,28,2\n")
        assert (len(parsed.outcomes), parsed.skipped, refused_at(parsed)) == (2, 1, [(3, "pre")])
        assert parsed.rejected[0].reason == ("Line 2, column pre, has another value for this patient on 2026-01-31.")

    def test_a_visit_in_the_future_is_rejected(self) -> None:
        parsed = wide("id,pre,2m\nA1,29,2\n", today=date(2026, 3, 30))
        assert (len(parsed.outcomes), refused_at(parsed)) == (1, [(2, "2m")])

    def test_a_missing_column_is_named_with_those_there_are(self) -> None:
        with pytest.raises(ColumnsAreMissing) as refused:
            wide("patient;bdi;2m\n1;2;3\n")
        assert refused.value.message == "The file has no column id, pre. Its columns are: patient, bdi, 2m."

    def test_a_column_that_stands_twice_is_refused(self) -> None:
        with pytest.raises(ColumnIsRepeated, match="more than one column pre"):
            wide("id,pre,pre,2m\n1,2,3,4\n")

    def test_visits_need_a_start(self) -> None:
        with pytest.raises(StartIsMissing):
            read_outcomes(self.PLAIN.encode(), BDI, patient_column="id", wide=VISITS)


class TestLong:
    def test_a_row_is_an_outcome(self) -> None:
        parsed = long("patient,instrument,taken_on,total\nA1,phq-9,2026-03-17,14\nA1,PHQ-9,2026-03-31 00:00:00,9\n")
        assert found(parsed) == [("A1", "2026-03-17", 14), ("A1", "2026-03-31", 9)]

    def test_rows_of_another_instrument_are_counted_and_left_alone(self) -> None:
        parsed = long("patient,instrument,taken_on,total\nA1,bdi-ii,2026-03-17,60\nA1,phq9,2026-03-17,6\n")
        assert (parsed.outcomes, parsed.of_other_instruments, refused_at(parsed)) == ((), 1, [(3, "instrument")])

    def test_without_an_instrument_column_every_row_is_of_the_chosen_one(self) -> None:
        assert found(long("patient,taken_on,total\nA1,2026-03-17,14\n")) == [("A1", "2026-03-17", 14)]

    @pytest.mark.parametrize(
        ("cell", "says"),
        [
            ("46098", "day number"),
            ("46098.5", "day number"),
            ("03/04/2026", "day and which the month"),
            ("17.03.2026", "day and which the month"),
            ("3-4-26", "day and which the month"),
            ("2026/03/17", "day and which the month"),
            ("2026-02-30", "not a date of the calendar"),
            ("17 March 2026", "not a date of the calendar"),
            ("", "is missing"),
        ],
    )
    def test_a_date_in_another_form_is_refused_with_how_to_write_it(self, cell: str, says: str) -> None:
        parsed = long(f"patient,taken_on,total\nA1,{cell},14\nA2,2026-03-17,9\n")
        assert (refused_at(parsed), len(parsed.outcomes)) == ([(2, "taken_on")], 1)
        assert says in parsed.rejected[0].reason
        assert "YYYY-MM-DD" in parsed.rejected[0].reason

    def test_a_future_date_is_rejected(self) -> None:
        parsed = long("patient,taken_on,total\nA1,2026-03-18,14\n", today=date(2026, 3, 17))
        assert refused_at(parsed) == [(2, "taken_on")]

    def test_an_empty_total_is_not_seen(self) -> None:
        parsed = long("patient,taken_on,total\nA1,2026-03-17,\n")
        assert (parsed.rows, parsed.outcomes, parsed.rejected) == (1, (), ())

    def test_answers_are_scored(self) -> None:
        parsed = long(f"patient,taken_on,{PHQ_ITEMS}\nA1,2026-03-17,1,1,1,1,1,0,0,0,1\n")
        assert found(parsed) == [("A1", "2026-03-17", 6)]
        assert parsed.outcomes[0].answers == (1, 1, 1, 1, 1, 0, 0, 0, 1)

    def test_a_wrong_or_missing_answer_names_the_item(self) -> None:
        rows = ["0,0,0,5,0,0,0,0,0", "0,0,0,0,0,,0,0,0", "0,0,x,0,0,0,0,0,0"]
        parsed = long(f"patient,taken_on,{PHQ_ITEMS}\n" + "".join(f"A1,2026-03-17,{row}\n" for row in rows))
        assert refused_at(parsed) == [(2, "item4"), (3, "item6"), (4, "item3")]
        assert parsed.rejected[0].reason == "Item 4 must be 0, 1, 2 or 3; you wrote 5."

    def test_a_total_that_contradicts_the_answers_is_rejected(self) -> None:
        table = f"patient,taken_on,total,{PHQ_ITEMS}\n"
        parsed = long(table + "A1,2026-03-17,7,1,1,1,1,1,0,0,0,1\nA2,2026-03-17,6,1,1,1,1,1,0,0,0,1\n")
        assert (refused_at(parsed), found(parsed)) == ([(2, "total")], [("A2", "2026-03-17", 6)])

    def test_a_total_alone_may_stand_in_a_file_with_answers(self) -> None:
        parsed = long(f"patient,taken_on,total,{PHQ_ITEMS}\nA1,2026-03-17,7,,,,,,,,,\n")
        assert (found(parsed), parsed.outcomes[0].answers) == ([("A1", "2026-03-17", 7)], None)

    def test_a_file_with_neither_total_nor_all_items_is_refused(self) -> None:
        with pytest.raises(ColumnsAreMissing, match="no column total, and not all of item1 to item9"):
            long("patient,taken_on,item1,item2\nA1,2026-03-17,1,1\n")

    def test_columns_may_have_other_names(self) -> None:
        content = b"who,day,sum\nA1,2026-03-17,14\n"
        columns = LongColumns(taken_on="day", total="sum")
        assert found(read_outcomes(content, PHQ, patient_column="who", long=columns)) == [("A1", "2026-03-17", 14)]


class TestJunk:
    @pytest.mark.parametrize(
        "content", [b"", b"\n\n", b"\xef\xbb\xbf", b"sep=;\n", b'"open\nid,pre,2m\n', b",,\n1,2,3\n"]
    )
    def test_a_file_without_a_table_is_refused(self, content: bytes) -> None:
        with pytest.raises(FileHasNoTable):
            wide(content)

    def test_a_spreadsheet_is_named_as_such(self) -> None:
        with pytest.raises(FileIsASpreadsheet, match="Save it as CSV"):
            wide(b"PK\x03\x04rest")

    def test_a_file_of_more_than_50_mb_is_refused_unread(self, tmp_path: Path) -> None:
        huge = tmp_path / "huge.csv"
        with huge.open("wb") as file:
            file.truncate(50_000_001)
        with pytest.raises(FileIsTooLarge):
            read_outcomes(huge, BDI, patient_column="id")

    @pytest.mark.parametrize("junk", ["bytes", "zeros", "quotes", "one long line"])
    def test_10_mb_of_junk_behind_a_header_end_soon_and_lose_no_good_row(self, junk: str) -> None:
        noise = {
            "bytes": random.Random(7).randbytes(10_000_000),
            "zeros": b"\0" * 10_000_000,
            "quotes": (b'"' + b"x" * 98 + b"\n") * 100_000,
            "one long line": b"7," * 5_000_000,
        }[junk]
        began = time.thread_time()  # our own work: what else the machine does is no matter
        parsed = wide(b"id,pre,2m\nA1,29,2\n" + noise + b"\nA2,30,3\n")
        assert time.thread_time() - began < 30
        assert {("A1", "2026-01-31", 29), ("A2", "2026-01-31", 30)} <= set(found(parsed))
        assert parsed.rejected

    def test_10_mb_of_junk_alone_are_refused(self) -> None:
        with pytest.raises((FileHasNoTable, ColumnsAreMissing)) as refused:
            wide(random.Random(8).randbytes(10_000_000))
        assert len(str(refused.value)) < 20_000

    @given(st.binary(max_size=300))
    def test_whatever_the_bytes_the_answer_is_a_result_or_a_refusal(self, content: bytes) -> None:
        parsed = wide(b"id,pre,2m\nA1,29,2\n" + content)
        assert ("A1", "2026-01-31", 29) in found(parsed)
        for form in (wide, long):
            with suppress(Refused):
                form(content)


class TestOffsets:
    def test_offsets_are_read_in_the_order_written(self) -> None:
        offsets = parse_offsets("bdi.pre=0m, bdi.2w=2w,bdi.90d=90d")
        assert list(offsets.items()) == [
            ("bdi.pre", Offset(0, "m")),
            ("bdi.2w", Offset(2, "w")),
            ("bdi.90d", Offset(90, "d")),
        ]

    @pytest.mark.parametrize(
        ("start", "offset", "day"),
        [
            (date(2026, 8, 31), Offset(6, "m"), date(2027, 2, 28)),
            (date(2023, 12, 31), Offset(2, "m"), date(2024, 2, 29)),
            (date(2026, 1, 15), Offset(12, "m"), date(2027, 1, 15)),
            (date(2026, 12, 31), Offset(2, "w"), date(2027, 1, 14)),
            (date(2026, 2, 27), Offset(2, "d"), date(2026, 3, 1)),
        ],
    )
    def test_months_are_calendar_months(self, start: date, offset: Offset, day: date) -> None:
        assert offset.after(start) == day

    @pytest.mark.parametrize("text", ["", "a", "a=", "=2m", "a=2y", "a=-1m", "a=2m,,b=3m", "a=2m,a=3m", "a=2.5m"])
    def test_what_is_not_an_offset_is_refused_with_how_to_write_it(self, text: str) -> None:
        with pytest.raises(OffsetsAreNotReadable, match="Write column=2m"):
            parse_offsets(text)

    def test_a_time_beyond_the_calendar_is_refused(self) -> None:
        for unit in "dwm":
            with pytest.raises(DateIsBeyondTheCalendar):
                Offset(99999, unit).after(date(9990, 1, 1))
