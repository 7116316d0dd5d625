"""Outcome files: tables of totals or answers that were collected elsewhere, read without a database."""

from deploy.outcomes.outcome_file.findings import ImportedOutcome, Rejection
from deploy.outcomes.outcome_file.long import LongColumns
from deploy.outcomes.outcome_file.offsets import Offset, parse_offsets
from deploy.outcomes.outcome_file.read import ParsedFile, read_outcomes

__all__ = [
    "ImportedOutcome",
    "LongColumns",
    "Offset",
    "ParsedFile",
    "Rejection",
    "parse_offsets",
    "read_outcomes",
]
