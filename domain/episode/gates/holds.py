"""Open holds: each stands in the way by itself until a prescriber releases it by name."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.dosing.vital_limits import in_words
from domain.episode.dosing.watched_too_briefly import newest_after
from domain.episode.episode import Episode
from domain.episode.gates.adverse_events import stops_dosing
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import at
from domain.episode.safety.holds import open_holds
from domain.episode.safety.safety import SAFETY_HOLDS, Hold, HoldReason

SAID = {
    HoldReason.SAFETY_ITEM: "an answer above 0 on suicidal thoughts",
    HoldReason.SUICIDAL_THOUGHTS: "suicidal thoughts on the day of a dose",
    HoldReason.HIGH_RISK: "high suicide risk",
    HoldReason.VITALS: "vitals out of limits",
    HoldReason.RECHECKS_USED_UP: "vitals out of limits, rechecks used up",
    HoldReason.CRISIS: "blood pressure in the crisis range",
    HoldReason.ADVERSE_EVENT: "adverse event",
    HoldReason.CHAPERONE: "chaperone or ride home",
    HoldReason.CONSENT: "consent",
    HoldReason.MEDICINES: "medicines",
    HoldReason.EMERGENCY: "emergency",
    HoldReason.DOSE_OVER_PLAN: "dose above the plan",
    HoldReason.VITALS_AFTER_MISSING: "no vitals after the dose",
    HoldReason.OTHER: "a reason given in words",
}


def holds(episode: Episode, asked: Question) -> Iterable[Gate]:
    """One closed gate per open hold; those that the safety or the adverse event gate shows are left to it."""
    for hold in open_holds(episode):
        if hold.reason in SAFETY_HOLDS or _is_shown_as_adverse_event(hold, episode):
            continue
        because = SAID.get(hold.reason, hold.reason.value.replace("_", " "))
        facts = [
            f"Held since {at(hold.placed_at, asked.network.zone)}: {because}.",
            *_entered_since(hold, episode, asked),
        ]
        opens = Opens(act="A prescriber releases it by name.", decision="release_hold", by=Role.PRESCRIBER)
        key, missing = f"hold:{hold.hold_id}", "a prescriber's release of the hold"
        yield asked.closed("+hold", key, *facts, missing=missing, opens=opens, entries=[hold.entry_id])


def _entered_since(hold: Hold, episode: Episode, asked: Question) -> Iterable[str]:
    """Vitals that were on paper and entered after the end lift no hold; whoever releases it sees them there (E2)."""
    session = episode.sessions.get(hold.session_id) if hold.session_id else None
    if hold.reason is not HoldReason.VITALS_AFTER_MISSING or session is None or session.ended_at is None:
        return
    if (found := newest_after(session, session.ended_at)) is not None:
        yield f"Entered since: {at(found.taken_at, asked.network.zone)}, {in_words(found)}."


def _is_shown_as_adverse_event(hold: Hold, episode: Episode) -> bool:
    event = episode.adverse_events.get(hold.because_of) if hold.because_of else None
    return hold.reason is HoldReason.ADVERSE_EVENT and event is not None and stops_dosing(event)
