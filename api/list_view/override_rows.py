"""Rows of the overrides: how often each person passed over each rule, and the overrides behind a number."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from api import formats
from api.list_view.look import Look
from domain.episode.safety.override_limits import part_words
from projections.overrides import Counted, Listed, OverrideLine

HERE = "/overrides"


class CountShown(NamedTuple):
    name: str
    rule: str
    times: int
    href: str


class OverrideShown(NamedTuple):
    """`href` opens the entry, which asks compliance for a purpose first."""

    reference: str
    href: str
    rule: str
    by: str
    granted: str
    second: str
    read: str
    is_in_error: bool


def count_row(one: Counted, look: Look, days: int) -> CountShown:
    href = address(days, one.granted_by, one.rule)
    return CountShown(look.name_of(one.granted_by), rule_words(one.rule, look), one.times, href)


def override_row(one: Listed, references: Mapping[UUID, str], look: Look) -> OverrideShown:
    line = one.line
    return OverrideShown(
        reference=references[one.episode_id],
        href=f"/episodes/{one.episode_id}/events/{line.version}",
        rule=_what(line, look),
        by=look.name_of(line.granted_by),
        granted=formats.full_moment(line.granted_at, look.zone),
        second=second_words(line, look),
        read=_read(line, look),
        is_in_error=line.is_in_error,
    )


def second_words(line: OverrideLine, look: Look) -> str:
    """`Dr. Abara, 22 Mar 2026 13:10`; what is missing is said."""
    if not line.waits_for_second:
        return "not needed"
    if line.confirmed_at is None:
        return f"not signed by {look.name_of(line.second_id)}"
    return f"{look.name_of(line.confirmed_by)}, {formats.full_moment(line.confirmed_at, look.zone)}"


def _read(line: OverrideLine, look: Look) -> str:
    if line.read_at is None:
        return "not yet"
    return f"{look.name_of(line.read_by)}, {formats.full_moment(line.read_at, look.zone)}"


def rule_words(rule: str, look: Look) -> str:
    """`Rule 11, Days between doses`; one beyond the numbered rules by its name alone."""
    known = next((one.name for one in look.moment.protocol.rules if one.rule == rule), rule.lstrip("+"))
    number = rule.partition(".")[0]
    return f"Rule {number}, {known}" if number.isdigit() else known


def _what(line: OverrideLine, look: Look) -> str:
    """The rule, and which of the things it asks for."""
    part = part_words(line.rule, line.gate)
    return f"{rule_words(line.rule, look)}: {part}" if part else rule_words(line.rule, look)


def address(days: int, of: UUID | None = None, rule: str = "") -> str:
    query = {"days": days} | ({"of": of} if of else {}) | ({"rule": rule} if rule else {})
    return f"{HERE}?{urlencode(query)}"
