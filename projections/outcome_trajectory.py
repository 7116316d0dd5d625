"""Outcome trajectory: the scores of an episode with their corrections, and the sessions and dues they stand between."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.days import day_of
from domain.episode.course.discharge_patient import PatientDischarged
from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.episode.dosing.correct_dose import DoseCorrected
from domain.episode.dosing.end_dosing_session import SessionEnded
from domain.episode.dosing.record_dose import DoseTaken
from domain.episode.outcome.correct_outcome import OutcomeCorrected
from domain.episode.outcome.outcomes import ImportedFrom
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.episode.plan.issue_plan import PlanIssued
from domain.episode.session.book_session import SessionBooked
from domain.episode.session.cancel_session import SessionCancelled
from domain.episode.session.complete_integration import IntegrationCompleted
from domain.episode.session.complete_preparation import PreparationCompleted
from domain.episode.session.miss_session import SessionMissed
from domain.episode.session.move_session import SessionMoved
from domain.episode.session.session import SessionKind, SessionStatus
from domain.event import Envelope
from domain.stream import change
from projections.engine.column import OneByOne
from projections.engine.query import read_rows
from projections.engine.read_model import ReadModel
from projections.engine.table import Table


class Score(NamedTuple):
    """An outcome as it was recorded or corrected, and the entry that says so (its number in the stream: `version`)."""

    entry_id: UUID
    version: int
    taken_at: datetime
    recorded_at: datetime
    recorded_by: UUID
    total: int | None
    band: str | None
    safety_answer: int | None


class Point(NamedTuple):
    """One outcome: its scores, the one that counts last. Struck ones came before it."""

    outcome_id: UUID
    instrument: str
    instrument_version: str
    has_safety_item: bool
    scores: tuple[Score, ...]
    imported: ImportedFrom | None

    @property
    def score(self) -> Score:
        return self.scores[-1]

    @property
    def struck(self) -> tuple[Score, ...]:
        return self.scores[:-1]


class DoseMark(NamedTuple):
    dose_id: UUID
    entry_id: UUID
    taken_at: datetime
    amount_mg: Decimal


class SessionMark(NamedTuple):
    """A session on the rail beneath the scores."""

    session_id: UUID
    kind: SessionKind
    number: int
    status: SessionStatus
    starts_at: datetime
    ended_at: datetime | None
    end_entry_id: UUID | None
    doses: tuple[DoseMark, ...]

    @property
    def happened_at(self) -> datetime:
        """When it is drawn: at the first dose, else when it ended, else when it was to start."""
        return min((dose.taken_at for dose in self.doses), default=None) or self.ended_at or self.starts_at


@dataclass(frozen=True)
class Trajectory:
    episode_id: UUID
    network_id: UUID
    points: Annotated[tuple[Point, ...], OneByOne()] = ()
    sessions: tuple[SessionMark, ...] = ()
    plan_from: datetime | None = None
    """From when on measures were due: the first plan."""
    closed_at: datetime | None = None

    @property
    def instruments(self) -> tuple[str, ...]:
        """Instruments with any score, in the order they first appeared."""
        return tuple(dict.fromkeys(point.instrument for point in self.points))

    def of(self, instrument: str) -> list[Point]:
        """The points of an instrument as they were taken; two of one day in the order of time."""
        found = [point for point in self.points if point.instrument == instrument]
        return sorted(found, key=lambda point: (point.score.taken_at, point.score.version))

    @property
    def held(self) -> list[SessionMark]:
        """Sessions that took place, in the order of time."""
        found = [mark for mark in self.sessions if mark.doses or mark.ended_at]
        return sorted(found, key=lambda mark: mark.happened_at)


TRAJECTORIES: Table[Trajectory] = Table("trajectory", Trajectory, key=("episode_id",))
OUTCOME_TRAJECTORY = ReadModel("outcome_trajectory", 2, (TRAJECTORIES,), per_episode=True)
BOOKED, COMPLETED = SessionStatus.BOOKED, SessionStatus.COMPLETED


def _or_new(row: Trajectory | None, envelope: Envelope) -> Trajectory:
    return row or Trajectory(envelope.stream_id, envelope.network_id)


def _score(event: OutcomeRecorded | OutcomeCorrected, envelope: Envelope) -> Score:
    return Score(
        entry_id=envelope.event_id,
        version=envelope.version,
        taken_at=event.taken_at,
        recorded_at=envelope.recorded_at,
        recorded_by=envelope.actor_id,
        total=event.total,
        band=event.band,
        safety_answer=event.safety_answer,
    )


@TRAJECTORIES.on(OutcomeRecorded)
def _(event: OutcomeRecorded, envelope: Envelope, row: Trajectory | None) -> Trajectory:
    row = _or_new(row, envelope)
    point = Point(
        outcome_id=event.outcome_id,
        instrument=event.instrument,
        instrument_version=event.instrument_version,
        has_safety_item=event.has_safety_item,
        scores=(_score(event, envelope),),
        imported=event.imported,
    )
    return change(row, points=(*row.points, point))


@TRAJECTORIES.on(OutcomeCorrected)
def _(event: OutcomeCorrected, envelope: Envelope, row: Trajectory | None) -> Trajectory | None:
    def corrected(point: Point) -> Point:
        if point.outcome_id != event.outcome_id:
            return point
        return point._replace(scores=(*point.scores, _score(event, envelope)))

    return row and change(row, points=tuple(corrected(point) for point in row.points))


@TRAJECTORIES.on(SessionBooked)
def _(event: SessionBooked, envelope: Envelope, row: Trajectory | None) -> Trajectory:
    row = _or_new(row, envelope)
    mark = SessionMark(event.session_id, event.kind, event.number, BOOKED, event.starts_at, None, None, ())
    return change(row, sessions=(*row.sessions, mark))


@TRAJECTORIES.on(SessionMoved)
def _(event: SessionMoved, envelope: Envelope, row: Trajectory | None) -> Trajectory | None:
    return _with_session(row, event.session_id, lambda mark: mark._replace(starts_at=event.starts_at))


@TRAJECTORIES.on(SessionCancelled)
def _(event: SessionCancelled, envelope: Envelope, row: Trajectory | None) -> Trajectory | None:
    return _with_session(row, event.session_id, lambda mark: mark._replace(status=SessionStatus.CANCELLED))


@TRAJECTORIES.on(SessionMissed)
def _(event: SessionMissed, envelope: Envelope, row: Trajectory | None) -> Trajectory | None:
    return _with_session(row, event.session_id, lambda mark: mark._replace(status=SessionStatus.MISSED))


@TRAJECTORIES.on(PreparationCompleted, IntegrationCompleted, SessionEnded)
def _(
    event: PreparationCompleted | IntegrationCompleted | SessionEnded, envelope: Envelope, row: Trajectory | None
) -> Trajectory | None:
    def ended(mark: SessionMark) -> SessionMark:
        return mark._replace(status=COMPLETED, ended_at=event.ended_at, end_entry_id=envelope.event_id)

    return _with_session(row, event.session_id, ended)


@TRAJECTORIES.on(DoseTaken)
def _(event: DoseTaken, envelope: Envelope, row: Trajectory | None) -> Trajectory | None:
    dose = DoseMark(event.dose_id, envelope.event_id, event.taken_at, event.amount_mg)
    return _with_session(row, event.session_id, lambda mark: mark._replace(doses=(*mark.doses, dose)))


@TRAJECTORIES.on(DoseCorrected)
def _(event: DoseCorrected, envelope: Envelope, row: Trajectory | None) -> Trajectory | None:
    def corrected(dose: DoseMark) -> DoseMark:
        if dose.dose_id != event.dose_id:
            return dose
        return dose._replace(taken_at=event.taken_at, amount_mg=event.amount_mg)

    return _with_session(row, event.session_id, lambda mark: mark._replace(doses=tuple(map(corrected, mark.doses))))


@TRAJECTORIES.on(PlanIssued)
def _(event: PlanIssued, envelope: Envelope, row: Trajectory | None) -> Trajectory:
    row = _or_new(row, envelope)
    return row if row.plan_from else change(row, plan_from=envelope.occurred_at)


@TRAJECTORIES.on(PatientDischarged)
def _(event: PatientDischarged, envelope: Envelope, row: Trajectory | None) -> Trajectory | None:
    return row and change(row, closed_at=envelope.occurred_at)


@TRAJECTORIES.on(EntryMarkedInError)
def _(event: EntryMarkedInError, envelope: Envelope, row: Trajectory | None) -> Trajectory | None:
    """The first entry of an outcome takes its corrections along; a correction gives back what was before it."""
    if row is None:
        return None
    points = (_without(point, event.entry_id) for point in row.points if point.scores[0].entry_id != event.entry_id)
    sessions = tuple(_session_without(mark, event.entry_id) for mark in row.sessions)
    closed_at = None if event.entry_stored_as == PatientDischarged.stored_as else row.closed_at
    return change(row, points=tuple(points), sessions=sessions, closed_at=closed_at)


def _with_session(
    row: Trajectory | None, session_id: UUID, changed: Callable[[SessionMark], SessionMark]
) -> Trajectory | None:
    return row and change(
        row, sessions=tuple(changed(mark) if mark.session_id == session_id else mark for mark in row.sessions)
    )


def _without(point: Point, entry_id: UUID) -> Point:
    return point._replace(scores=tuple(score for score in point.scores if score.entry_id != entry_id))


def _session_without(mark: SessionMark, entry_id: UUID) -> SessionMark:
    if mark.end_entry_id == entry_id:
        return mark._replace(status=BOOKED, ended_at=None, end_entry_id=None)
    return mark._replace(doses=tuple(dose for dose in mark.doses if dose.entry_id != entry_id))


# --- queries


def outcome_trajectory(connection: Connection[Any], episode_id: UUID) -> Trajectory | None:
    """The scores and sessions of an episode; None before any of them."""
    rows = read_rows(
        connection, OUTCOME_TRAJECTORY, TRAJECTORIES, "episode_id = %(episode_id)s", {"episode_id": episode_id}
    )
    return rows[0] if rows else None


def missed_on(
    points: Sequence[Point], every_days: int, *, since: datetime | None, until: datetime, zone: str
) -> list[date]:
    """Days on which a measure was due and not answered, from `since` (the first plan) to `until` (now, or the end).

    It falls due every so many days after it was last answered, and counts as missed once half of the next interval
    has gone by without an answer: a late answer is not a missing one.
    """
    if since is None:
        return []
    first = day_of(since, zone)
    answered = [day_of(point.score.taken_at, zone) for point in points if point.score.total is not None]
    ends = [*answered[1:], day_of(until, zone)]
    missed: list[date] = []
    for taken, end in zip(answered, ends, strict=False):
        due = taken + timedelta(days=every_days)
        while due + timedelta(days=every_days // 2) < end:
            missed.append(due)
            due += timedelta(days=every_days)
    return [due for due in missed if due >= first]
