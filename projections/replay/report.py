"""A replay as programs read it: state, gates and changes as plain values, people by their names."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from projections.replay.as_of import AsOf
from projections.replay.changes import Change, changes
from projections.replay.line import in_words
from projections.replay.view import View

NameOf = Callable[[UUID], str]


def report(episode_id: UUID, at: AsOf, view: View, other: View | None, name_of: NameOf) -> dict[str, Any]:
    """State and gates at a moment, and what changed between it and the other, from the earlier to the later."""
    return {
        "episode_id": episode_id,
        "as_of": _iso(at.happened_until),
        "known_at": _iso(at.known_until),
        "position": view.position,
        "state": [
            {"what": line.what, "value": in_words(line.value, name_of)} for line in view.lines if not line.is_earlier
        ],
        "gates": [asdict(gate) for gate in view.gates],
        "changes": [_change(change, name_of) for change in _between(view, other)],
    }


def _between(view: View, other: View | None) -> list[Change]:
    if other is None:
        return []
    earlier, later = sorted((view, other), key=lambda one: one.around.now)
    return changes(earlier, later)


def _change(change: Change, name_of: NameOf) -> dict[str, Any]:
    before, after = (in_words(value, name_of) if value is not None else None for value in (change.before, change.after))
    return {"what": change.what, "before": before, "after": after, "event_id": change.event_id}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
