"""What a person may decide in an episode now, and why not the rest: the same answers the decisions give."""

from dataclasses import dataclass
from datetime import datetime

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.decision import Decision
from domain.episode import DECISIONS
from domain.episode.due.preconditions import Situation, what_is_missing
from domain.episode.due.sessions import next_booked
from domain.episode.episode import Episode
from domain.episode.gates import Checkpoint, Gate
from domain.episode.session.session import SessionKind
from domain.network.network import Network
from domain.protocol.protocol import Protocol


@dataclass(frozen=True)
class Allowed:
    """A decision by name; where it may not be taken, one sentence why, and the gates that are closed."""

    decision: str
    is_allowed: bool
    why_not: str | None = None
    gates: tuple[Gate, ...] = ()


def allowed_decisions(
    episode: Episode, by: Actor, now: datetime, *, network: Network, protocol: Protocol, clinicians: Clinicians
) -> tuple[Allowed, ...]:
    """Every decision a person of the care team knows, in life-cycle order, with whether `by` may take it now."""
    situation = Situation(episode, now, protocol, network, clinicians)
    return tuple(
        _answer(d, by, situation)
        for d in DECISIONS
        if not d.by <= {Role.SYSTEM, Role.PATIENT} and d.name not in OPENING
    )


OPENING = frozenset({"refer", "import_history", "import_outcome", "take_access"})
"""Decisions that are not taken in an episode under way."""
AFTER_DISCHARGE = frozenset(
    {
        "report_symptoms",
        "review_symptoms",
        "report_medicine_inventory",
        "record_outcome",
        "correct_outcome",
        "correct_vitals",
        "correct_dose",
        "report_adverse_event",
        "review_adverse_event",
        "review_safety",
        "review_deviation",
        "place_hold",
        "release_hold",
        "mark_in_error",
        "track_prescription",
        "attempt_contact",
        "record_adverse_event_outcome",
        "complete_follow_up",
        "close_care_gap",
        "attempt_check_in",
        "record_next_day_check_in",
        "declare_emergency",
        "acknowledge_alert",
        "sign_document",
        "add_addendum",
        "ask_co_signature",
        "co_sign_document",
        "ask_for_document",
        "ask_question",
        "answer_question",
        "close_question",
        "record_disclosure",
    }
)
"""What happened can be recorded, corrected and reviewed at any time."""


def _answer(decision: Decision, by: Actor, situation: Situation) -> Allowed:
    if not by.has(*decision.by):
        roles = " or ".join(sorted(role.value for role in decision.by if role is not Role.SYSTEM))
        return Allowed(decision.name, False, f"Only a {roles} may do this.")
    episode = situation.episode
    if decision.name not in AFTER_DISCHARGE:
        if episode.closed_at is not None:
            return Allowed(decision.name, False, "The patient was discharged.")
        if episode.is_imported:
            return Allowed(decision.name, False, "This episode holds imported history only.")
    if (why_not := what_is_missing(decision.name, situation)) is not None:
        return Allowed(decision.name, False, why_not)
    if closed := _closed_gates(decision.name, situation):
        return Allowed(decision.name, False, f"Missing: {'; '.join(g.missing or g.name for g in closed)}.", closed)
    return Allowed(decision.name, True)


def _closed_gates(decision: str, situation: Situation) -> tuple[Gate, ...]:
    booked = next_booked(situation.episode, SessionKind.DOSING)
    if decision == "open_dosing_session" and booked is not None:
        return situation.closed(Checkpoint.OPEN, booked)
    if decision == "clear_to_dose" and situation.running is not None:
        checkpoint = Checkpoint.SECOND_PART if situation.running.is_dosed else Checkpoint.CLEAR
        return situation.closed(checkpoint, situation.running)
    return ()
