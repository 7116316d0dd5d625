"""Coordination: what is due and who has nobody, across the network, and nothing clinical in any column."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.derived import derived_id
from domain.episode.due.obligations import obligations
from domain.episode.eligibility.find_contraindication import ContraindicationFound
from domain.episode.episode import Episode
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.episode.safety.note_deviation import note_deviation
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.report_adverse_event import AdverseEventReported, AdverseEventTerm
from domain.episode.safety.safety import HoldReason
from domain.event import Recorded
from projections.caseload import CASELOAD
from projections.coordination import COORDINATION, WAITS_FOR_PRESCRIBER, Coordination, coordination
from projections.engine.pages import apply_all
from projections.engine.rebuild import rebuild
from projections.glance import Moment
from projections.without_clinical_content import NEUTRAL
from tests import dosing_day as day
from tests.domain.given import at, given
from tests.domain.people import NETWORK_ID, PROTOCOL, TEST_NETWORK, local
from tests.projections.conftest import live_runner, stored_rows
from tests.projections.courses import TWO_SESSIONS, HistoryLog
from tests.projections.folded import folded
from tests.situations import INTAKE_DONE, PREPARED, REFERRED

KEPT = {
    "episode_id", "network_id", "patient_id", "reference", "is_adult", "is_imported", "referred_at", "referred_by",
    "team", "handed_over_to", "intake_booked_for", "eligibility", "consents", "withdrawals", "plan_id", "plan_recheck",
    "safety_reviews", "determinations", "found_minor",
    "follow_ups", "follow_up_booked_for", "paused_at", "pauses", "closed_at", "close_entry_id", "closed_by_death",
    "in_error", "last_plan_number", "discharge_visit_due_on", "credential_lapses",
    "contacts", "care_gaps", "discussion", "email", "language", "check_in_links", "chaperone_nominations",
    "documents", "document_requests", "questions",
    "accesses", "disclosures",
}  # fmt: skip
"""Fields of an episode that say who, when and whether, but nothing clinical."""


def test_every_field_of_an_episode_is_kept_or_made_neutral_on_purpose() -> None:
    assert {field.name for field in fields(Episode)} == KEPT | NEUTRAL.keys()


CLINICAL = (
    day.RELEASED,
    at(
        "2026-03-18 09:00",
        OutcomeRecorded(
            outcome_id=derived_id("outcome"), instrument="phq-9", instrument_version="1",
            taken_at=local("2026-03-18 09:00"), answers=(3, 3, 3, 3, 3, 3, 3, 3, 2), total=26, band="severe",
            has_safety_item=True, safety_answer=2, safety_item_is_positive=True,
        ),
        hold_because(HoldReason.SAFETY_ITEM, derived_id("outcome")),
        AdverseEventReported(
            adverse_event_id=derived_id("ae"), term=AdverseEventTerm.URINARY_SYMPTOMS, grade=3, serious=True,
            happened_at=local("2026-03-18 08:00"),
        ),
        ContraindicationFound(code="acute_mania"),
        note_deviation("15", "over_maximum", day.FIRST_DOSE, total_mg=450),
    ),
)  # fmt: skip
FORBIDDEN = (
    "F33.2", '"total":26', "urinary_symptoms", "acute_mania", "over_maximum", ':"safety_item"', '"200"', '"400"',
    ":124", "suicid", '"answers":[',
)  # fmt: skip
"""As the caseload stores them; none of it may stand in a row of coordination."""


def test_no_column_holds_anything_clinical(work: Connection[Any]) -> None:
    log = HistoryLog(given(*CLINICAL).recorded)
    apply_all(log, [live_runner(work, log, COORDINATION), live_runner(work, log, CASELOAD)])
    text = """
        SELECT string_agg(concat(cell.key, ' ', cell.value), ' ')
          FROM (SELECT row_to_json(one) FROM read_models.{name} AS one
                 UNION ALL
                SELECT json_build_object(kept_as, item) FROM read_models.{name}_items) AS kept (document),
               json_each_text(document) AS cell
         WHERE (cell.key LIKE 'course%' OR cell.key = 'phases') AND cell.value IS NOT NULL
    """
    (clinical,) = work.execute(text.format(name=CASELOAD.known_as).encode())
    (found,) = work.execute(text.format(name=COORDINATION.known_as).encode())
    ids = {str(value) for value in _ids(given(*CLINICAL).recorded)}
    assert {word for word in FORBIDDEN if word in _without(found[0], ids)} == set()
    assert {word for word in FORBIDDEN if word not in _without(clinical[0], ids)} <= {"suicid"}


def _ids(history: Iterable[Recorded]) -> Iterable[UUID]:
    for event, envelope in history:
        yield envelope.event_id
        yield from (value for _, value in event if isinstance(value, UUID))


def _without(text: str, ids: set[str]) -> str:
    for one in ids:
        text = text.replace(one, "")
    return text.replace("2026", "")


def test_dues_are_those_of_the_episode_page() -> None:
    """Everything but reviews, which coordination sees waiting without their reason."""
    (whole,) = folded(CASELOAD, TWO_SESSIONS)["case"].values()
    (neutral,) = folded(COORDINATION, TWO_SESSIONS)["case"].values()
    for when in ("2026-03-12 09:00", "2026-03-25 09:00", "2026-05-01 09:00"):
        now = local(when)
        expected = obligations(whole.course, now=now, protocol=PROTOCOL, network=TEST_NETWORK)
        assert obligations(neutral.course, now=now, protocol=PROTOCOL, network=TEST_NETWORK) == expected


def shown(connection: Connection[Any], history: Iterable[Recorded], now: str = "2026-03-12 09:42") -> Coordination:
    log = HistoryLog(history)
    apply_all(log, [live_runner(connection, log, COORDINATION)])
    return coordination(connection, network_id=NETWORK_ID, moment=Moment(local(now), TEST_NETWORK, PROTOCOL))


def several() -> list[Recorded]:
    danger = at("2026-03-12 08:51", hold_because(HoldReason.SAFETY_ITEM, derived_id("outcome")))
    courses = (REFERRED, INTAKE_DONE, PREPARED, (PREPARED, danger), day.RELEASED)
    return [
        one
        for number, course in enumerate(courses, 1)
        for one in given(course, stream="episode", stream_id=UUID(int=number)).recorded
    ]


def test_phase_counts_add_up_to_the_open_episodes(work: Connection[Any]) -> None:
    found = shown(work, several())
    counts = {phase: len(rows) for phase, rows in found.phases.items() if rows}
    assert counts == {"Referred": 1, "Eligibility": 1, "Preparation": 2, "Dosing": 1}
    assert sum(counts.values()) == found.open_episodes == 5


def test_who_has_nobody_is_listed_with_what_is_missing(work: Connection[Any]) -> None:
    (one,) = shown(work, several()).unassigned
    assert one.since == local("2026-02-26 10:00")
    assert [role.value for role in one.missing] == ["prescriber", "therapist"]


def test_a_review_waits_without_its_reason(work: Connection[Any]) -> None:
    found = shown(work, several())
    reviews = [due for due in found.due if due.what == WAITS_FOR_PRESCRIBER]
    assert [(due.why, due.due_on) for due in reviews] == [("", date(2026, 3, 12))]
    assert [row.is_on_hold for row in found.phases["Preparation"]] == [False, True]


def test_overdue_comes_first_and_longest_first(work: Connection[Any]) -> None:
    found = shown(work, several(), "2026-04-20 09:00")
    assert found.overdue
    assert found.due[: len(found.overdue)] == found.overdue
    days = [due.due_on for due in found.overdue]
    assert days == sorted(days)
    assert max(due.due_on for due in found.due) <= date(2026, 4, 27)


def test_rows_are_the_same_after_replaying_twice(work: Connection[Any]) -> None:
    log = HistoryLog(several())
    apply_all(log, [live_runner(work, log, COORDINATION)])
    assert stored_rows(work, COORDINATION) == folded(COORDINATION, log.history())
    for _ in range(2):
        (rebuilt,) = rebuild(work, log, [COORDINATION], holder="r")
        assert (rebuilt.differences, rebuilt.cells_compared > 0) == (0, True)
