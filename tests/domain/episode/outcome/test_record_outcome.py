"""Recording, importing and correcting outcomes: scored here, and suicidal thoughts stand above the total."""

from typing import Any

import pytest

from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode.outcome.baseline import course
from domain.episode.outcome.correct_outcome import OutcomeCorrected, OutcomeIsUnknown, correct_outcome
from domain.episode.outcome.import_outcome import import_outcome
from domain.episode.outcome.outcomes import ImportedFrom
from domain.episode.outcome.record_outcome import OutcomeRecorded, record_outcome
from domain.episode.outcome.scored import AnswersOrTotal
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.release_hold import release_hold
from domain.episode.safety.safety import HoldReason
from domain.instrument import (
    AnswerIsOutOfRange,
    AnswersDoNotMatchItems,
    InstrumentIsUnknown,
    InstrumentVersionIsUnknown,
    Reliable,
    TotalIsOutOfRange,
    change,
    load,
)
from tests.domain.given import Scenario, given
from tests.domain.people import OKAFOR, RIVERA, SYSTEM, local
from tests.dosing_day import FIRST_DOSE, RELEASED
from tests.gate_answers import gate, phq9
from tests.situations import PREPARED

OUTCOME = derived_id("outcome", 1)
MILD = (1, 1, 1, 1, 1, 0, 0, 0, 0)
ITEM_9 = (*MILD[:8], 1)


def recording(scenario: Scenario, answers: tuple[int | None, ...] | None = MILD, **changed: Any) -> Scenario:
    order = {"outcome_id": OUTCOME, "instrument": "phq-9", "taken_at": local("2026-03-16 09:00"), "answers": answers}
    return scenario.when(record_outcome, now="2026-03-16 09:05", **(order | changed))


def test_an_outcome_is_scored_here() -> None:
    recording(given(PREPARED)).then(
        OutcomeRecorded(
            outcome_id=OUTCOME,
            instrument="phq-9",
            instrument_version="1",
            taken_at=local("2026-03-16 09:00"),
            answers=MILD,
            total=5,
            band="mild",
            has_safety_item=True,
            safety_answer=0,
        )
    )


def test_p1_item_9_holds_whatever_the_total() -> None:
    flagged = recording(given(PREPARED), ITEM_9)
    flagged.includes(OutcomeRecorded, total=6, band="mild", safety_item_is_positive=True)
    flagged.includes(HoldPlaced, reason=HoldReason.SAFETY_ITEM, because_of=OUTCOME)


def test_p1_item_9_holds_even_where_the_rest_is_empty() -> None:
    blank = recording(given(PREPARED), (None, None, None, None, None, None, None, None, 3))
    blank.includes(OutcomeRecorded, total=None, band=None, safety_answer=3).includes(HoldPlaced)


def test_p2_bdi_ii_item_9_acts_like_phq_9_item_9() -> None:
    answers = tuple(1 if number == 9 else 0 for number in range(1, 22))
    recording(given(PREPARED), answers, instrument="bdi-ii").includes(HoldPlaced, reason=HoldReason.SAFETY_ITEM)


@pytest.mark.parametrize("unscreened", [{"answers": None, "total": 9}, {"answers": (*MILD[:8], None)}])
def test_p2_a_total_or_an_empty_item_is_not_screened(unscreened: dict[str, Any]) -> None:
    recorded = recording(given(PREPARED), **unscreened)
    recorded.excludes(HoldPlaced).includes(OutcomeRecorded, safety_answer=None)
    assert not gate(recorded, "safety_review", "2026-03-17 09:00", None).is_open


def test_an_instrument_without_such_an_item_screens_nothing_and_closes_nothing() -> None:
    recorded = recording(given(PREPARED), None, instrument="gad-7", total=9)
    assert gate(recorded, "safety_review", "2026-03-17 09:00", None).is_open


@pytest.mark.parametrize(
    ("changed", "reason", "field"),
    [
        ({"answers": (5, *MILD[1:])}, AnswerIsOutOfRange, "answers.1"),
        ({"answers": MILD[:8]}, AnswersDoNotMatchItems, "answers"),
        ({"answers": None, "total": 28}, TotalIsOutOfRange, "total"),
        ({"answers": None}, AnswersOrTotal, "answers"),
        ({"total": 5}, AnswersOrTotal, "answers"),
        ({"instrument": "mood"}, InstrumentIsUnknown, "instrument"),
        ({"instrument_version": "99"}, InstrumentVersionIsUnknown, None),
    ],
)
def test_nonsense_is_refused_and_named(changed: dict[str, Any], reason: Any, field: str | None) -> None:
    recording(given(PREPARED), **changed).refused(reason, field=field)


def test_recorded_twice_is_recorded_once() -> None:
    recording(recording(given(PREPARED), ITEM_9), ITEM_9).then()


C_SSRS = {"instrument": "c-ssrs"}
NO_THOUGHTS, WISH = (0, 0, None, None, None, 0, None), (1, 0, None, None, None, 0, None)
METHOD, INTENT = (1, 1, 1, 0, 0, 0, None), (1, 1, 1, 1, 0, 0, None)


