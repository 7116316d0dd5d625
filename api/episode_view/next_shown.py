"""Next for you: the single best next step of the person who looks, and everything else they may decide now."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from api.episode_view.gates_shown import SAFETY, is_own_move, whose_move
from api.formats import and_list
from api.forms import FORMS
from api.forms.form import slug_of
from api.list_view.next_links import about_of
from api.scene import Scene
from domain.access import Relation, permits, relation_of
from domain.episode.due.allowed import Allowed, allowed_decisions
from domain.episode.due.next_step import urgency
from domain.episode.due.obligation import Obligation
from domain.episode.due.obligations import obligations
from domain.episode.due.sessions import next_booked
from domain.episode.gates import Checkpoint
from domain.episode.safety.holds import open_holds
from domain.episode.session.session import Session, SessionKind

BESIDE = ("record_outcome", "report_adverse_event", "book_session", "place_hold", "review_deviation")
"""What is offered beside the next step, in this order, where it may be decided."""
ONLY_IN_A_SESSION = frozenset(
    {
        "record_checklist",
        "confirm_place",
        "record_companion_arrival",
        "record_companion_departure",
        "record_vitals",
        "clear_to_dose",
        "record_swallowing",
        "record_vomiting",
        "record_check",
        "end_dosing_session",
    }
)
SOON = timedelta(days=14)
TAKE = "take_patient_from_pool"
"""The next step with a patient whom no prescriber has yet."""


class Step(NamedTuple):
    """One decision this person may take now."""

    words: str
    href: str


class NextShown(NamedTuple):
    """One filled button, two outlined, the rest folded; what may not start, in a sentence."""

    best: Step | None
    beside: list[Step]
    rest: list[Step]
    not_now: str
    running: Step | None = None
    """The dosing session that is open: it comes before everything else."""


def next_shown(scene: Scene) -> NextShown:
    """What this person may decide now."""
    answers, relation = _answers(scene), _relation(scene)
    may = [
        answer.decision
        for answer in answers
        if answer.is_allowed
        and answer.decision not in ONLY_IN_A_SESSION
        and permits(scene.by, answer.decision, relation)
    ]
    is_held = bool(open_holds(scene.episode))
    owed = next((one for one in _owed(scene) if one.decision in may and not (is_held and _is_a_dose(one))), None)
    best = owed.decision if owed else TAKE if TAKE in may else None
    offered = [name for name in BESIDE if not (is_held and name == "book_session")]
    beside = [name for name in offered if name in may and name != best][: 2 if best else 3]
    rest = [name for name in may if name != best and name not in beside]
    return NextShown(
        best=_step(best, scene, about_of(owed.key, best, scene.episode) if owed else None) if best else None,
        beside=[_step(name, scene) for name in beside],
        rest=[_step(name, scene) for name in rest],
        not_now=_held(scene) if is_held and scene.running is None else _not_now(answers),
        running=_running(scene),
    )


def _relation(scene: Scene) -> Relation:
    return relation_of(scene.by, scene.episode, scene.now, called=scene.network.called_at(scene.now))


def _answers(scene: Scene) -> tuple[Allowed, ...]:
    return allowed_decisions(
        scene.episode, scene.by, scene.now, network=scene.network, protocol=scene.protocol, clinicians=scene.clinicians
    )


def _owed(scene: Scene) -> list[Obligation]:
    """What this person owes, the most urgent first; what waits for another is not their next step."""
    due = obligations(scene.episode, now=scene.now, protocol=scene.protocol, network=scene.network)
    in_order = sorted(due, key=lambda one: urgency(one, scene.now, scene.network.zone))
    return [one for one in in_order if one.done is None and _is_mine(one, scene) and _is_near(one, scene)]


def _is_mine(one: Obligation, scene: Scene) -> bool:
    return one.with_id == scene.by.actor_id if one.with_id else is_own_move(scene, one.with_role)


def _is_near(one: Obligation, scene: Scene) -> bool:
    """What holds up a dose, has no day, or falls due soon; a review in months is nobody's next step."""
    day = one.day(scene.network.zone)
    return one.blocks_dosing or day is None or day <= scene.today + SOON


def _is_a_dose(one: Obligation) -> bool:
    """Booking the next dose, or giving it: nobody's next step while dosing is held."""
    return one.key == "book_dosing" or one.key.startswith("dosing:")


def _step(decision: str, scene: Scene, about: Mapping[str, str] | None = None) -> Step:
    """In the words of the form it leads to."""
    words = FORMS[decision].title_in(replace(scene, about=about or {}))
    if decision == "open_dosing_session" and (booked := next_booked(scene.episode, SessionKind.DOSING)):
        return Step(words, _page_of(booked, scene))
    query = f"?{urlencode(about)}" if about else ""
    return Step(words, f"{scene.href}/{slug_of(decision)}{query}")


def _page_of(session: Session, scene: Scene) -> str:
    """A dosing session is started and run on a page of its own."""
    return f"{scene.href}/sessions/{session.number}"


def _running(scene: Scene) -> Step | None:
    session = scene.running
    if session is None:
        return None
    return Step(f"Go to dosing session {session.number}", _page_of(session, scene))


def _held(scene: Scene) -> str:
    """What opens the hold and whose move that is, instead of the dose that waits behind it."""
    if not scene.shows_clinical:
        return "Dosing is held. Waiting for a prescriber's review."
    asked = scene.gates(Checkpoint.OPEN, next_booked(scene.episode, SessionKind.DOSING))
    holding = [
        gate for gate in asked if gate.stands_in_the_way and (gate.key in SAFETY or gate.key.startswith("hold:"))
    ]
    missing = list(dict.fromkeys(gate.missing for gate in holding if gate.missing))
    whose = list(dict.fromkeys(filter(None, (whose_move(scene, gate.opens.by) for gate in holding))))
    held = f"Dosing is held{f' for {len(holding)} reasons' if len(holding) > 1 else ''}."
    if not missing:
        return held
    return f"{held} Missing: {and_list(missing)}{f', {and_list(whose)}' if whose else ''}."


def _not_now(answers: tuple[Allowed, ...]) -> str:
    start = next((a for a in answers if a.decision == "open_dosing_session" and not a.is_allowed and a.gates), None)
    if start is None:
        return ""
    count = len(start.gates)
    return f"Start dosing session: not now, {count} {'gate is' if count == 1 else 'gates are'} blocked."
