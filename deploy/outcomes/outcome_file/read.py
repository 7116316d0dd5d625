"""Reading an outcome file: the good rows become outcomes, every bad one is reported with line, column and reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from deploy.outcomes.outcome_file.delimited import Record, decode, records
from deploy.outcomes.outcome_file.findings import Finding, ImportedOutcome, OtherInstrument, Rejection, Row, missing
from deploy.outcomes.outcome_file.long import LongColumns, LongForm
from deploy.outcomes.outcome_file.offsets import Offset
from deploy.outcomes.outcome_file.wide import WideForm
from domain.instrument import Instrument
from domain.refusal import Refused

LARGEST_FILE_BYTES = 50_000_000


class FileIsTooLarge(Refused):
    """The file is larger than 50 MB. Split it by patient."""


class FileIsASpreadsheet(Refused):
    """This is a spreadsheet, not text. Save it as CSV in UTF-8 with a header line."""


class FileHasNoTable(Refused):
    """The file has no table that can be read. Save it as CSV in UTF-8 with a header line."""


class ColumnIsRepeated(Refused):
    """The file has more than one column {repeated}. Give each its own name."""


class StartIsMissing(Refused):
    """A file with a column per visit needs the day that 0m stands for. Name it as the start."""


@dataclass(frozen=True)
class ParsedFile:
    """What a file holds. `skipped` only repeat an earlier line; `of_other_instruments` were left for another import."""

    rows: int
    outcomes: tuple[ImportedOutcome, ...]
    rejected: tuple[Rejection, ...]
    skipped: int
    of_other_instruments: int
    sha256: str

    @property
    def patients(self) -> tuple[str, ...]:
        """References of the patients with an outcome, in order of appearance."""
        return tuple(dict.fromkeys(outcome.patient for outcome in self.outcomes))


def read_outcomes(
    source: Path | bytes,
    instrument: Instrument,
    *,
    patient_column: str,
    start_on: date | None = None,
    wide: Mapping[str, Offset] | None = None,
    long: LongColumns | None = None,
    today: date | None = None,
) -> ParsedFile:
    """Read a file with a column per visit where `wide` says when each was, else with a row per outcome.

    Raises `Refused` when the file as a whole cannot be read. Dates after `today`, where given, are rejected.
    """
    content = _content(source)
    long = long or LongColumns()
    required = [patient_column, *(wide or [long.taken_on])]
    table = records(decode(content), required)
    header = _header(next(table, None), required, () if wide else long.optional(instrument))
    form: WideForm | LongForm
    if wide:
        form = WideForm(instrument, patient_column, _visits(wide, start_on), today)
    else:
        form = LongForm(instrument, patient_column, long, tuple(header), today)
    rows = [_row(record, header) for record in table if record.cells is None or any(record.cells)]
    findings = (found for row in rows for found in (form.findings(row) if isinstance(row, Row) else [row]))
    return _parsed(findings, rows=len(rows), digest=sha256(content).hexdigest())


def _content(source: Path | bytes) -> bytes:
    if (len(source) if isinstance(source, bytes) else source.stat().st_size) > LARGEST_FILE_BYTES:
        raise FileIsTooLarge
    content = source if isinstance(source, bytes) else source.read_bytes()
    if content.startswith(b"PK\x03\x04"):
        raise FileIsASpreadsheet
    return content


def _header(record: Record | None, required: Sequence[str], optional: Sequence[str]) -> list[str]:
    """A column that is read stands there once: of two totals nobody knows which is the patient's."""
    if record is None or not record.cells or not any(record.cells):
        raise FileHasNoTable
    if absent := [name for name in required if name not in record.cells]:
        raise missing(", ".join(absent), record.cells)
    if repeated := [name for name in (*required, *optional) if record.cells.count(name) > 1]:
        raise ColumnIsRepeated(repeated=", ".join(repeated))
    return record.cells


def _visits(offsets: Mapping[str, Offset], start_on: date | None) -> dict[str, date]:
    if start_on is None:
        raise StartIsMissing(field="start_on")
    return {column: offset.after(start_on) for column, offset in offsets.items()}


def _row(record: Record, header: Sequence[str]) -> Row | Rejection:
    """A row as wide as the header. A shorter one may be half written, so that even its last number is doubtful."""
    cells, width = record.cells, len(header)
    if cells is None:
        return Rejection(record.line, None, "The line cannot be taken apart: a quotation mark is open or misplaced.")
    if len(cells) < width:
        reason = f"The line ends after {len(cells)} of {width} columns; it may be half written."
        return Rejection(record.line, header[len(cells)], reason)
    if any(cells[width:]):
        return Rejection(record.line, None, f"The line has {len(cells)} columns, the header {width}.")
    return Row(record.line, dict(zip(header, cells, strict=False)))


def _parsed(findings: Iterable[Finding], *, rows: int, digest: str) -> ParsedFile:
    outcomes: dict[tuple[str, date], ImportedOutcome] = {}
    rejected: list[Rejection] = []
    skipped = others = 0
    for found in findings:
        match found:
            case Rejection():
                rejected.append(found)
            case OtherInstrument():
                others += 1
            case ImportedOutcome():
                earlier = outcomes.setdefault((found.patient, found.taken_on), found)
                if earlier is not found and _same(earlier, found):
                    skipped += 1
                elif earlier is not found:
                    rejected.append(_contradiction(earlier, found))
    return ParsedFile(rows, tuple(outcomes.values()), tuple(rejected), skipped, others, digest)


def _same(earlier: ImportedOutcome, found: ImportedOutcome) -> bool:
    return (earlier.total, earlier.answers) == (found.total, found.answers)


def _contradiction(earlier: ImportedOutcome, found: ImportedOutcome) -> Rejection:
    reason = f"Line {earlier.line}, column {earlier.column}, has another value for this patient on {found.taken_on}."
    return Rejection(found.line, found.column, reason)
