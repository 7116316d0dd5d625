"""Rows of the late entries: who recorded how much late, and each entry behind a number."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from api import formats
from api.list_view.look import Look
from domain.access import READ, Relation, permits
from domain.actor import Actor, Role
from projections.late_entries import LateBy, LateEntry


class PersonShown(NamedTuple):
    """One person; each number opens the entries it counts."""

    name: str
    href: str
    entries: int
    explained: int
    corrections: int
    corrections_href: str
    usually: str
    longest: str


class EntryShown(NamedTuple):
    reference: str
    href: str
    what: str
    happened: str
    recorded: str
    later_by: str
    is_explained: bool


def person_row(one: LateBy, look: Look, days: int) -> PersonShown:
    """Lengths in words, empty where nothing is measured."""
    return PersonShown(
        name=look.name_of(one.actor_id),
        href=address(days, one.actor_id),
        entries=one.entries,
        explained=one.explained,
        corrections=one.corrections,
        corrections_href=address(days, one.actor_id, corrections=True),
        usually=_length(one.usually),
        longest=_length(one.longest),
    )


def entry_row(entry: LateEntry, references: Mapping[UUID, str], look: Look) -> EntryShown:
    """What it was is said to compliance only; coordination sees that there was an entry."""
    return EntryShown(
        reference=references[entry.episode_id],
        href=_opens(entry, look),
        what=kind_of(entry) if tells_kind(entry, look.by) else "an entry",
        happened=formats.full_moment(entry.occurred_at, look.zone),
        recorded=formats.full_moment(entry.recorded_at, look.zone),
        later_by=formats.length(entry.later_by),
        is_explained=entry.is_explained,
    )


def tells_kind(entry: LateEntry, by: Actor) -> bool:
    """Only to compliance, and of nothing that is guarded beyond what compliance reads without a purpose."""
    return by.has(Role.COMPLIANCE) and permits(by, READ, Relation.COMPLIANCE, entry.sensitivity)


def kind_of(entry: LateEntry) -> str:
    """`dose taken`, from the name under which it is stored."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", entry.stored_as).lower()


def address(days: int, of: UUID | None = None, *, corrections: bool = False) -> str:
    """The page with these choices."""
    asked = {"days": days, "of": of, "kind": "corrections" if corrections else None}
    return f"/late-entries?{urlencode({name: value for name, value in asked.items() if value})}"


def _opens(entry: LateEntry, look: Look) -> str:
    """The event itself, for which compliance is asked why; coordination goes to the episode."""
    href = f"/episodes/{entry.episode_id}"
    return f"{href}/events/{entry.version}" if look.by.has(Role.COMPLIANCE) else href


def _length(span: timedelta | None) -> str:
    return formats.length(span) if span is not None else ""
