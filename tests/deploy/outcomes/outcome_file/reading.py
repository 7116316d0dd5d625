"""Tables of the tests, read as outcome files of either form, and what was found in them."""

from datetime import date

from deploy.outcomes.outcome_file import ParsedFile, parse_offsets, read_outcomes
from domain.instrument import load

BDI, PHQ = load("bdi-ii"), load("phq-9")
START = date(2026, 1, 31)
VISITS = parse_offsets("pre=0m,2m=2m")


def wide(text: str | bytes, today: date | None = None) -> ParsedFile:
    """One row per patient, columns `id`, `pre` and `2m` of BDI-II totals."""
    return read_outcomes(_bytes(text), BDI, patient_column="id", start_on=START, wide=VISITS, today=today)


def long(text: str | bytes, today: date | None = None) -> ParsedFile:
    """One row per PHQ-9, with `patient`, `taken_on`, and a `total` or answers."""
    return read_outcomes(_bytes(text), PHQ, patient_column="patient", today=today)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def found(parsed: ParsedFile) -> list[tuple[str, str, int]]:
    """Patient, day and total of every outcome."""
    return [(outcome.patient, str(outcome.taken_on), outcome.total) for outcome in parsed.outcomes]


def refused_at(parsed: ParsedFile) -> list[tuple[int, str | None]]:
    """Line and column of every rejection."""
    return [(rejection.line, rejection.column) for rejection in parsed.rejected]
