"""What the lists are made of: the course of an episode as its decisions know it, folded by the domain's own effects.

Next steps, flags and dues depend on the moment somebody looks. So a row keeps the facts they are computed from, and
the queries ask the same pure functions as the gates of the episode page: two pages can never disagree. What is
measured minute by minute says nothing to a list once a session is over, and is left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter, is_
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import domain.episode  # noqa: F401  every effect is known before the first fold
from domain.actor import Role
from domain.episode.alert.may_raise import may_raise
from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.episode.document.missing import waiting_requests
from domain.episode.dosing.clear_to_dose import DoseCleared
from domain.episode.dosing.correct_vitals import VitalsCorrected
from domain.episode.dosing.record_check import MonitoringCheckRecorded
from domain.episode.dosing.record_checklist import ChecklistRecorded
from domain.episode.dosing.record_dose import DoseTaken
from domain.episode.dosing.record_vitals import VitalsRecorded
from domain.episode.dosing.vital_limits import is_within
from domain.episode.due.discharge_visit import is_owed as owes_discharge_visit
from domain.episode.due.phase import phase
from domain.episode.episode import EPISODE, Episode, EpisodeEvent, effect_of
from domain.episode.intake.intake import told
from domain.episode.plan.plan import VitalLimits
from domain.episode.referral.import_history import HistoryImported
from domain.episode.referral.refer import PatientReferred
from domain.episode.session.session import Session, VitalsPhase
from domain.episode.session.session import Vitals as MeasuredVitals
from domain.event import EVENTS, Envelope, Event
from domain.sealed import Sealed
from domain.stream import change
from projections.engine.column import InParts
from projections.engine.once import Once
from projections.engine.table import Fold, Index, Table

BEFORE_THE_DOSE: frozenset[type[Event]] = frozenset({VitalsRecorded, VitalsCorrected})
"""A patient who waits with vitals out of limits is an alert."""
MINUTE_BY_MINUTE: frozenset[type[Event]] = frozenset({*BEFORE_THE_DOSE, MonitoringCheckRecorded, DoseCleared})
DOSES = (DoseTaken, EntryMarkedInError)
Vitals = VitalsRecorded | VitalsCorrected
DECIDE_PHASE = attrgetter(
    "is_imported",
    "closed_at",
    "paused_at",
    "intake_booked_for",
    "intake",
    "eligibility",
    "plans",
    "plan_id",
    "follow_ups",
)
"""Besides doses, what `phase` reads of an episode."""
OWED_AFTER_DISCHARGE = attrgetter(
    "adverse_events",
    "deviations",
    "documents",
    "document_requests",
    "questions",
    "closed_at",
    "closed_by_death",
    "discharge_visit_due_on",
    "follow_ups",
)
"""What `_owes_review` reads of an episode."""
RAISE_ALERTS = attrgetter(
    "holds",
    "sessions",
    "adverse_events",
    "deviations",
    "overrides",
    "acknowledgements",
    "symptom_reports",
    "found_minor",
)
"""What `may_raise` reads of an episode."""
FOR_GOOD = datetime(9999, 12, 31, tzinfo=UTC)
LISTED = tuple(
    event
    for event in EVENTS.values()
    if issubclass(event, EpisodeEvent) and event not in MINUTE_BY_MINUTE | {ChecklistRecorded}
)


class PhaseSince(NamedTuple):
    """A phase in one word, and the event's time that began it."""

    word: str
    since: datetime


@dataclass(frozen=True)
class Case:
    """One episode in a list. `team` are all who were ever on it; who is on it now, `course` tells with the moment.

    `is_open`, `owes_review`, `may_alert` and `prescriber_until` are derived of the course when the row is written.
    `prescriber_until` says how long a prescriber is on the team: None for no one, `FOR_GOOD` without an end.
    `owes_review` stays true after discharge while an adverse event or a deviation waits for a look,
    a question for an answer, or a document for its signature. `may_alert`: an alert may come of something in it.
    """

    episode_id: UUID
    network_id: UUID
    patient_id: UUID | None
    reference: str
    name: Sealed[str] | None
    birth_date: Sealed[str] | None
    is_open: bool
    owes_review: bool
    may_alert: bool
    prescriber_until: datetime | None
    team: tuple[UUID, ...]
    phases: tuple[PhaseSince, ...]
    version: int
    course: Annotated[Episode, InParts(frozenset({"outcomes", "sessions"}))]

    @property
    def phase_since(self) -> datetime:
        return self.phases[-1].since


