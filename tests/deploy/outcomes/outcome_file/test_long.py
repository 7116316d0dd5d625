"""The long form: dates, totals and answers, and what is reported of rows that cannot go in."""

from datetime import date

import pytest

from deploy.outcomes.outcome_file import LongColumns, read_outcomes
from deploy.outcomes.outcome_file.findings import ColumnsAreMissing
from deploy.outcomes.outcome_file.read import ColumnIsRepeated
from tests.deploy.outcomes.outcome_file.reading import PHQ, found, long, refused_at

PHQ_ITEMS = ",".join(f"item{n}" for n in range(1, 10))


def test_a_row_is_an_outcome() -> None:
    parsed = long("patient,instrument,taken_on,total\nA1,phq-9,2026-03-17,14\nA1,PHQ-9,2026-03-31 00:00:00,9\n")
    assert found(parsed) == [("A1", "2026-03-17", 14), ("A1", "2026-03-31", 9)]


def test_rows_of_another_instrument_are_counted_and_left_alone() -> None:
    parsed = long("patient,instrument,taken_on,total\nA1,bdi-ii,2026-03-17,60\nA1,phq9,2026-03-17,6\n")
    assert (parsed.outcomes, parsed.of_other_instruments, refused_at(parsed)) == ((), 1, [(3, "instrument")])


def test_without_an_instrument_column_every_row_is_of_the_chosen_one() -> None:
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
def test_a_date_in_another_form_is_refused_with_how_to_write_it(cell: str, says: str) -> None:
    parsed = long(f"patient,taken_on,total\nA1,{cell},14\nA2,2026-03-17,9\n")
    assert (refused_at(parsed), len(parsed.outcomes)) == ([(2, "taken_on")], 1)
    assert says in parsed.rejected[0].reason
    assert "YYYY-MM-DD" in parsed.rejected[0].reason


def test_a_future_date_is_rejected() -> None:
    parsed = long("patient,taken_on,total\nA1,2026-03-18,14\n", today=date(2026, 3, 17))
    assert refused_at(parsed) == [(2, "taken_on")]


def test_a_mistyped_century_is_rejected() -> None:
    parsed = long("patient,taken_on,total\nA1,0206-03-18,14\nA2,1850-03-18,14\n")
    assert refused_at(parsed) == [(2, "taken_on"), (3, "taken_on")]


@pytest.mark.parametrize("twice", ["total", "instrument", "item9"])
def test_of_two_columns_of_one_name_none_is_chosen(twice: str) -> None:
    with pytest.raises(ColumnIsRepeated, match=f"more than one column {twice}"):
        long(f"patient,taken_on,total,{twice},{twice}\nA1,2026-03-17,14,9,9\n")


def test_an_empty_total_is_not_seen() -> None:
    parsed = long("patient,taken_on,total\nA1,2026-03-17,\n")
    assert (parsed.rows, parsed.outcomes, parsed.rejected) == (1, (), ())


def test_answers_are_scored() -> None:
    parsed = long(f"patient,taken_on,{PHQ_ITEMS}\nA1,2026-03-17,1,1,1,1,1,0,0,0,1\n")
    assert found(parsed) == [("A1", "2026-03-17", 6)]
    assert parsed.outcomes[0].answers == (1, 1, 1, 1, 1, 0, 0, 0, 1)


def test_a_wrong_or_missing_answer_names_the_item() -> None:
    rows = ["0,0,0,5,0,0,0,0,0", "0,0,0,0,0,,0,0,0", "0,0,x,0,0,0,0,0,0"]
    parsed = long(f"patient,taken_on,{PHQ_ITEMS}\n" + "".join(f"A1,2026-03-17,{row}\n" for row in rows))
    assert refused_at(parsed) == [(2, "item4"), (3, "item6"), (4, "item3")]
    assert parsed.rejected[0].reason == "Item 4 must be 0, 1, 2 or 3; you wrote 5."


def test_a_total_that_contradicts_the_answers_is_rejected() -> None:
    table = f"patient,taken_on,total,{PHQ_ITEMS}\n"
    parsed = long(table + "A1,2026-03-17,7,1,1,1,1,1,0,0,0,1\nA2,2026-03-17,6,1,1,1,1,1,0,0,0,1\n")
    assert (refused_at(parsed), found(parsed)) == ([(2, "total")], [("A2", "2026-03-17", 6)])


def test_a_total_alone_may_stand_in_a_file_with_answers() -> None:
    parsed = long(f"patient,taken_on,total,{PHQ_ITEMS}\nA1,2026-03-17,7,,,,,,,,,\n")
    assert (found(parsed), parsed.outcomes[0].answers) == ([("A1", "2026-03-17", 7)], None)


def test_a_file_with_neither_total_nor_all_items_is_refused() -> None:
    with pytest.raises(ColumnsAreMissing, match="no column total, and not all of item1 to item9"):
        long("patient,taken_on,item1,item2\nA1,2026-03-17,1,1\n")


def test_columns_may_have_other_names() -> None:
    content = b"who,day,sum\nA1,2026-03-17,14\n"
    columns = LongColumns(taken_on="day", total="sum")
    assert found(read_outcomes(content, PHQ, patient_column="who", long=columns)) == [("A1", "2026-03-17", 14)]
