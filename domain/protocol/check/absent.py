"""What a document leaves out although it could say it: not a mistake, but whoever signs it should know."""

from collections.abc import Iterable, Mapping

from domain.protocol.check.finding import Finding, Severity
from domain.protocol.check.lines import Written
from domain.protocol.numbers import Numbers
from domain.protocol.protocol import Protocol

RULE_OF: Mapping[str, str] = {
    "no_measure_days": "+no_measure (no measure)",
    "licence_warning_days": "3 and 18, the warning before a licence ends",
    "pdmp_valid_days": "19.pdmp",
    "urinary_frequency_rise": "26, worse by frequency",
    "urinary_nocturia_rise": "26, worse at night",
    "chaperone_check_hours": "12 and 13, verified beforehand",
}
"""The rule that an optional number belongs to, where the number's name does not say it."""
INSTEAD: Mapping[str, str] = {
    "access_hours": "it is as long as an override",
    "report_review_days": "it is the next day",
    "urinary_review_working_days": "it is the next working day",
}
"""What holds where an optional number is not there, if something does."""
WORDS: Mapping[str, str] = {
    "alerts": "nobody is alerted",
    "measures": "no measures are due at occasions of the course",
    "therapist_only": "no instrument is the therapist's alone",
    "pdmp_required": "rule 19.pdmp is not in force",
    "risk_screen": "no screener is asked for on the day somebody says that they think of suicide",
    "requirements": "no sets, looks, places, paces or forms are required",
}
"""What follows from a list that is left out."""


def absent(written: Written) -> Iterable[Finding]:
    """Optional numbers and lists that are not there."""
    numbers = written.document.get("numbers")
    for name, field in Numbers.model_fields.items():
        if isinstance(numbers, dict) and not field.is_required() and numbers.get(name) is None:
            said = f"Absent: {name}; {_without(name)}."
            yield Finding("numbers", written.line("numbers"), said, Severity.NOTE)
    for name, field in Protocol.model_fields.items():
        if not field.is_required() and name not in written.document:
            what = WORDS.get(name, "what rests on it is not in force")
            yield Finding("", 1, f"Absent: {name}; {what}.", Severity.NOTE)


def _without(number: str) -> str:
    if number in INSTEAD:
        return INSTEAD[number]
    return f"rule {RULE_OF[number]} is not in force" if number in RULE_OF else "what rests on it is not in force"
