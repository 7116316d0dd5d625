"""One thing to say about a protocol document: where, and why."""

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    MISTAKE = "mistake"
    """To be mended before the document can be published."""
    NOTE = "note"
    """Worth knowing: a rule that this document leaves out."""


class Finding(NamedTuple):
    """`place` as `numbers.vitals_valid_minutes.unit`; `line` counts from 1."""

    place: str
    line: int
    says: str
    severity: Severity = Severity.MISTAKE
