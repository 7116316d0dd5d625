"""A timeline made from a history at hand: the same lines, filters and counts as the read model has, for one reader."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from domain.episode.course.explain_late_entry import LateEntryExplained
from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.event import Recorded
from projections.sentences import NAMES, Category
from projections.timeline import LATE, Line, line_of
from projections.timeline_lines import Order, Shown


class ToldAgain(NamedTuple):
    """Every line, oldest first, and what their sentences call sessions, plans and so on."""

    lines: tuple[Shown, ...]
    things: Mapping[UUID, str]

    def newest(
        self,
        *,
        order: Order = Order.HAPPENED,
        category: Category | str | None = None,
        limit: int | None = 20,
        before: int | None = None,
    ) -> list[Shown]:
        """Lines newest first, as `timeline` gives them."""
        by = (lambda one: (one.occurred_at, one.version)) if order is Order.HAPPENED else (lambda one: one.version)
        found = sorted((one for one in self.lines if _is_in(one, category)), key=by, reverse=True)
        if before is not None:
            last = next((by(one) for one in self.lines if one.version == before), None)
            found = [one for one in found if last is not None and by(one) < last]
        return found[:limit]

    def counts(self) -> dict[str, int]:
        """How many lines each filter opens, as `timeline_counts` says."""
        each = {str(name): sum(_is_in(one, name) for one in self.lines) for name in (*Category, LATE)}
        return {"all": len(self.lines), **each}


def lines_of(history: Sequence[Recorded]) -> tuple[list[Line], Mapping[UUID, str]]:
    """The lines of a history, in stream order, and what their sentences call sessions, plans and so on."""
    lines = [line_of(event, envelope) for event, envelope in history]
    things = dict(NAMES[type(event)](event) for event, _ in history if type(event) in NAMES)
    return lines, things


def told_again(history: Sequence[Recorded]) -> ToldAgain:
    """The timeline of a history, in stream order."""
    lines, things = lines_of(history)
    version_of = {line.event_id: line.version for line in lines}
    marks: dict[UUID, list[tuple[int, str, bool]]] = {}
    for line in lines:
        if line.corrects is not None:
            is_in_error = line.stored_as == EntryMarkedInError.stored_as
            marks.setdefault(line.corrects, []).append((line.version, line.recorded_at.isoformat(), is_in_error))
    return ToldAgain(tuple(_shown(line, version_of, marks) for line in lines), things)


def _shown(line: Line, version_of: Mapping[UUID, int], marks: Mapping[UUID, list[tuple[int, str, bool]]]) -> Shown:
    return Shown(
        version=line.version,
        event_id=line.event_id,
        position=line.position,
        stored_as=line.stored_as,
        occurred_at=line.occurred_at,
        recorded_at=line.recorded_at,
        actor_id=line.actor_id,
        actor_role=line.actor_role,
        category=line.category,
        icon=line.icon,
        sentence=line.sentence,
        note=line.note,
        texts=[[text.label, text.text.token] for text in line.texts or ()] or None,
        corrects_version=version_of.get(line.corrects) if line.corrects else None,
        corrections=[list(one) for one in marks.get(line.event_id, ())] or None,
    )


def _is_in(line: Shown, category: Category | str | None) -> bool:
    if category == LATE:
        return line.is_late and line.stored_as != LateEntryExplained.stored_as
    return category is None or line.category == category
