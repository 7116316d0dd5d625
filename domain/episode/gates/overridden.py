"""An override opens a gate as it stood when it was signed: what was found since, and is worse, closes it again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.episode.consent.consents import ConsentType
from domain.episode.dosing.vital_limits import is_no_worse
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate
from domain.episode.intake.intake import Intake
from domain.episode.safety.safety import Override
from domain.episode.session.session import Checklist, Session, Vitals
from domain.protocol.protocol import GateClass

VITALS = frozenset({"vitals", "vitals_since"})
ANSWERED = {
    "food": ("last_food_at",),
    "fluid": ("last_fluid_at",),
    "medicines_held": ("medicines_held", "held_medicine_last_taken_at"),
    "alcohol_thc": ("alcohol_or_thc_within_hold",),
    "pregnancy_today": ("pregnancy_changed",),
    "ketamine_elsewhere_today": ("ketamine_elsewhere",),
}
"""Gates that close on an answer of the day, and which."""
FOUND = {"pregnancy": ("pregnancy",), "medicines_held": ("medicines",), "medicines_reviewed": ("medicines",)}
"""Gates that close on what the intake found."""
MEDICINES = frozenset({"medicines_held", "medicines_reviewed"})


def with_override(gate: Gate, episode: Episode, session_id: UUID | None, now: datetime) -> Gate:
    """Open a gate for which a prescriber granted an override for this session that has not run out."""
    session = episode.sessions.get(session_id) if session_id else None
    if gate.is_open or gate.gate_class is not GateClass.OVERRIDE or session is None:
        return gate
    for override in episode.overrides.values():
        is_for_this = override.covers(gate.rule, gate.key, session_id)
        if is_for_this and override.opens_at(now) and _has_seen(override, gate, episode, session):
            return replace(gate, is_open=True, overridden_by=override.override_id)
    return gate


def _has_seen(override: Override, gate: Gate, episode: Episode, session: Session) -> bool:
    """Whether what closes the gate now was known when it was signed."""
    version = override.known_in
    if any(known_in > version for known_in in _found_in(gate, episode)):
        return False
    answers = ANSWERED.get(gate.key, ())
    if _differ(answers, session.checklist, _checklist_of(session.checklist, version)):
        return False
    if _differ(FOUND.get(gate.key, ()), episode.intake, _intake_of(episode.intake, version)):
        return False
    return gate.key not in VITALS or _has_seen_vitals(gate, episode, session, version)


def _found_in(gate: Gate, episode: Episode) -> Iterator[int]:
    """In which versions of the episode what the gate rests on was recorded."""
    facts = (episode.contraindications, episode.symptom_reports, episode.outcomes, episode.holds)
    for one in (fact for known in facts for fact in known.values()):
        if one.entry_id in gate.entries:
            yield one.known_in
    if gate.key == "pregnancy":
        yield from (c.withdrawn_in for c in episode.consents if c.consent_type is ConsentType.KETAMINE_IN_PREGNANCY)
    if gate.key == "interval":
        yield from _last_doses(gate, episode)
    told = (episode.medicines_changed, episode.medicines_listed) if gate.key in MEDICINES else ()
    yield from (one.known_in for one in told if one is not None)


def _last_doses(gate: Gate, episode: Episode) -> Iterator[int]:
    """Where the last day with ketamine became known: elsewhere, in an earlier course, or in a session of this one."""
    if episode.ketamine_elsewhere:
        yield max(episode.ketamine_elsewhere, key=lambda one: one.on).told.known_in
    if not gate.entries and episode.earlier_told:
        yield episode.earlier_told[-1].told.known_in
    for session in (one for one in episode.sessions.values() if one.entry_id in gate.entries):
        yield from (dose.known_in for dose in session.doses.values() if dose.taken_at == session.last_dose_at)


def _checklist_of(checklist: Checklist | None, version: int) -> Checklist | None:
    """The answers of the day as they stood in that version of the episode."""
    while checklist is not None and checklist.known_in > version:
        checklist = checklist.was
    return checklist


def _intake_of(intake: Intake | None, version: int) -> Intake | None:
    while intake is not None and intake.was is not None and intake.known_in > version:
        intake = intake.was
    return intake


def _differ(names: tuple[str, ...], now: Any, then: Any) -> bool:
    return any(getattr(now, name, None) != getattr(then, name, None) for name in names)


def _has_seen_vitals(gate: Gate, episode: Episode, session: Session, version: int) -> bool:
    """Sets taken since are covered while no value of theirs is further out than in the newest that was seen."""
    sets = [one for one in session.vitals.values() if one.entry_id in gate.entries]
    seen: Vitals | None = max(
        (one for one in sets if one.known_in <= version), key=lambda one: one.taken_at, default=None
    )
    since = [one for one in sets if one.known_in > version]
    return not since or (
        episode.plan is not None and all(is_no_worse(one, seen, episode.plan.terms.vital_limits) for one in since)
    )
