"""What is wrong with a protocol document, line by line, and what it leaves out on purpose."""

from collections.abc import Callable, Iterable
from operator import attrgetter

from domain.protocol.check.absent import absent
from domain.protocol.check.agreement import agreement
from domain.protocol.check.bounds import bounds
from domain.protocol.check.finding import Finding, Severity
from domain.protocol.check.foundation import foundation
from domain.protocol.check.lines import NotJson, Written, read_with_lines
from domain.protocol.check.shape import codes, shape
from domain.protocol.check.table import table
from domain.protocol.written import LONGEST_CHARACTERS

__all__ = ["Finding", "Severity", "check", "mistakes"]

Examination = Callable[[Written], Iterable[Finding]]
EXAMINATIONS: tuple[Examination, ...] = (shape, codes, foundation, bounds, table, agreement, absent)
"""Each looks at the whole document, complete or not, and passes over what it cannot read."""

MOST = 200
"""What nobody reads to its end is not said: a list in the wrong place can have as many mistakes as entries."""


def check(text: str) -> tuple[Finding, ...]:
    """Everything to say about a document, in the order of its lines. Empty: complete, and nothing is left out."""
    if len(text) > LONGEST_CHARACTERS:
        longest = f"no protocol is longer than {LONGEST_CHARACTERS:,}"
        return (Finding("", 1, f"The document has {len(text):,} characters, and {longest}: nothing of it was read."),)
    try:
        written = read_with_lines(text)
    except NotJson as fault:
        return (Finding("", fault.line, fault.says),)
    found = dict.fromkeys(finding for examine in EXAMINATIONS for finding in examine(written))
    in_order = sorted(found, key=attrgetter("line"))
    if len(in_order) > MOST:
        more = f"{len(in_order) - MOST} more things to say follow; mend these first."
        in_order[MOST:] = [Finding("", in_order[MOST].line, more)]
    return tuple(in_order)


def mistakes(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that have to be mended before the document can be published."""
    return tuple(finding for finding in findings if finding.severity is Severity.MISTAKE)
