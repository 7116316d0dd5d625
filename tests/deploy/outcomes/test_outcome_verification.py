"""Scores are recomputable from stored answers and the version they name (rule 29); what differs is found."""

from typing import Any

import pytest

from deploy.outcomes.outcome_verification import verify
from domain.derived import derived_id
from domain.episode.outcome.correct_outcome import correct_outcome
from domain.episode.outcome.record_outcome import OutcomeRecorded, record_outcome
from domain.instrument import ids, load
from tests.domain.given import Scenario, at, given
from tests.domain.people import local
from tests.situations import PREPARED

TAKEN = "2026-03-16 09:00"


def everything_recorded() -> Scenario:
    """Every instrument at its lowest and its highest answers, and a bare total of each that has one."""
    scenario = given(PREPARED)
    for name in ids():
        instrument = load(name)
        values = [instrument.values_of(item) for item in instrument.items]
        for which in (0, -1):
            order = {"outcome_id": derived_id(name, which), "answers": tuple(one[which] for one in values)}
            scenario = recorded(scenario, name, **order)
        if instrument.has_total:
            scenario = recorded(scenario, name, outcome_id=derived_id(name, "total"), total=instrument.lowest)
    return scenario


def recorded(scenario: Scenario, instrument: str, **order: Any) -> Scenario:
    after = scenario.when(record_outcome, now="2026-03-16 09:05", instrument=instrument, taken_at=local(TAKEN), **order)
    return after.includes(OutcomeRecorded)


def test_every_stored_outcome_scores_as_it_was_recorded() -> None:
    scenario = everything_recorded()
    corrected = scenario.when(
        correct_outcome, outcome_id=derived_id("phq-9", 0), answers=(1,) * 8 + (0,), reason="Misread."
    )
    found = verify(corrected.recorded)
    assert found.differing == ()
    assert found.from_answers == 2 * len(ids()) + 1
    assert found.bare_totals == len(ids()) - 1


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"total": 9}, "total is stored as 9 and computed as 8"),
        ({"band": "severe"}, "band is stored as severe and computed as mild"),
        ({"safety_answer": 1}, "safety answer is stored as 1 and computed as 0"),
        ({"instrument_version": "7"}, "PHQ-9 has no version 7 here. The current version is 1."),
        ({"instrument": "mood-3"}, "There is no instrument mood-3."),
    ],
)
def test_an_outcome_that_scores_otherwise_is_named_without_its_answers(changed: dict[str, Any], says: str) -> None:
    as_it_is: dict[str, Any] = {
        "outcome_id": derived_id("odd"), "instrument": "phq-9", "instrument_version": "1", "taken_at": local(TAKEN),
        "answers": (1,) * 8 + (0,), "total": 8, "band": "mild", "has_safety_item": True, "safety_answer": 0,
    }  # fmt: skip
    history = given(PREPARED, at(TAKEN, OutcomeRecorded(**as_it_is | changed))).recorded
    (differing,) = verify(history).differing
    assert differing.says.startswith(says)
    assert verify(given(PREPARED, at(TAKEN, OutcomeRecorded(**as_it_is))).recorded).differing == ()
