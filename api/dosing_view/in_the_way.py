"""Closed gates of a session in a line each: what is missing, how it opens, whose move it is."""

from collections.abc import Sequence
from typing import NamedTuple

from api.episode_view.gates_shown import is_own_move, whose_move
from api.formats import clock
from api.scene import Scene
from domain.episode.gates import Gate
from domain.episode.session.session import Session

HERE = frozenset(
    {
        "record_vitals",
        "record_checklist",
        "confirm_place",
        "record_companion_arrival",
        "clear_to_dose",
        "record_check",
    }
)
"""Decisions that are steps of the session's own page."""


class InTheWay(NamedTuple):
    """A closed gate: what is missing, how it opens, whose move it is, and the form that opens it."""

    name: str
    missing: str
    how: str
    whose: str
    href: str = ""


def in_the_way(
    scene: Scene, session: Session, closed: Sequence[Gate], folded: frozenset[str] = frozenset()
) -> tuple[InTheWay, ...]:
    """Closed gates with how they open; of those that another step names only their number."""
    said = [_said(scene, session, gate) for gate in closed if gate.rule not in folded]
    others = sum(gate.rule in folded for gate in closed)
    if others:
        first = "Step 1 or 2" if others > 1 else "An earlier step"
        said.append(
            InTheWay("Not yet", f"{first} is not done ({others} {'gate' if others == 1 else 'gates'}).", "", "")
        )
    return tuple(said)


def _said(scene: Scene, session: Session, gate: Gate) -> InTheWay:
    opens = gate.opens
    how = [opens.act or "", f"Opens {clock(opens.at, scene.zone)}." if opens.at and not opens.act else ""]
    how.append(f"Call {opens.call}." if opens.call else "")
    facts = " ".join(gate.facts)
    missing = f"{facts} Missing: {gate.missing}." if gate.missing else facts
    is_mine = opens.by is None or is_own_move(scene, opens.by)
    href = _href(scene, session, opens.decision) if is_mine else ""
    return InTheWay(gate.name, missing.strip(), " ".join(one for one in how if one), whose_move(scene, opens.by), href)


def _href(scene: Scene, session: Session, decision: str | None) -> str:
    """The form that opens it, where it is not one of this page's steps."""
    if decision is None or decision in HERE:
        return ""
    back = f"{scene.href}/sessions/{session.number}"
    return f"{scene.href}/{decision.replace('_', '-')}?session_id={session.session_id}&back={back}"
