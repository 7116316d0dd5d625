"""Outcome files: tables of totals or answers that were collected elsewhere, read without a database."""

from deploy.outcome_file.findings import ImportedOutcome, Rejection
from deploy.outcome_file.long import LongColumns
from deploy.outcome_file.offsets import Offset, parse_offsets
from deploy.outcome_file.read import ParsedFile, read_outcomes

__all__ = [
    "ImportedOutcome",
    "LongColumns",
    "Offset",
    "ParsedFile",
    "Rejection",
    "parse_offsets",
    "read_outcomes",
]
