"""What looks as if it belonged to the record of care: session times, doses, vitals and scores in somebody's words.

45 CFR 164.501 takes them out of psychotherapy notes, and nobody but the author would ever see them there. An entry that
names what it is ("BP 148/82", "dose 100 mg", "PHQ-9: 14", "session 14:00 to 15:30") is refused. A bare amount or time
may be part of what the patient said ("50 mg of sertraline back in school"); refusing it would make people write their
notes elsewhere, so it is asked about once.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Coded(StrEnum):
    VITALS = "vitals"
    DOSE = "dose"
    TIME = "time"
    SCORE = "score"


class Found(NamedTuple):
    """`entries` name what they are; `perhaps` are bare figures that may be one."""

    entries: tuple[Coded, ...] = ()
    perhaps: tuple[Coded, ...] = ()


WORDS: Mapping[Coded, tuple[str, str]] = {
    Coded.VITALS: ("a measured value", "with “Record vitals” in the session"),
    Coded.DOSE: ("a dose", "with “Record the dose” in the session"),
    Coded.TIME: ("a session time", "with the session itself, which keeps its start and end"),
    Coded.SCORE: ("a questionnaire score", "with “Record a measure”"),
}
"""What it is, and where it belongs."""

_CLOCK = r"\d{1,2}(?:[:.h]\d{2}|\s?[ap]\.?m\b)"
_MG = r"\d+(?:[.,]\d+)?\s*(?:mg|mcg|µg|milligrams?)\b"
_PRESSURE = r"\d{2,3}\s*/\s*\d{2,3}"
_FEW_WORDS = r"[^.!?\n]{0,40}?"
_SCALES = (
    r"phq-?\s?[29]|gad-?\s?[27]|pcl-?\s?5|bdi(?:-ii)?|madrs|ham-?[ad]\d*|hrsd|qids|who-?5|audit(?:-c)?|dast(?:-10)?|"
    r"c-?ssrs|cadss|meq(?:-?30)?|wsas|wai(?:-sr)?|tas-20|ebi|ace"
)

ENTRIES: Mapping[Coded, tuple[str, ...]] = {
    Coded.VITALS: (
        rf"\b(?:bp|rr|blood\s+pressure|systolic|diastolic){_FEW_WORDS}\d{{2,3}}",
        rf"\b{_PRESSURE}\s*(?:mm\s?hg|bp)\b",
        rf"\b(?:pulse|hr|heart\s+rate){_FEW_WORDS}\b\d{{2,3}}\b",
        rf"\b(?:spo2|spo₂|o2|sats?|oxygen(?:\s+saturation)?){_FEW_WORDS}\b\d{{2,3}}\b",
        r"\b\d{2,3}\s*(?:bpm|mm\s?hg)\b",
        rf"\b(?:weight|weighs){_FEW_WORDS}\d{{2,3}}(?:[.,]\d)?\s*(?:kg|lbs?)\b",
    ),
    Coded.DOSE: (
        rf"\b(?:dose[sd]?|dosing|booster|administered|gave|took|given|taken|received){_FEW_WORDS}\b{_MG}",
        rf"\b(?:ketamine|esketamine|spravato|lozenges?|troches?|tablets?|rdt){_FEW_WORDS}\b{_MG}",
        rf"\b{_MG}{_FEW_WORDS}\b(?:ketamine|esketamine|spravato|lozenges?|troches?|tablets?|rdt|sublingual|booster)\b",
    ),
    Coded.TIME: (
        rf"\b(?:session|dosing|started|start|began|begin|ended|end|finished|released|arrived){_FEW_WORDS}\b{_CLOCK}",
        rf"\b{_CLOCK}\s*(?:-|–|—|to|until|till)\s*{_CLOCK}",
    ),
    Coded.SCORE: (rf"\b(?:{_SCALES})\b{_FEW_WORDS}\b\d{{1,3}}\b",),
}
PERHAPS: Mapping[Coded, tuple[str, ...]] = {
    Coded.VITALS: (rf"\b{_PRESSURE}\b",),
    Coded.DOSE: (rf"\b{_MG}",),
    Coded.TIME: (r"\b\d{1,2}:\d{2}\b",),
}


def _compiled(patterns: Mapping[Coded, tuple[str, ...]]) -> dict[Coded, re.Pattern[str]]:
    return {kind: re.compile("|".join(some), re.IGNORECASE) for kind, some in patterns.items()}


_ENTRIES, _PERHAPS = _compiled(ENTRIES), _compiled(PERHAPS)


def coded_content_in(text: str) -> Found:
    """What a note holds that it should not, by kind; pure, and nothing of the text is handed back."""
    entries = tuple(kind for kind, pattern in _ENTRIES.items() if pattern.search(text))
    perhaps = tuple(kind for kind, pattern in _PERHAPS.items() if kind not in entries and pattern.search(text))
    return Found(entries, perhaps)
