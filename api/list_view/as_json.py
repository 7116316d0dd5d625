"""Lists as integrators read them: the same rows as on the pages, with codes and instants instead of words."""

from typing import Any
from uuid import UUID

from api.list_view.patient import Patient
from domain.episode.due.obligation import Obligation
from projections.coordination import Due, InPhase, Unassigned
from projections.glance import Glance, Measure
from projections.worklist_groups import Waiting


def glance_as_json(glance: Glance, patient: Patient, clinician_id: UUID) -> dict[str, Any]:
    """One episode of a caseload, with the flags that this person may see."""
    step, seen = glance.next_step, glance.last_seen
    return {
        **_who(glance, patient),
        "phase": glance.phase,
        "flags": [
            {
                "key": one.key,
                "name": one.name,
                "severity": one.severity,
                "reason": one.reason,
                "rule": one.rule,
                "source": one.source,
            }
            for one in (*glance.flags_for(clinician_id), *glance.good_news)
        ],
        "next_step": obligation_as_json(step, glance) if step else None,
        "measure": _measure(glance.measure) if glance.measure else None,
        "last_seen": {"what": seen.what, "at": seen.at} if seen else None,
        "doses_used": glance.doses_used,
        "doses_authorised": glance.doses_authorised,
        "held_since": min((hold.placed_at for hold in glance.holds), default=None),
    }


def obligation_as_json(one: Obligation, glance: Glance) -> dict[str, Any]:
    """Something owed, with whose move it is."""
    return {
        "key": one.key,
        "what": one.what,
        "why": one.why,
        "with_role": one.with_role,
        "with_id": one.with_id,
        "due_at": one.due_at,
        "due_on": one.due_on,
        "is_overdue": one.is_overdue(glance.moment.now, glance.moment.zone),
        "blocks_dosing": one.blocks_dosing,
        "decision": one.decision,
        "rule": one.rule,
    }


def waiting_as_json(one: Waiting, patient: Patient) -> dict[str, Any]:
    """A decision that waits for a prescriber."""
    return {
        **_who(one.glance, patient),
        "group": one.group,
        "fact": one.fact,
        "reason": one.reason,
        "decision": one.decision,
        "entry_id": one.entry_id,
        "since": one.since,
        "due_on": one.due_on,
        "is_overdue": one.is_overdue,
        "is_mine": one.is_mine,
    }


def due_as_json(one: Due, name: str) -> dict[str, Any]:
    """Something due across the network."""
    return {
        "episode_id": one.patient.episode_id,
        "reference": one.patient.reference,
        "name": name,
        "what": one.what,
        "why": one.why,
        "with_role": one.with_role,
        "with_id": one.with_id,
        "due_on": one.due_on,
        "due_at": one.due_at,
        "is_overdue": one.is_overdue,
        "blocks_dosing": one.blocks_dosing,
        "decision": one.decision,
    }


def unassigned_as_json(one: Unassigned, name: str) -> dict[str, Any]:
    """An episode without a complete care team."""
    return {
        "episode_id": one.patient.episode_id,
        "reference": one.patient.reference,
        "name": name,
        "since": one.since,
        "missing": one.missing,
    }


def in_phase_as_json(one: InPhase, name: str) -> dict[str, Any]:
    """An open episode in its phase."""
    return {
        "episode_id": one.patient.episode_id,
        "reference": one.patient.reference,
        "name": name,
        "phase": one.phase,
        "since": one.since,
        "team": one.team,
        "is_on_hold": one.is_on_hold,
    }


def _who(glance: Glance, patient: Patient) -> dict[str, Any]:
    case = glance.case
    return {
        "episode_id": case.episode_id,
        "reference": case.reference,
        "name": patient.name,
        "birth_date": patient.born_on,
    }


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "instrument": measure.instrument.id,
        "first": measure.first.total,
        "last": measure.last.total,
        "taken_at": measure.last.taken_at,
        "band": measure.band,
        "scores": [outcome.total for outcome in measure.scores],
    }
