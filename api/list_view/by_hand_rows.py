"""Rows of what was disclosed by hand: in kinds and grounds; who it was stands in the entry."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from api import formats
from api.forms.words import in_words, word_of
from api.list_view.look import Look
from projections.disclosed_by_hand import DisclosedLine, Listed


class ByHandShown(NamedTuple):
    """`href` opens the entry, which asks compliance for a purpose first."""

    reference: str
    href: str
    to: str
    what: str
    left: str
    by: str
    ground: str
    missing: str
    accounting: str
    is_in_error: bool


def by_hand_row(one: Listed, references: Mapping[UUID, str], look: Look) -> ByHandShown:
    line = one.line
    return ByHandShown(
        reference=references[one.episode_id],
        href=f"/episodes/{one.episode_id}/events/{line.version}",
        to=word_of(line.kind),
        what=_what(line),
        left=formats.full_moment(line.at, look.zone),
        by=look.name_of(line.recorded_by),
        ground=word_of(line.ground),
        missing=f"No consent stood: {in_words(line.consent_missing)}" if line.consent_missing else "",
        accounting="told to the patient who asks" if line.ground.is_accounted_for else "not part of it",
        is_in_error=line.is_in_error,
    )


def _what(line: DisclosedLine) -> str:
    parts = [in_words(part) for part in line.parts]
    return formats.and_list([*parts, "something about substance use"] if line.with_substance_use else parts)