@pytest.mark.parametrize(("answers", "level", "place"), [(NO_THOUGHTS, "none", 0), (WISH, "low", 1)])
def test_p4_a_low_c_ssrs_is_recorded_with_its_level_and_holds_nothing(answers: Any, level: str, place: int) -> None:
    recorded = recording(given(PREPARED), answers, **C_SSRS)
    recorded.excludes(HoldPlaced).includes(
        OutcomeRecorded, total=None, level=level, band=level, has_safety_item=True, safety_answer=place
    )
    assert gate(recorded, "safety_review", "2026-03-17 09:00", None).is_open


@pytest.mark.parametrize(
    ("answers", "level", "place", "reason"),
    [(METHOD, "moderate", 2, HoldReason.SAFETY_ITEM), (INTENT, "high", 3, HoldReason.HIGH_RISK)],
)
def test_p4_from_moderate_on_a_c_ssrs_holds(answers: Any, level: str, place: int, reason: HoldReason) -> None:
    recorded = recording(given(PREPARED), answers, **C_SSRS)
    recorded.includes(HoldPlaced, reason=reason, because_of=OUTCOME)
    recorded.includes(OutcomeRecorded, level=level, safety_answer=place, safety_item_is_positive=True)
    closed = gate(recorded, "safety_review", "2026-03-17 09:00", None)
    assert f"level {level}" in closed.facts[0]


def test_p4_an_incomplete_c_ssrs_is_not_screened_and_keeps_the_gate_closed() -> None:
    recorded = recording(given(PREPARED), (1, 1, 0, None, 0, 0), **C_SSRS)
    recorded.excludes(HoldPlaced).includes(OutcomeRecorded, level=None, safety_answer=None)
    recorded.includes(OutcomeRecorded, answers=(1, 1, 0, None, 0, 0, None))
    assert not gate(recorded, "safety_review", "2026-03-17 09:00", None).is_open


def test_p4_a_corrected_c_ssrs_shows_both_levels() -> None:
    raised = correcting(recording(given(PREPARED), WISH, **C_SSRS), INTENT)
    raised.includes(OutcomeCorrected, level="high", was_level="low", safety_answer=3, was_safety_answer=1)
    raised.includes(HoldPlaced, reason=HoldReason.HIGH_RISK)


def test_a_coordinator_records_no_outcome() -> None:
    recording(given(PREPARED), by=OKAFOR).refused(RoleMayNotDecide)


SOURCE = ImportedFrom(source="btheb.csv", file_sha256="0" * 64, row=17)


def test_p2_imported_answers_raise_nothing() -> None:
    answers = tuple(3 if number == 9 else 0 for number in range(1, 22))
    order = {"outcome_id": OUTCOME, "instrument": "bdi-ii", "taken_at": local("2019-03-16 09:00"), "imported": SOURCE}
    imported = given(PREPARED).when(import_outcome, by=SYSTEM, answers=answers, **order)
    imported.excludes(HoldPlaced).includes(OutcomeRecorded, imported=SOURCE, safety_answer=3)
    assert gate(imported, "safety_review", "2026-03-17 09:00", None).is_open
    imported.when(import_outcome, by=SYSTEM, answers=answers, **order).then()


def correcting(scenario: Scenario, answers: tuple[int | None, ...], **changed: Any) -> Scenario:
    return scenario.when(correct_outcome, outcome_id=OUTCOME, answers=answers, reason="typing error", **changed)


def test_p6_a_correction_does_not_release() -> None:
    corrected = correcting(recording(given(PREPARED), ITEM_9), MILD)
    corrected.includes(OutcomeCorrected, total=5, was_total=6, safety_answer=0, was_safety_answer=1)
    assert not gate(corrected, "safety_review", "2026-03-17 09:00", None).is_open
    (hold_id,) = corrected.state.holds
    released = corrected.when(release_hold, by=RIVERA, hold_id=hold_id, reason="confirmed: typing error")
    assert gate(released, "safety_review", "2026-03-17 09:00", None).is_open


def test_a_correction_upwards_holds() -> None:
    raised = correcting(recording(given(PREPARED)), ITEM_9)
    raised.includes(HoldPlaced, reason=HoldReason.SAFETY_ITEM, because_of=OUTCOME)
    again = correcting(correcting(raised, MILD), (*MILD[:8], 2))
    assert len(again.state.holds) == 2


def test_the_same_correction_upwards_after_a_release_holds_anew() -> None:
    """The release answered for a slip; that it was none, nobody has looked at."""
    raised = correcting(recording(given(PREPARED)), ITEM_9)
    (hold_id,) = raised.state.holds
    released = correcting(raised, MILD).when(release_hold, by=RIVERA, hold_id=hold_id, reason="a slip")
    correcting(released, ITEM_9).includes(HoldPlaced, reason=HoldReason.SAFETY_ITEM, because_of=OUTCOME)


