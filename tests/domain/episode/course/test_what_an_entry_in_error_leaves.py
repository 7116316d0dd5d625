"""An entry marked in error leaves nothing of itself behind, unless it says in which other way it is taken back."""

from dataclasses import fields
from uuid import uuid4

import pytest

from domain.episode.course.mark_in_error import OWN_WAY, EntryMarkedInError
from domain.episode.episode import EPISODE, Episode
from domain.event import Recorded
from tests import dosing_day as day
from tests.domain.given import given
from tests.domain.people import sealed
from tests.projections.test_all_read_models import EPISODE_EVENTS, REFERRED

STAYS = {
    "last_plan_number": "plans keep their numbers, those marked in error too",
    "disclosures": "whoever was given something by hand is still accounted for",
    "medicines_changed_at": "that a medicine changed is cleared by a prescriber's review alone",
    "outcomes": "they name the review that answered for them, which counts only while it is known",
}
"""What an entry in error may leave changed, and why."""
ONCE = [event for event in EPISODE_EVENTS if event != day.dose("14:20")]
"""Without the dose that is told again there, under its id: a decision would record nothing."""
HISTORY = given(REFERRED, *ONCE, stream="episode").recorded
RECORDS = [
    number
    for number, (event, _) in enumerate(HISTORY)
    if event.stored_as not in OWN_WAY and not isinstance(event, EntryMarkedInError)
]


def folded(history: list[Recorded]) -> Episode:
    state = EPISODE.initial
    for event, envelope in history:
        state = EPISODE.evolve(event, state, envelope)
    return state


@pytest.mark.parametrize("number", RECORDS, ids=lambda number: f"{number}-{HISTORY[number].event.stored_as}")
def test_the_episode_is_as_it_was_before_the_entry(number: int) -> None:
    event, envelope = HISTORY[number]
    before = folded(list(HISTORY[:number]))
    marked = EntryMarkedInError(
        entry_id=envelope.event_id,
        entry_stored_as=event.stored_as,
        entry_occurred_at=envelope.occurred_at,
        reason=sealed("slip"),
        patient_id=before.patient_id,
    )
    with_entry = EPISODE.evolve(event, before, envelope)
    after = EPISODE.evolve(marked, with_entry, envelope._replace(event_id=uuid4()))
    kept = {field.name for field in fields(Episode)} - STAYS.keys() - {"in_error"}
    left = {name for name in kept if getattr(after, name) != getattr(before, name)}
    assert left == set(), "take it out in without_entry.py, or give it a way of its own in mark_in_error.py"
