"""The headings of the caseload: each sorts by its column, and the address keeps how."""

from typing import NamedTuple

from projections.caseload import Filter, Sort

UP, DOWN = "ascending", "descending"
COLUMNS = (
    (Sort.PATIENT, "Patient"),
    (Sort.FLAGS, "Flags"),
    (Sort.URGENCY, "Next step and why"),
    (Sort.SCORE, "{measure}, first → last"),
    (Sort.PHASE, "Phase"),
    (Sort.LAST_SEEN, "Last seen"),
    (Sort.DOSES_LEFT, "Doses left"),
)
MOST_FIRST = frozenset({Sort.FLAGS, Sort.URGENCY, Sort.SCORE})
"""Columns whose order begins with the most: the most urgent, the most flags, the highest score."""


class Heading(NamedTuple):
    """As `sort_heading` shows one."""

    words: str
    href: str
    direction: str | None
    number: bool


def headings(measure: str, current: Sort, turned: bool, show: Filter) -> list[Heading]:
    """A second press on a heading turns its order round."""
    return [_heading(sort, words.format(measure=measure), current, turned, show) for sort, words in COLUMNS]


def sorted_words(current: Sort, turned: bool) -> str:
    """How the list is sorted, for its caption and its foot."""
    if current is Sort.URGENCY and not turned:
        return "Sorted by urgency: safety, overdue, due today, due soon, waiting."
    words = next(words for sort, words in COLUMNS if sort is current).partition(",")[0].format(measure="last score")
    return f"Sorted by {words[:1].lower()}{words[1:]}{', turned round' if turned else ''}."


def _heading(sort: Sort, words: str, current: Sort, turned: bool, show: Filter) -> Heading:
    is_current = sort is current
    turn = "&turned=true" if is_current and not turned else ""
    begins_with_most = sort in MOST_FIRST
    direction = (DOWN if begins_with_most != turned else UP) if is_current else None
    return Heading(words, f"/caseload?show={show.value}&sort={sort.value}{turn}", direction, sort is Sort.DOSES_LEFT)