View = Callable[[Episode, Episode], Episode]
"""What of a course a read model may keep: given the course and, before its latest event, what was kept of it."""


def case_table(view: View) -> Table[Case]:
    """A table of cases for one read model; each has its own, so that none depends on another."""
    table = _empty_case_table()
    table.on(*LISTED)(_course_fold(view))
    table.on(ChecklistRecorded)(_checklist_fold(view))
    return table


def whole_case_table() -> Table[Case]:
    """Cases with everything that an alert may come of: also what is measured while a patient waits for the dose.

    Several read models have such a table. Where they take in a page together, its cases are folded once.
    """
    table = _empty_case_table()
    for events, fold in WHOLE_FOLDS:
        table.on(*events)(fold)
    return table


def _empty_case_table() -> Table[Case]:
    indexes = (
        Index(("network_id", "is_open")),
        Index(("network_id", "may_alert")),
        Index(("team",), using="gin", how="jsonb_path_ops"),
    )
    return Table("case", Case, key=("episode_id",), indexes=indexes, derive=_derive)


def _course_fold(view: View) -> Fold[Case]:
    def fold(event: Event, envelope: Envelope, row: Case | None) -> Case:
        before = row.course if row else EPISODE.initial
        return _case(event, envelope, row, view(effect_of(type(event))(event, before, envelope), before))

    return fold


def _checklist_fold(view: View) -> Fold[Case]:
    def fold(event: ChecklistRecorded, envelope: Envelope, row: Case | None) -> Case | None:
        """Of the checklist a list needs one answer: whether a prescriber has to look at the medicines."""
        if row is None or not event.medicines_changed:
            return row
        course = change(row.course, medicines_changed=told(envelope))
        return _case(event, envelope, row, view(course, row.course))

    return fold


def _fold_before_the_dose(event: Vitals, envelope: Envelope, row: Case | None) -> Case | None:
    """Vitals are kept to the end of a session, since a dose may be marked in error: then the patient waits again."""
    session = row.course.sessions.get(event.session_id) if row else None
    if row is None or session is None or session.ended_at is not None:
        return row
    return _case(event, envelope, row, effect_of(type(event))(event, row.course, envelope))


def _until_it_is_over(course: Episode, before: Episode) -> Episode:
    """Without most vitals after the dose of a session that ended: they would be written anew with every later one."""
    if course.sessions is before.sessions:
        return course
    known = set(map(id, before.sessions.values()))  # ids of objects: those of sessions take longer to hash
    touched = (one for one in course.sessions.values() if id(one) not in known)
    limits = course.plan.terms.vital_limits if course.plan else None
    ended = (one for one in touched if one.is_dosed and one.ended_at is not None)
    over = {one.session_id: _without_vitals_after(one, limits) for one in ended}
    return change(course, sessions={**course.sessions, **over}) if over else course


def _without_vitals_after(session: Session, limits: VitalLimits | None) -> Session:
    """Where dose and end were another's, the patient waits on what was measured: before it, out of limits, or last."""
    dosed_at, newest_at = session.first_dose_at, max((v.taken_at for v in session.vitals.values()), default=None)

    def is_kept(one: MeasuredVitals) -> bool:
        if one.phase is VitalsPhase.BEFORE or dosed_at is None or one.taken_at < dosed_at:
            return True
        return one.taken_at == newest_at or limits is None or not is_within(one, limits)

    return change(session, vitals={key: one for key, one in session.vitals.items() if is_kept(one)})


