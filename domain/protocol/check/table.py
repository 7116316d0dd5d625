"""Whether the rules table holds every rule that is asked, each once and with a way through; and so of other lists."""

from collections.abc import Iterable, Iterator

from domain.protocol.check.finding import Finding, Severity
from domain.protocol.check.lines import Written
from domain.protocol.check.shape import entries, named
from domain.protocol.shipped import CURRENT, load_shipped

ALWAYS_ASKED = ("kap-core", "1")
"""The first document shipped: its rules are asked whatever a document says, so every document has to hold them."""
ONCE: tuple[tuple[str, str], ...] = (
    ("rules", "rule"),
    ("contraindications", "code"),
    ("consents", "consent_type"),
    ("trainings", "course"),
    ("instruments", "instrument"),
    ("medicines", "medicine_class"),
    ("flags", "key"),
    ("requirements", "key"),
    ("alerts", "kind"),
    ("legal_bases", "key"),
)


def table(written: Written) -> Iterable[Finding]:
    """Rules that are missing or refer to nothing, entries that stand twice, absolute rules without a way through."""
    listed = {str(entry.get("rule")) for _, entry in entries(written.document, "rules")}
    yield from _missing(written, listed)
    yield from _twice(written)
    for part in ("flags", "requirements"):
        for number, entry in entries(written.document, part):
            rule = entry.get("rule")
            if isinstance(rule, str) and rule not in listed:
                says = f"There is no rule {rule[:30]} in the rules table."
                yield Finding(named((part, number, "rule")), written.line(part, number, "rule"), says)
    for number, entry in entries(written.document, "rules"):
        if entry.get("gate_class") == "absolute" and not str(entry.get("way") or "").strip():
            says = "Nobody may override an absolute rule, so it has to say how it opens: give its way."
            yield Finding(named(("rules", number)), written.line("rules", number), says)


def _missing(written: Written, listed: set[str]) -> Iterator[Finding]:
    line = written.line("rules")
    always = [rule.rule for rule in load_shipped(*ALWAYS_ASKED).rules]
    for rule in always:
        if rule not in listed:
            yield Finding("rules", line, f"Rule {rule} is missing. It is asked in every course; give it a row.")
    for known in load_shipped(*CURRENT).rules:
        if known.rule not in listed and known.rule not in always:
            says = f"Absent: rule {known.rule} ({known.name}) is not in force."
            yield Finding("rules", line, says, Severity.NOTE)


def _twice(written: Written) -> Iterator[Finding]:
    for part, key in ONCE:
        seen: set[str] = set()
        for number, entry in entries(written.document, part):
            name = str(entry.get(key))
            if name in seen:
                says = f"{name[:60]} is listed above already."
                yield Finding(named((part, number, key)), written.line(part, number, key), says)
            seen.add(name)
