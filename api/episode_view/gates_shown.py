"""The gates before the next dose as the page lists them, each with what is missing and whose move it is."""

from typing import NamedTuple

from api.scene import Scene
from domain.actor import Role
from domain.episode.due.sessions import next_booked
from domain.episode.gates import Checkpoint, Gate
from domain.episode.session.book_session import next_number
from domain.episode.session.session import SessionKind

PAGE_ORDER = (
    "consent",
    "eligibility",
    "contraindications",
    "plan",
    "preparation",
    "integration",
    "follow_up",
    "follow_up_due",
    "interval",
    "companion",
    "safety_review",
    "adverse_events",
)
SAFETY = ("safety_review", "adverse_events", "emergency")


class GateShown(NamedTuple):
    """As `macros/gates.html` shows one."""

    key: str
    name: str
    is_open: bool
    kind: str
    facts: list[str]
    missing: str
    whose: str
    rule_words: str
    rule_href: str


class GatesShown(NamedTuple):
    """The heading, the gates, and the protocol they come from."""

    heading: str
    gates: list[GateShown]
    protocol_words: str
    running: str = ""
    """Where the session is that is under way: its gates stand on its own page."""

    @property
    def blocked(self) -> int:
        return sum(not gate.is_open for gate in self.gates)


def gates_shown(scene: Scene) -> GatesShown | None:
    """The gates as they stand now; None where there are none to ask: imported or discharged."""
    episode = scene.episode
    if episode.is_imported or episode.closed_at is not None:
        return None
    protocol = scene.protocol
    protocol_words = f"{protocol.protocol_id} {protocol.protocol_version}"
    if (running := scene.running) is not None:
        heading = f"Dosing session {running.number} is under way"
        return GatesShown(heading, [], protocol_words, f"{scene.href}/sessions/{running.number}")
    booked = next_booked(episode, SessionKind.DOSING)
    number = booked.number if booked else next_number(episode, SessionKind.DOSING)
    heading = f"May dosing session {number} start?" if episode.plan else "What is needed before the first dose?"
    asked = scene.gates(Checkpoint.OPEN, booked)
    shown = [_as_now(gate, scene) for gate in asked if gate.is_open or gate.stands_in_the_way]
    return GatesShown(heading, sorted(shown, key=_order), protocol_words)


def _order(gate: GateShown) -> tuple[bool, int]:
    """What is dangerous first, then the order of the course."""
    place = PAGE_ORDER.index(gate.key) if gate.key in PAGE_ORDER else len(PAGE_ORDER)
    return gate.is_open or gate.kind != "safety", place


def _as_now(gate: Gate, scene: Scene) -> GateShown:
    return as_shown(gate, "" if gate.is_open else whose_move(scene, gate.opens.by))


def as_shown(gate: Gate, whose: str) -> GateShown:
    """A gate in words; `whose` move it is depends on who looks, and when."""
    facts = list(gate.facts)
    if gate.overridden_by is not None:
        facts.append("Opened for this session by a signed override.")
    if gate.opens.call:
        facts.append(f"Call {gate.opens.call}.")
    number = gate.rule.partition(".")[0]
    words = f"Rule {number}" if number.isdigit() else "Protocol rule"
    return GateShown(
        key=gate.key,
        name=gate.name,
        is_open=gate.is_open,
        kind="safety" if gate.key in SAFETY else "blocked",
        facts=facts,
        missing=f"{gate.missing}." if gate.missing else "",
        whose=whose,
        rule_words=words,
        rule_href=f"/protocol#rule-{gate.rule}",
    )


def whose_move(scene: Scene, role: Role | None) -> str:
    """`with you`, `with Dr. Rivera`; nothing where only time opens it."""
    if role is None:
        return ""
    return "with you" if is_own_move(scene, role) else f"with {scene.who_has(role)}"


def is_own_move(scene: Scene, role: Role) -> bool:
    """Whether the person who looks has this role here; coordinators have theirs in every episode."""
    if role is Role.COORDINATOR and scene.by.has(role):
        return True
    return scene.episode.member(scene.by.actor_id, role, scene.now) is not None
