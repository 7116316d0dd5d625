"""Scores with their corrections, sessions as marks, and the days on which a measure was missed."""

from datetime import date
from decimal import Decimal
from typing import Any

from psycopg import Connection

from domain.derived import derived_id
from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.episode.dosing.correct_dose import DoseCorrected
from domain.episode.outcome.correct_outcome import OutcomeCorrected
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.episode.session.session import SessionKind
from domain.event import Recorded
from projections.engine.pages import apply_all
from projections.engine.rebuild import rebuild
from projections.outcome_trajectory import OUTCOME_TRAJECTORY, Trajectory, missed_on, outcome_trajectory
from tests import dosing_day as day
from tests.domain.given import Happened, Scenario, at, given
from tests.domain.people import LINDQVIST, local, sealed
from tests.projections.conftest import live_runner, stored_rows
from tests.projections.courses import TWO_SESSIONS, HistoryLog
from tests.projections.folded import folded


def phq_9(when: str, total: int) -> tuple[Happened, ...]:
    recorded = OutcomeRecorded(
        outcome_id=derived_id("outcome", when), instrument="phq-9", instrument_version="1", taken_at=local(when),
        total=total, band="moderate", has_safety_item=True, safety_answer=0,
    )  # fmt: skip
    return at(when, recorded, by=LINDQVIST)


SCORED = (day.RELEASED, phq_9("2026-03-05 09:00", 21), phq_9("2026-03-19 09:00", 19), phq_9("2026-04-20 09:00", 14))


def corrected(scenario: Scenario, total: int = 12) -> OutcomeCorrected:
    recorded, envelope = scenario.entry(OutcomeRecorded)
    assert isinstance(recorded, OutcomeRecorded)
    return OutcomeCorrected(
        outcome_id=recorded.outcome_id, replaces=envelope.event_id, total=total, was_total=14, band="mild",
        safety_answer=0, was_safety_answer=0, taken_at=recorded.taken_at, reason=sealed("typing error"),
    )  # fmt: skip


def in_error(entry: Recorded) -> EntryMarkedInError:
    return EntryMarkedInError(
        entry_id=entry.envelope.event_id,
        entry_stored_as=entry.event.stored_as,
        entry_occurred_at=entry.envelope.occurred_at,
        reason=sealed("wrong patient"),
    )


def trajectory(*history: Any) -> Trajectory:
    (row,) = folded(OUTCOME_TRAJECTORY, given(*history).recorded)["trajectory"].values()
    return row  # type: ignore[no-any-return]


def test_a_correction_shows_both_values() -> None:
    row = trajectory(*SCORED, corrected(given(*SCORED)))
    last = row.of("phq-9")[-1]
    assert last.score.total == 12
    assert [score.total for score in last.struck] == [14]


def test_a_correction_in_error_gives_back_what_was_before_it() -> None:
    once = given(*SCORED, corrected(given(*SCORED)))
    row = trajectory(*SCORED, corrected(given(*SCORED)), in_error(once.entry(OutcomeCorrected)))
    assert [point.score.total for point in row.of("phq-9")] == [21, 19, 14]


def test_an_outcome_in_error_takes_its_corrections_along() -> None:
    once = given(*SCORED, corrected(given(*SCORED)))
    row = trajectory(*SCORED, corrected(given(*SCORED)), in_error(once.entry(OutcomeRecorded)))
    assert [point.score.total for point in row.of("phq-9")] == [21, 19]


def test_sessions_that_took_place_are_marks() -> None:
    row = trajectory(*SCORED)
    assert [(mark.kind, mark.number) for mark in row.held] == [(SessionKind.PREPARATION, 1), (SessionKind.DOSING, 1)]
    assert row.held[-1].happened_at == day.on("14:05")


def test_a_corrected_dose_moves_its_mark() -> None:
    entry = given(*SCORED).entry(type(day.dose("14:05")))
    moved = DoseCorrected(
        session_id=day.SESSION, dose_id=day.FIRST_DOSE, replaces=entry.envelope.event_id, amount_mg=Decimal(150),
        was_amount_mg=Decimal(200), taken_at=day.on("14:15"), was_taken_at=day.on("14:05"), reason=sealed("error"),
    )  # fmt: skip
    (dose,) = trajectory(*SCORED, moved).held[-1].doses
    assert (dose.amount_mg, dose.taken_at) == (Decimal(150), day.on("14:15"))


def test_a_measure_is_missed_when_half_the_next_interval_has_gone_by() -> None:
    row = trajectory(*SCORED)
    points = row.of("phq-9")

    def missed(until: str) -> list[date]:
        return missed_on(points, 14, since=row.plan_from, until=local(until), zone="America/New_York")

    assert missed("2026-04-21 09:00") == [date(2026, 4, 2)]
    assert missed("2026-05-11 09:00") == [date(2026, 4, 2)]
    assert missed("2026-05-13 09:00") == [date(2026, 4, 2), date(2026, 5, 4)]


def test_before_a_plan_nothing_is_missed() -> None:
    row = trajectory(*SCORED)
    assert missed_on(row.of("phq-9"), 14, since=None, until=local("2026-09-01 09:00"), zone="America/New_York") == []


def test_rows_are_the_same_after_replaying_twice(work: Connection[Any]) -> None:
    log = HistoryLog([*given(*SCORED, corrected(given(*SCORED))).recorded])
    apply_all(log, [live_runner(work, log, OUTCOME_TRAJECTORY)])
    assert stored_rows(work, OUTCOME_TRAJECTORY) == folded(OUTCOME_TRAJECTORY, log.history())
    assert outcome_trajectory(work, given(*SCORED).stream_id) == trajectory(*SCORED, corrected(given(*SCORED)))
    for _ in range(2):
        (rebuilt,) = rebuild(work, log, [OUTCOME_TRAJECTORY], holder="r")
        assert (rebuilt.differences, rebuilt.cells_compared > 0) == (0, True)


def test_an_episode_without_outcomes_has_no_points() -> None:
    assert trajectory(*[Happened(one.event) for one in TWO_SESSIONS]).instruments == ()
