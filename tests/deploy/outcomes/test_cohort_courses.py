"""Which of a patient's scores a cohort compares."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from deploy.outcomes.cohort import Course
from deploy.outcomes.cohort_courses import course_of
from domain.episode.session.session import SessionKind, SessionStatus
from projections.outcome_trajectory import DoseMark, Point, Score, SessionMark, Trajectory


def day(number: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, number, hour, tzinfo=UTC)


def point(taken_at: datetime, *totals: int | None, instrument: str = "phq-9") -> Point:
    scores = tuple(Score(uuid4(), 1, taken_at, taken_at, uuid4(), total, None, None) for total in totals)
    return Point(uuid4(), instrument, "1", True, scores, None)


def trajectory(*points: Point, dosed_at: datetime | None = None) -> Trajectory:
    doses = (DoseMark(uuid4(), uuid4(), dosed_at, Decimal(200)),) if dosed_at else ()
    session = SessionMark(uuid4(), SessionKind.DOSING, 1, SessionStatus.COMPLETED, day(1), None, None, doses)
    return Trajectory(uuid4(), UUID(int=1), points, (session,))


def test_the_baseline_is_the_last_score_before_the_first_dose() -> None:
    rows = trajectory(point(day(1), 20), point(day(4), 18), point(day(9), 11), dosed_at=day(5))
    assert course_of(rows, "phq-9", "UTC") == Course(18, [(5, 11)])


def test_without_a_dose_the_first_score_is_the_baseline() -> None:
    assert course_of(trajectory(point(day(4), 18), point(day(1), 20)), "phq-9", "UTC") == Course(20, [(3, 18)])


def test_a_correction_counts_and_what_has_no_total_does_not() -> None:
    rows = trajectory(point(day(1), 20, 19), point(day(2), None), point(day(3), 8, instrument="gad-7"))
    assert course_of(rows, "phq-9", "UTC") == Course(19, [])


def test_days_are_those_of_the_network() -> None:
    rows = trajectory(point(day(1, hour=20), 20), point(day(3, hour=2), 10))
    assert course_of(rows, "phq-9", "UTC") == Course(20, [(2, 10)])
    assert course_of(rows, "phq-9", "America/Los_Angeles") == Course(20, [(1, 10)])


def test_without_a_score_there_is_no_course() -> None:
    assert course_of(trajectory(), "phq-9", "UTC") is None
