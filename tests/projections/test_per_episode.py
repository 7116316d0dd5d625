"""What read models declare is true: where rows may be shared out by stream, no row is touched by two streams."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import given, settings

from domain.episode.referral.refer import PatientReferred
from domain.event import Recorded
from projections import READ_MODELS
from projections.engine.read_model import ReadModel
from projections.engine.table import Table
from tests.projections.test_all_read_models import EPISODE_EVENTS, HISTORIES, OTHERS, Step, recorded

SHARED_OUT = [model for model in READ_MODELS if model.per_episode]
EVERYTHING: list[Step] = [
    *(("episode", number, event) for number in (1, 2, 3) for event in EPISODE_EVENTS),
    *((kind, number, event) for number in (1, 2, 3) for kind, event in OTHERS),
]


@dataclass(frozen=True)
class Referrals:
    """A row that several episodes touch: what no list may declare to be of one."""

    patient_id: UUID
    network_id: UUID


BY_PATIENT = Table("by_patient", Referrals, key=("patient_id",), keys=lambda event, _: ((event.patient_id,),))
BY_PATIENT.on(PatientReferred)(lambda event, envelope, _: Referrals(event.patient_id, envelope.network_id))


def test_every_read_model_says_what_it_is() -> None:
    """All lists of today are made of rows of one stream each; one that is not says so here."""
    assert [model.name for model in READ_MODELS if not model.per_episode] == []


@pytest.mark.parametrize("model", SHARED_OUT, ids=lambda model: model.name)
def test_no_row_is_touched_by_two_streams(model: ReadModel) -> None:
    assert shared_rows(model, recorded(EVERYTHING)) == set()


@settings(max_examples=15, deadline=None)
@given(steps=HISTORIES)
def test_no_row_of_any_history_is_touched_by_two_streams(steps: list[Step]) -> None:
    history = recorded(steps)
    for model in SHARED_OUT:
        assert shared_rows(model, history) == set()


def test_a_row_of_several_episodes_is_found() -> None:
    rows = shared_rows(ReadModel("referrals", 1, (BY_PATIENT,), per_episode=True), recorded(EVERYTHING))
    assert {table for table, _ in rows} == {"by_patient"}


def shared_rows(model: ReadModel, history: Sequence[Recorded]) -> set[tuple[str, tuple[object, ...]]]:
    """Table and key of every row that events of more than one stream touch."""
    owners: dict[tuple[str, tuple[object, ...]], UUID] = {}
    shared = set()
    for event, envelope in history:
        for table in model.tables:
            for key in table.keys(event, envelope):
                if owners.setdefault((table.name, key), envelope.stream_id) != envelope.stream_id:
                    shared.add((table.name, key))
    return shared
