"""A therapist's caseload: rows after a history, the same after replaying it, filters that count what they open."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import Connection

from domain.derived import derived_id
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.episode.referral.refer import PatientReferred
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.safety import HoldReason
from domain.event import Recorded
from domain.patient.correct_patient_details import PatientDetailsCorrected
from domain.patient.register_patient import PatientRegistered
from projections.caseload import CASELOAD, Caseload, Filter, Sort, caseload
from projections.engine.pages import apply_all
from projections.engine.rebuild import rebuild
from projections.glance import Moment, badges
from projections.worklist_decisions import decisions_waiting
from tests import dosing_day as day
from tests.domain.given import Happened, at, given
from tests.domain.people import (
    ADA,
    LINDQVIST,
    NETWORK_ID,
    OTHER_NETWORK_ID,
    PROTOCOL,
    RIVERA,
    SOLIS,
    TEST_NETWORK,
    local,
    sealed,
)
from tests.postgres import Database
from tests.projections.conftest import live_runner, stored_rows
from tests.projections.courses import HistoryLog
from tests.projections.folded import folded
from tests.situations import PREPARED, REFERRED

NOW = local("2026-03-25 10:00")
ME = LINDQVIST.actor_id


def phq_9(when: str, total: int, safety_answer: int = 0, number: int = 0) -> tuple[Happened, ...]:
    recorded = OutcomeRecorded(
        outcome_id=derived_id("outcome", when, number),
        instrument="phq-9",
        instrument_version="1",
        taken_at=local(when),
        total=total,
        band="moderate",
        has_safety_item=True,
        safety_answer=safety_answer,
        safety_item_is_positive=safety_answer > 0,
    )
    return at(when, recorded, by=LINDQVIST)


MEASURED = (
    PREPARED,
    phq_9("2026-02-27 09:00", 23),
    phq_9("2026-03-11 09:00", 21, number=1),
    at("2026-03-11 09:30", day.booked()),
    at("2026-03-17 13:20", day.opened()),
    at("2026-03-17 14:05", day.dose("14:05")),
    at("2026-03-17 16:10", day.ended("16:10")),
    phq_9("2026-03-20 09:00", 14, number=2),
)


def shown(connection: Connection[Any], history: Iterable[Recorded], **asked: Any) -> Caseload:
    log = HistoryLog(history)
    apply_all(log, [live_runner(connection, log, CASELOAD)])
    usual: dict[str, Any] = {
        "network_id": NETWORK_ID,
        "clinician_id": ME,
        "moment": Moment(NOW, TEST_NETWORK, PROTOCOL),
    }
    return caseload(connection, **usual | asked)


def test_the_baseline_is_the_last_score_before_the_first_dose(work: Connection[Any]) -> None:
    (glance,) = shown(work, given(*MEASURED).recorded).rows
    assert glance.measure is not None
    assert [outcome.total for outcome in glance.measure.scores] == [23, 21, 14]
    assert (glance.measure.first.total, glance.measure.last.total) == (21, 14)
    assert glance.measure.change is not None
    assert glance.measure.change.points == -7


def test_a_row_says_phase_doses_last_session_and_next_step(work: Connection[Any]) -> None:
    (glance,) = shown(work, given(*MEASURED).recorded).rows
    assert glance.phase == "Dosing 1 of 2"
    assert (glance.doses_used, glance.doses_authorised) == (1, 2)
    assert glance.last_seen is not None
    assert glance.last_seen.what == "dosing session 1"
    assert glance.last_seen.at == local("2026-03-17 16:10")
    assert glance.next_step is not None
    assert glance.next_step.what == "Next-day check-in"
    assert [badge.words for badge in badges(glance, ME)] == ["Overdue"]


def test_an_answer_above_0_stands_above_an_improvement(work: Connection[Any]) -> None:
    worse = phq_9("2026-03-24 09:00", 4, safety_answer=1, number=3)
    hold = at("2026-03-24 09:00", hold_because(HoldReason.SAFETY_ITEM, derived_id("outcome", "2026-03-24 09:00", 3)))
    rows, counts, _ = shown(work, given(*MEASURED, worse, hold).recorded)
    assert badges(rows[0], ME)[0].kind == "urgent"
    assert not [badge for badge in badges(rows[0], ME) if badge.words in ("Response", "Remission")]
    assert [h.placed_at for h in rows[0].holds] == [local("2026-03-24 09:00")]
    assert counts[Filter.FLAGGED] == counts[Filter.ON_HOLD] == counts[Filter.NEEDS_ME] == 1


def wai_sr(when: str, total: int) -> tuple[Happened, ...]:
    recorded = OutcomeRecorded(
        outcome_id=derived_id("alliance", when), instrument="wai-sr", instrument_version="1", taken_at=local(when),
        total=total, band=None, has_safety_item=False, safety_answer=None,
    )  # fmt: skip
    return at(when, recorded, by=LINDQVIST)


def test_a_drop_in_alliance_is_seen_by_the_therapist_and_by_nobody_else(work: Connection[Any]) -> None:
    history = given(*MEASURED, wai_sr("2026-03-11 10:00", 50), wai_sr("2026-03-23 10:00", 40)).recorded
    (glance,) = shown(work, history).rows
    assert "Alliance lower" in [badge.words for badge in badges(glance, ME)]
    assert "Alliance lower" not in [badge.words for badge in badges(glance, RIVERA.actor_id)]
    assert "alliance" not in {flag.key for flag in glance.flags}
    assert not [one for one in decisions_waiting(glance, RIVERA.actor_id, None) if "WAI" in one.fact + one.reason]
    assert glance.measure is not None
    assert glance.measure.instrument.id == "phq-9"


def test_only_the_care_team_of_the_moment_sees_an_episode(work: Connection[Any]) -> None:
    history = given(*MEASURED).recorded
    assert shown(work, history, clinician_id=SOLIS.actor_id).rows == []
    assert len(shown(work, history, clinician_id=RIVERA.actor_id).rows) == 1
    assert shown(work, history, network_id=OTHER_NETWORK_ID).rows == []


@pytest.mark.parametrize("name", list(Filter))
def test_a_filter_opens_as_many_rows_as_it_counts(work: Connection[Any], name: Filter) -> None:
    opened = shown(work, everyone(), filter=name)
    assert len(opened.rows) == opened.counts[name]


def test_the_discharged_are_the_last_filter(work: Connection[Any]) -> None:
    rows, counts, _ = shown(work, everyone(), filter=Filter.DISCHARGED)
    assert [glance.phase for glance in rows] == ["Discharged"]
    assert counts[Filter.ALL] == 3


def test_the_patient_in_danger_comes_first_then_the_overdue(work: Connection[Any]) -> None:
    rows = shown(work, everyone()).rows
    assert [glance.case.reference for glance in rows] == ["KAP-0003", "KAP-0001", "KAP-0002"]


@pytest.mark.parametrize("sort", list(Sort))
def test_every_heading_sorts(work: Connection[Any], sort: Sort) -> None:
    rows = shown(work, everyone(), sort=sort).rows
    assert sorted(glance.case.reference for glance in rows) == ["KAP-0001", "KAP-0002", "KAP-0003"]


def test_a_corrected_name_reaches_every_list(work: Connection[Any]) -> None:
    registered = PatientRegistered(
        network_id=NETWORK_ID, reference="KAP-0012", name=sealed("ada"), birth_date=sealed("1984-03-11"), adult=True
    )
    renamed = PatientDetailsCorrected(name=sealed("augusta"))
    patient = given(at("2026-02-25 09:00", registered, renamed), stream="patient", stream_id=ADA).recorded
    (glance,) = shown(work, [*patient, *given(*MEASURED).recorded]).rows
    assert glance.name == sealed("augusta")
    assert glance.birth_date == sealed("1984-03-11")


def test_a_history_replayed_twice_makes_the_same_rows(work: Connection[Any]) -> None:
    history = everyone()
    shown(work, history)
    assert stored_rows(work, CASELOAD) == folded(CASELOAD, HistoryLog(history).history())
    for _ in range(2):
        (rebuilt,) = rebuild(work, HistoryLog(history), [CASELOAD], holder="r")
        assert rebuilt.differences == 0
        assert rebuilt.cells_compared > 0


def test_another_network_in_force_sees_no_row(work: Connection[Any], database: Database) -> None:
    shown(work, everyone())
    with psycopg.connect(database.app_url, autocommit=True) as app:
        for network_id, rows in ((None, 0), (OTHER_NETWORK_ID, 0), (NETWORK_ID, 4)):
            with app.transaction():
                if network_id:
                    app.execute("SELECT set_config('throughline.network_id', %s, true)", [str(network_id)])
                assert app.execute(f"SELECT count(*) FROM read_models.{CASELOAD.known_as}".encode()).fetchone() == (
                    rows,
                )
                items = app.execute(f"SELECT count(*) FROM read_models.{CASELOAD.known_as}_items".encode()).fetchone()
                assert items is not None
                assert (items[0] > 0) == (rows > 0)


def everyone() -> list[Recorded]:
    """One overdue, one new, one in danger, one discharged."""
    danger = (
        phq_9("2026-03-24 09:00", 20, safety_answer=2),
        at("2026-03-24 09:00", hold_because(HoldReason.SAFETY_ITEM, derived_id("outcome", "2026-03-24 09:00", 0))),
    )
    discharged = PatientDischarged(
        patient_id=ADA, reason=DischargeReason.COMPLETED, on=local("2026-03-21 09:00").date()
    )
    assigned = PREPARED[0][0][0][0][0][0][1]
    return [
        *_of(1, *MEASURED),
        *_of(2, REFERRED, assigned),
        *_of(3, PREPARED, danger),
        *_of(4, PREPARED, at("2026-03-21 09:00", discharged)),
    ]


def _of(number: int, *history: Any) -> list[Recorded]:
    stream_id = UUID(int=number)
    recorded = given(*history, stream="episode", stream_id=stream_id).recorded
    known = {"reference": f"KAP-{number:04d}"}
    return [
        Recorded(event.model_copy(update=known) if isinstance(event, PatientReferred) else event, envelope)
        for event, envelope in recorded
    ]