def test_a_correction_downwards_asks_nothing_anew() -> None:
    lowered = correcting(recording(given(PREPARED), (*MILD[:8], 2)), ITEM_9)
    lowered.excludes(HoldPlaced)
    assert len(lowered.state.holds) == 1


def test_a_correction_shows_both_and_replaces_the_entry_before() -> None:
    recorded = recording(given(PREPARED))
    entry = recorded.entry(OutcomeRecorded).envelope.event_id
    moved = correcting(recorded, MILD, taken_at=local("2026-03-15 09:00"))
    moved.includes(OutcomeCorrected, replaces=entry, taken_at=local("2026-03-15 09:00"), total=5, was_total=5)
    assert moved.state.outcomes[OUTCOME].was.taken_at == local("2026-03-16 09:00")


def test_the_same_correction_again_is_nothing_new() -> None:
    correcting(recording(given(PREPARED)), MILD).then()
    correcting(correcting(recording(given(PREPARED)), ITEM_9), ITEM_9).then()


def test_only_an_outcome_that_is_there_is_corrected() -> None:
    correcting(given(PREPARED), MILD).refused(OutcomeIsUnknown, rule="29")


def test_q1_the_baseline_is_the_last_score_before_the_first_dose() -> None:
    at_referral, later = phq9("2026-02-27 09:00", total=19), phq9("2026-03-23 09:00", total=8)
    dosed = given(at_referral, RELEASED, later)
    assert compared(dosed) == (19, 8)
    assert compared(dosed.after(phq9("2026-03-16 09:00", total=15))) == (15, 8)
    assert compared(given(at_referral, PREPARED, phq9("2026-03-16 09:00", total=15))) == (19, 15)
    assert course(given(phq9("2026-02-27 09:00")).state, "phq-9") is None


def compared(scenario: Scenario) -> tuple[int | None, int | None]:
    """Baseline and last PHQ-9."""
    found = course(scenario.state, "phq-9")
    assert found is not None
    return found.first.total, found.last.total


def test_q1_change() -> None:
    phq_9 = load("phq-9")
    assert change(phq_9, 8, 14).reliable is Reliable.DETERIORATED
    assert change(phq_9, 8, 13).reliable is None
    pairs = [(0, 0), (4, 2), (30, 15), (28, 20), (40, 30)]
    bdi_ii = load("bdi-ii")
    responded = [pair for pair in pairs if change(bdi_ii, *pair).response]
    assert len(responded) == 2
    cases = [pair for pair in pairs if pair[0] >= 14]
    assert (sum(pair in responded for pair in cases), len(cases)) == (1, 3)


def test_suicidal_thoughts_from_before_a_dose_that_are_written_down_after_it_are_told_beside_it() -> None:
    late = recording(given(RELEASED), ITEM_9)
    late.includes(HoldPlaced).includes(DeviationNoted, rule="21", about=FIRST_DOSE, at=local("2026-03-16 09:00"))
    assert [d.about for d in late.state.deviations.values() if d.reviewed_at is None] == [FIRST_DOSE]
    recording(given(RELEASED), ITEM_9, taken_at=local("2026-03-17 18:00")).includes(HoldPlaced).excludes(DeviationNoted)
    recording(given(RELEASED)).excludes(HoldPlaced, DeviationNoted)


def test_a_newer_answer_that_the_dose_rested_on_is_what_counts() -> None:
    asked_since = given(RELEASED[0], phq9("2026-03-17 09:00", 0), *RELEASED[1:])
    recording(asked_since, ITEM_9).includes(HoldPlaced).excludes(DeviationNoted)


def test_an_answer_corrected_upwards_after_the_dose_is_told_once() -> None:
    raised = recording(given(RELEASED)).when(correct_outcome, outcome_id=OUTCOME, answers=ITEM_9, reason="slip")
    raised.includes(DeviationNoted, code="answer_known_late", about=FIRST_DOSE)
    lowered = raised.when(correct_outcome, outcome_id=OUTCOME, answers=MILD, reason="slip")
    again = lowered.when(correct_outcome, outcome_id=OUTCOME, answers=ITEM_9, reason="true after all")
    again.includes(HoldPlaced).excludes(DeviationNoted)


def test_an_answer_that_was_given_before_a_dose_after_all_is_told_beside_it() -> None:
    """Entered with the day of the dose's morrow; the form was of the day before the dose."""
    positive, moved = (*MILD[:8], 1), {"taken_at": local("2026-03-16 09:00")}
    after = recording(given(RELEASED), positive, taken_at=local("2026-03-18 09:00"))
    after.excludes(DeviationNoted)
    told = correcting(after, positive, **moved)
    told.includes(DeviationNoted, rule="21", code="answer_known_late", about=FIRST_DOSE)
    told.excludes(HoldPlaced)
    harmless = recording(given(RELEASED), (*MILD[:8], 0), taken_at=local("2026-03-18 09:00"))
    correcting(harmless, (*MILD[:8], 0), **moved).excludes(DeviationNoted)