WHOLE_FOLDS: Sequence[tuple[Sequence[type[Event]], Fold[Case]]] = (
    (LISTED, Once(_course_fold(_until_it_is_over))),
    ((ChecklistRecorded,), Once(_checklist_fold(_until_it_is_over))),
    ((VitalsRecorded, VitalsCorrected), Once(_fold_before_the_dose)),
)


def _case(event: Event, envelope: Envelope, row: Case | None, course: Episode) -> Case:
    """The course after an event, with what is known of the past; the rest follows from the course."""
    if row is None:
        row = _opened(event, envelope)
    elif course is row.course:
        return row
    before = row.course
    changed: dict[str, Any] = {"course": course, "version": envelope.version}
    if course.team is not before.team:
        changed["team"] = _everybody(row.team, course)
    if not row.phases or _may_begin_a_phase(event, course, before):
        changed["phases"] = _phases(row.phases, course, envelope)
    return change(row, **changed)


def _derive(row: Case, before: Case | None) -> Case:
    """The columns that queries search by, once for all that a page brings: per event, folds take an eighth more."""
    course, known = row.course, before.course if before else EPISODE.initial
    changed: dict[str, Any] = {}
    if course.closed_at is not known.closed_at:
        changed["is_open"] = course.closed_at is None
    if _differ(OWED_AFTER_DISCHARGE, course, known):
        changed["owes_review"] = _owes_review(course)
    if _differ(RAISE_ALERTS, course, known):
        changed["may_alert"] = may_raise(course)
    if course.team is not known.team:
        changed["prescriber_until"] = _prescriber_until(course)
    return change(row, **changed) if changed else row


def _may_begin_a_phase(event: Event, course: Episode, before: Episode) -> bool:
    """Asking for the phase costs a tenth of a rebuild; of what happens in sessions, only doses bring a new one."""
    if course.sessions is not before.sessions and isinstance(event, DOSES):
        return True
    return _differ(DECIDE_PHASE, course, before)


def _differ(facts: Callable[[Episode], tuple[Any, ...]], course: Episode, before: Episode) -> bool:
    """Whether any of these facts is another one; they are immutable, so the same is equal."""
    return not all(map(is_, facts(course), facts(before)))


def _opened(event: Event, envelope: Envelope) -> Case:
    opening = event if isinstance(event, PatientReferred | HistoryImported) else None
    return Case(
        episode_id=envelope.stream_id,
        network_id=envelope.network_id,
        patient_id=opening.patient_id if opening else None,
        reference=opening.reference if opening else "",
        name=opening.name if opening else None,
        birth_date=event.birth_date if isinstance(event, PatientReferred) else None,
        is_open=True,
        owes_review=False,
        may_alert=False,
        prescriber_until=None,
        team=(),
        phases=(),
        version=envelope.version,
        course=EPISODE.initial,
    )


def _owes_review(course: Episode) -> bool:
    if owes_discharge_visit(course):
        return True
    waits = any(event.needs_review for event in course.adverse_events.values())
    waits = waits or any(deviation.reviewed_at is None for deviation in course.deviations.values())
    return waits or _owes_writing(course)


def _owes_writing(course: Episode) -> bool:
    asked = any(question.closed_at is None for question in course.questions.values())
    return asked or bool(waiting_requests(course)) or any(one.waiting for one in course.documents.values())


def _prescriber_until(course: Episode) -> datetime | None:
    ends = [member.until_at or FOR_GOOD for member in course.team if member.role is Role.PRESCRIBER]
    return max(ends, default=None)


def _phases(known: tuple[PhaseSince, ...], course: Episode, envelope: Envelope) -> tuple[PhaseSince, ...]:
    """With one more where this event began a new phase."""
    word = phase(course, envelope.occurred_at).partition(" ")[0]
    return known if known and known[-1].word == word else (*known, PhaseSince(word, envelope.occurred_at))


def _everybody(known: tuple[UUID, ...], course: Episode) -> tuple[UUID, ...]:
    """Everybody who is or will be on the team, and those who were: a removal can be marked in error."""
    found = {member.clinician_id for member in course.team}
    return known if found <= set(known) else tuple(sorted(found | set(known)))
