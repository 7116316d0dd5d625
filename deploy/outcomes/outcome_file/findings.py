"""What is found in an outcome file: outcomes, reasons why something is none, and rows of other instruments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from domain.instrument import Instrument, TotalIsOutOfRange, score_total
from domain.refusal import Refused


class Row(NamedTuple):
    """A row of the table by column name, and the line of the file where it begins."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ImportedOutcome:
    """One outcome as the file has it. Where there are answers, `total` is their score."""

    patient: str
    line: int
    column: str
    taken_on: date
    total: int
    answers: tuple[int | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why something in the file is not an outcome; `column` is None where the whole line cannot be read."""

    line: int
    column: str | None
    reason: str

    @classmethod
    def of(cls, line: int, refused: Refused) -> "Rejection":
        return cls(line, refused.field, refused.message)


class OtherInstrument(NamedTuple):
    """A row of another instrument, left for the import of that one."""

    line: int


Finding = ImportedOutcome | Rejection | OtherInstrument


class ColumnsAreMissing(Refused):
    """The file has no column {absent}. Its columns are: {present}."""


def missing(columns: str, header: list[str]) -> ColumnsAreMissing:
    """Says which columns there are, shortened where the header is not one."""
    present = ", ".join(name[:40].encode("ascii", "backslashreplace").decode() for name in header[:40])
    return ColumnsAreMissing(absent=columns, present=present)


def checked_total(instrument: Instrument, total: int, column: str) -> int:
    """The total if it is one of the instrument's, else a refusal that names the column."""
    try:
        score_total(instrument, total)
    except TotalIsOutOfRange as refused:
        refused.field = column
        raise
    return total
