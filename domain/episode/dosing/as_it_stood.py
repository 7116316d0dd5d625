"""The episode as it stood at a past moment, for judging a dose that is recorded late."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.episode.eligibility.eligibility import Contraindication, Eligibility
from domain.episode.episode import EarlierCourse, Episode
from domain.episode.intake.intake import Intake, Told
from domain.episode.outcome.outcomes import Outcome
from domain.episode.plan.plan import Plan, PlanStatus
from domain.episode.prescription.prescription import Prescription, PrescriptionStatus
from domain.episode.safety.safety import AdverseEvent, Hold
from domain.episode.session.session import Session
from domain.stream import change


def as_it_stood(episode: Episode, moment: datetime) -> Episode:
    """Without what came later: holds, findings, outcomes, adverse events, doses, and changes of intake and plan.

    What was ended since, such as a suspension, a pause or the wait for a prescriber's look, lasts again.
    """
    plans = {key: _plan_at(plan, moment) for key, plan in episode.plans.items() if plan.issued_at <= moment}
    latest = max(plans.values(), key=lambda plan: plan.number, default=None)
    if latest is not None and latest.plan_id != episode.plan_id:
        plans[latest.plan_id] = latest = _not_ended_yet(latest, moment)
    closed_at = episode.closed_at
    earlier, earlier_high = _earlier_at(episode, moment)
    return change(
        episode,
        holds={key: _hold_at(hold, moment) for key, hold in episode.holds.items() if hold.placed_at <= moment},
        outcomes={key: o for key, o in episode.outcomes.items() if o.taken_at <= moment},
        earlier=earlier,
        earlier_high=earlier_high,
        adverse_events={
            key: _event_at(e, moment) for key, e in episode.adverse_events.items() if e.happened_at <= moment
        },
        contraindications=_found_by(episode.contraindications, moment),
        eligibility=_eligibility_at(episode, moment),
        clearances={key: one for key, one in episode.clearances.items() if one.requested_at <= moment},
        intake=_intake_at(episode.intake, moment),
        ketamine_elsewhere=tuple(one for one in episode.ketamine_elsewhere if one.told.at <= moment),
        medicines_changed=_medicines_changed_at(episode, moment),
        prescriptions={key: _prescription_at(one, moment) for key, one in episode.prescriptions.items()},
        plans=plans,
        plan_id=latest.plan_id if latest is not None else None,
        sessions=_sessions_at(episode, moment),
        closed_at=closed_at if closed_at is not None and closed_at <= moment else None,
        paused_at=_paused_at(episode, moment),
    )


def _earlier_at(episode: Episode, moment: datetime) -> tuple[EarlierCourse, Outcome | None]:
    """What was known then of the earlier courses."""
    later = next((one for one in episode.earlier_told if one.told.at > moment), None)
    return (later.was, later.was_high) if later is not None else (episode.earlier, episode.earlier_high)


def _hold_at(hold: Hold, moment: datetime) -> Hold:
    if hold.released_at is None or hold.released_at <= moment:
        return hold
    return replace(hold, released_at=None, released_by=None)


def _event_at(event: AdverseEvent, moment: datetime) -> AdverseEvent:
    if event.reviewed_at is None or event.reviewed_at <= moment:
        return event
    return replace(event, reviewed_at=None, dosing_may_go_on=None)


def _found_by(known: Mapping[str, Contraindication], moment: datetime) -> dict[str, Contraindication]:
    found = {code: one for code, one in known.items() if one.found_at <= moment}
    is_later = {code: one.resolved_at is not None and one.resolved_at > moment for code, one in found.items()}
    return {code: replace(one, resolved_at=None) if is_later[code] else one for code, one in found.items()}


def _eligibility_at(episode: Episode, moment: datetime) -> Eligibility | None:
    made = (one for one in episode.determinations if one.determined_at <= moment)
    return max(made, key=lambda one: one.determined_at, default=None)


def _intake_at(intake: Intake | None, moment: datetime) -> Intake | None:
    while (
        intake is not None and intake.was is not None and intake.updated_at is not None and intake.updated_at > moment
    ):
        intake = intake.was
    return intake


def _medicines_changed_at(episode: Episode, moment: datetime) -> Told | None:
    """The change that waited for a prescriber's look then, looked at since or not."""
    now = episode.medicines_changed
    if now is not None and now.at <= moment:
        return now
    waited = (one.changed for one in episode.medicines_looked_at if one.changed.at <= moment < one.looked_at)
    return max(waited, key=lambda changed: changed.at, default=None)


def _prescription_at(prescription: Prescription, moment: datetime) -> Prescription:
    """Not cancelled yet, where that came later."""
    later = [
        step
        for step in prescription.steps
        if step.status is PrescriptionStatus.CANCELLED and step.told is not None and step.told.at > moment
    ]
    if not later:
        return prescription
    return change(prescription, steps=tuple(step for step in prescription.steps if step not in later))


def _paused_at(episode: Episode, moment: datetime) -> datetime | None:
    """Since when the course rested then, resumed since or not."""
    if episode.paused_at is not None and episode.paused_at <= moment:
        return episode.paused_at
    return next((pause.began_at for pause in reversed(episode.pauses) if pause.lasts_at(moment)), None)


def _plan_at(plan: Plan, moment: datetime) -> Plan:
    """With the terms of then, suspended where it was so then, and in force where that came later or was over."""
    fields: dict[str, Any] = {}
    terms = next((one.was for one in plan.changes if one.at > moment and one.was is not None), None)
    if terms is not None:
        fields["terms"] = terms
    if plan.status is not PlanStatus.ENDED:
        fields |= _suspended_or_not(plan, moment)
    return change(plan, **fields) if fields else plan


def _not_ended_yet(plan: Plan, moment: datetime) -> Plan:
    """The plan that has taken its place had not been issued."""
    return change(plan, **_suspended_or_not(plan, moment))


def _suspended_or_not(plan: Plan, moment: datetime) -> dict[str, Any]:
    then = plan.suspension_at(moment)
    if then is None:
        return {"status": PlanStatus.IN_FORCE, "suspended_because": None, "suspended_at": None}
    return {"status": PlanStatus.SUSPENDED, "suspended_because": then.because, "suspended_at": then.since}


def _sessions_at(episode: Episode, moment: datetime) -> dict[UUID, Session]:
    return {key: _session_at(session, moment) for key, session in episode.sessions.items()}


def _session_at(session: Session, moment: datetime) -> Session:
    if all(dose.taken_at <= moment for dose in session.doses.values()):
        return session
    return change(session, doses={key: dose for key, dose in session.doses.items() if dose.taken_at <= moment})
