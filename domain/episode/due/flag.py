"""A flag: something that is shown beside a patient, with its reason."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.episode.gates.gate import Question


class Severity(StrEnum):
    """Safety means a person may be in danger; attention asks for a look; the rest informs, good news last."""

    SAFETY = "safety"
    ATTENTION = "attention"
    INFORMATION = "information"
    GOOD = "good"


@dataclass(frozen=True)
class Flag:
    """`reason` is a sentence with dates and numbers; `entries` the events that raised it.

    `rule` is the number of a rule, or the key under which the protocol lists the flag; `source` where it comes from.
    """

    key: str
    name: str
    severity: Severity
    reason: str
    rule: str | None = None
    entries: tuple[UUID, ...] = ()
    source: str = ""


def named_by(asked: Question, key: str) -> str:
    """The name under which the protocol lists a flag."""
    listed = asked.protocol.flag(key) or asked.protocol.flag(f"+{key}")
    return listed.name if listed else key.replace("_", " ").capitalize()
