"""The episode as it stands without one entry: what marking an entry in error takes out. Holds and deviations stay."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.episode.document.without_entry import without_entry as documents_without_entry
from domain.episode.episode import Episode
from domain.episode.follow_up.follow_up import FollowUp
from domain.episode.intake.intake import Intake
from domain.episode.outcome.outcomes import Outcome
from domain.episode.prescription.prescription import Prescription
from domain.episode.session.without_entry import without_entry as sessions_without_entry
from domain.stream import change

BY_ID = (
    "clearances",
    "contraindications",
    "prescriptions",
    "overrides",
    "adverse_events",
    "plans",
    "acknowledgements",
    "safety_plans",
    "symptom_reports",
    "inventory_reports",
    "tablet_explanations",
    "care_gaps",
    "chaperone_nominations",
    "done_marks",
)
LISTED = (
    "team",
    "determinations",
    "consents",
    "standing_reviews",
    "pdmp_checks",
    "contacts",
)


def without_entry(episode: Episode, entry_id: UUID) -> Episode:
    """Take out the facts that this entry recorded, and undo the reviews and releases it signed."""
    fields: dict[str, Any] = {}
    for name in BY_ID:
        fields[name] = {key: fact for key, fact in getattr(episode, name).items() if fact.entry_id != entry_id}
    for name in LISTED:
        fields[name] = tuple(fact for fact in getattr(episode, name) if fact.entry_id != entry_id)
    found = episode.eligibility
    fields |= _follow_ups_without(episode, entry_id)
    fields["eligibility"] = None if found is not None and found.entry_id == entry_id else found
    fields["intake"] = _intake_without(episode.intake, entry_id)
    fields |= _discussed_without(episode, entry_id)
    fields["prescriptions"] = {key: _untracked(known, entry_id) for key, known in fields["prescriptions"].items()}
    fields["outcomes"] = _outcomes_without(episode.outcomes, entry_id)
    fields["safety_reviews"] = {key: entry for key, entry in episode.safety_reviews.items() if entry != entry_id}
    remaining = sessions_without_entry(change(episode, **fields), entry_id)
    remaining = documents_without_entry(remaining, entry_id)
    return _with_an_earlier_plan(_unsigned(_reopened(remaining, entry_id), entry_id))


def _follow_ups_without(episode: Episode, entry_id: UUID) -> dict[str, Any]:
    """A consult in error gives back the booking that it had used up, to a later consult if there was one."""
    kept: list[FollowUp] = []
    freed: datetime | None = None
    for visit in episode.follow_ups:
        if visit.entry_id == entry_id:
            freed = visit.booking_used
            continue
        kept.append(change(visit, booking_used=visit.booking_used or freed))
        freed = None
    return {"follow_ups": tuple(kept), "follow_up_booked_for": episode.follow_up_booked_for or freed}


def _discussed_without(episode: Episode, entry_id: UUID) -> dict[str, Any]:
    """A review in error gives back the one before it and the flag that it answered."""
    flagged, review = episode.discussion, episode.caseload_review
    if review is not None and review.entry_id == entry_id:
        flagged, review = flagged or review.answered, review.was
    if flagged is not None and flagged.entry_id == entry_id:
        flagged = None
    return {"discussion": flagged, "caseload_review": review}


def _intake_without(intake: Intake | None, entry_id: UUID) -> Intake | None:
    """The latest update in error gives back what stood before it; without the intake itself there is none."""
    if intake is not None and intake.entry_id == entry_id:
        return intake.was
    before = intake
    while before is not None and before.was is not None:
        before = before.was
    return None if before is not None and before.entry_id == entry_id else intake


def _untracked(prescription: Prescription, entry_id: UUID) -> Prescription:
    return change(prescription, steps=tuple(step for step in prescription.steps if step.entry_id != entry_id))


def _outcomes_without(outcomes: Mapping[UUID, Outcome], entry_id: UUID) -> dict[UUID, Outcome]:
    """A correction in error gives back the values before it; the first entry takes its corrections along."""
    kept = {}
    for key, outcome in outcomes.items():
        if outcome.entry_id == entry_id and outcome.was is not None:
            kept[key] = outcome.was
        elif entry_id not in (outcome.entry_id, outcome.first_entry_id):
            kept[key] = outcome
    return kept


def _reopened(episode: Episode, entry_id: UUID) -> Episode:
    if episode.close_entry_id != entry_id:
        return episode
    return change(episode, closed_at=None, close_entry_id=None, closed_by_death=False, discharge_visit_due_on=None)


def _unsigned(episode: Episode, entry_id: UUID) -> Episode:
    """Holds released and events reviewed by this entry are open again."""

    def undone(facts: Any, signed_in: Callable[[Any], UUID | None], **fields: Any) -> dict[Any, Any]:
        return {k: change(f, **fields) if signed_in(f) == entry_id else f for k, f in facts.items()}

    review = {"reviewed_at": None, "review_entry_id": None}
    release = {"released_at": None, "released_by": None, "release_entry_id": None, "released_with": None}
    events = undone(episode.adverse_events, lambda e: e.review_entry_id, dosing_may_go_on=None, **review)
    events = {
        key: change(event, outcome_entry_id=None, outcome=None, ended_on=None)
        if event.outcome_entry_id == entry_id
        else event
        for key, event in events.items()
    }
    looked_at = {"reviewed_at": None, "review_entry_id": None, "reviewed_by_prescriber": False}
    mended = {"closed_at": None, "close_entry_id": None}
    return change(
        episode,
        care_gaps=undone(episode.care_gaps, lambda g: g.close_entry_id, **mended),
        symptom_reports=undone(episode.symptom_reports, lambda r: r.review_entry_id, **looked_at),
        holds=undone(episode.holds, lambda h: h.release_entry_id, **release),
        adverse_events=events,
        deviations=undone(episode.deviations, lambda d: d.review_entry_id, **review),
    )


def _with_an_earlier_plan(episode: Episode) -> Episode:
    """Without the latest plan the one before it is the latest; it stays ended."""
    if episode.plan_id is None or episode.plan_id in episode.plans:
        return episode
    latest = max(episode.plans.values(), key=lambda plan: plan.number, default=None)
    return change(episode, plan_id=latest.plan_id if latest else None)
