"""Where a course stands for coordination: what holds up the next dose by its name alone, and who meets when."""

from typing import NamedTuple

from api import formats
from api.episode_view.gates_shown import whose_move
from api.scene import Scene
from domain.episode.due.sessions import next_booked
from domain.episode.gates import Checkpoint, Gate
from domain.episode.gates.doses import dosed_sessions
from domain.episode.gates.words import WAY_WORDS
from domain.episode.session.session import SessionKind, SessionStatus

NAMED = frozenset(
    {
        "consent",
        "eligibility",
        "plan",
        "preparation",
        "integration",
        "follow_up",
        "follow_up_due",
        "interval",
        "companion",
        "intake",
        "therapist",
        "licence",
        "prescription",
        "legal_basis",
        "on_call",
        "adult",
        "course",
    }
)
"""Gates whose names say nothing clinical; all others wait for a prescriber, and why is not coordination's to know."""
OTHERS = "A prescriber's review"


class CoordinationShown(NamedTuple):
    """`waits` are name and whose move it is; `meets` when and what."""

    heading: str
    verdict: str
    is_open: bool
    waits: list[tuple[str, str]]
    meets: list[tuple[str, str]]


def coordination_shown(scene: Scene) -> CoordinationShown | None:
    """None where nothing is ahead: imported or discharged."""
    episode = scene.episode
    if episode.is_imported or episode.closed_at is not None:
        return None
    booked = next_booked(episode, SessionKind.DOSING)
    number = booked.number if booked else len(dosed_sessions(episode)) + 1
    closed = [gate for gate in scene.gates(Checkpoint.OPEN, booked) if gate.stands_in_the_way]
    waits = list(dict.fromkeys(_named(gate, scene) for gate in closed))
    verdict = f"Not yet: {formats.counted(len(waits), 'thing')} to do." if waits else "Nothing stands in the way."
    heading = f"Before dosing session {number}" if episode.plan else "Before the first dose"
    return CoordinationShown(heading, verdict, not waits, waits, _meets(scene))


def _named(gate: Gate, scene: Scene) -> tuple[str, str]:
    if gate.key in NAMED:
        return gate.name, whose_move(scene, gate.opens.by)
    return OTHERS, ""


def _meets(scene: Scene) -> list[tuple[str, str]]:
    """Booked sessions and consults, the next first."""
    episode = scene.episode
    booked = [
        (one.starts_at, f"{one.kind.value.capitalize()} session {one.number}", WAY_WORDS[one.way])
        for one in scene.sessions(SessionStatus.BOOKED)
    ]
    if episode.intake is None and episode.intake_booked_for:
        booked.append((episode.intake_booked_for, "Intake consult", ""))
    if episode.follow_up_booked_for:
        booked.append((episode.follow_up_booked_for, "Follow-up consult", ""))
    return [
        (formats.list_moment(at, scene.zone, scene.now), ", ".join(filter(None, [what, way])))
        for at, what, way in sorted(booked)
    ]
