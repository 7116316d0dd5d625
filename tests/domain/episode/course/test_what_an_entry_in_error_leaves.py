"""An entry marked in error leaves nothing of itself behind, unless it says in which other way it is taken back."""

import json
from dataclasses import fields
from typing import Any
from uuid import uuid4

import pytest

from api.contract.examples import example_row
from domain.episode.course.mark_in_error import OWN_WAY, EntryMarkedInError
from domain.episode.episode import EPISODE, Episode
from domain.episode.safety.note_deviation import DeviationNoted
from domain.event import EVENTS, Event, Recorded
from tests import dosing_day as day
from tests.domain.given import given
from tests.domain.people import sealed
from tests.projections.test_all_read_models import EPISODE_EVENTS, REFERRED
from tests.situations import PLAN, PRESCRIPTION

STAYS = {
    "last_plan_number": "plans keep their numbers, those marked in error too",
    "disclosures": "whoever was given something by hand is still accounted for",
    "medicines_changed": "that a medicine changed is cleared by a prescriber's review alone",
    "outcomes": "they name the review that answered for them, which counts only while it is known",
}
"""What an entry in error may leave changed, and why."""
ONCE = [event for event in EPISODE_EVENTS if event != day.dose("14:20")]
"""Without the dose that is told again there, under its id: a decision would record nothing."""
BESIDE_THE_COURSE = (
    "IntakeUpdated",
    "ContraindicationFound",
    "MedicalClearanceRequested",
    "PdmpChecked",
    "PrescriptionTracked",
    "SafetyPlanRecorded",
    "ChaperoneNominated",
    "ChaperoneVerified",
    "TransportConfirmed",
    "MonitoringCheckRecorded",
    "DoseSwallowed",
    "PatientVomited",
    "CompanionLeft",
    "CheckInAttempted",
    "NextDayCheckInRecorded",
    "MonitoringFormSent",
    "AdverseEventReported",
    "AdverseEventReviewed",
    "AdverseEventOutcomeRecorded",
    "AdverseEventCarriedOver",
    "DeviationReviewed",
    "SymptomsReported",
    "SymptomsReviewed",
    "MedicineInventoryReported",
    "TabletsExplained",
    "DocumentRequested",
    "DocumentSigned",
    "AddendumSigned",
    "CoSignatureRequested",
    "DocumentCoSigned",
    "QuestionAsked",
    "QuestionAnswered",
    "CareGapRaised",
    "CareGapClosed",
    "DiscussionFlagged",
    "CaseloadReviewHeld",
    "ContactAttempted",
    "ObligationMarkedDone",
    "FollowUpCompleted",
    "LateEntryExplained",
)
"""What the course of the read models does not tell, in an order in which each finds what it is about."""
DEVIATION = next(event.deviation_id for event in EPISODE_EVENTS if isinstance(event, DeviationNoted))
ABOUT: dict[str, Any] = {
    "session_id": day.SESSION,
    "dose_id": day.FIRST_DOSE,
    "plan_id": PLAN,
    "prescription_id": PRESCRIPTION,
    "deviation_id": DEVIATION,
    "companion_id": day.COMPANION,
}
CHANGES_NOTHING = frozenset({"LateEntryExplained", "RecordDisclosed", "FollowUpBooked", "PdmpChecked"})
"""Nothing that a decision reads: there is nothing to leave."""


def example(stored_as: str) -> Event:
    """The example of that kind, about the course that is told here."""
    kind = next(of for of in EVENTS.values() if of.stored_as == stored_as)
    whole = json.loads(example_row(kind).payload)
    about = ABOUT | ({"adverse_event_id": uuid4()} if stored_as == "AdverseEventCarriedOver" else {})
    return kind.model_validate(whole | {name: str(known) for name, known in about.items() if name in whole})


HISTORY = given(REFERRED, *ONCE, *map(example, BESIDE_THE_COURSE), stream="episode").recorded
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


def test_every_kind_of_entry_is_tried() -> None:
    kinds = {of.stored_as for of in EVENTS.values() if of.stream == "episode"}
    tried = {HISTORY[number].event.stored_as for number in RECORDS}
    assert kinds - tried - OWN_WAY.keys() == {"EntryMarkedInError"} - OWN_WAY.keys()


@pytest.mark.parametrize("stored_as", sorted(set(BESIDE_THE_COURSE) - CHANGES_NOTHING))
def test_every_example_leaves_something_to_take_back(stored_as: str) -> None:
    """Else it would be tried and nothing shown."""
    number = next(n for n, (event, _) in enumerate(HISTORY) if event.stored_as == stored_as)
    assert folded(list(HISTORY[: number + 1])) != folded(list(HISTORY[:number]))
