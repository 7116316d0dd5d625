"""An event that cannot be folded waits with the rest of its stream; every other stream stays live."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from domain.event import Envelope
from domain.stream import change
from projections.engine import poison
from projections.engine.pages import apply_all
from projections.engine.parking import ask_for_replay, parked_events
from projections.engine.read_model import ReadModel
from projections.engine.rebuild import rebuild
from projections.engine.table import Table
from tests.projections import tally
from tests.projections.conftest import live_runner, stored_rows
from tests.projections.folded import folded
from tests.projections.tally import TALLIES, TALLY, Added, Cleared, Log, Tally

MANY = 1_000


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poison, "PAUSES", (0.0,))


def log_with(bad: Added) -> Log:
    """A thousand streams with three events each; the second of stream 500 is bad."""
    log = Log()
    for turn in range(3):
        for stream in range(1, MANY + 1):
            is_bad = (turn, stream) == (1, 500)
            log.append(stream, bad if is_bad else Added(amount=Decimal(turn + 1), note=f"turn {turn}"))
    return log


@pytest.mark.parametrize("bad", [Added(amount=Decimal(2), note="poison"), Added(amount=Decimal(2), note="a\x00b")])
def test_one_poison_event_leaves_the_other_streams_live(work: Connection[Any], bad: Added) -> None:
    """The first fails in the fold, the second (a zero byte) only when it is written."""
    log = log_with(bad)
    runner = live_runner(work, log, TALLY)
    work.execute("TRUNCATE read_models.tally_v1, read_models.tally_v1_line")
    work.execute("UPDATE read_models.checkpoint SET position = 0")
    work.execute("DELETE FROM read_models.parked_event")
    runner = live_runner(work, log, TALLY)
    apply_all(log, [runner])
    good = [one for one in log.history() if one.envelope.stream_id != UUID(int=500) or one.envelope.version == 1]
    assert stored_rows(work, TALLY) == folded(TALLY, good)
    assert [(one.stored_as, one.failure is not None) for one in parked_events(work)] == [
        ("Added", True),
        ("Added", False),
    ]


def test_what_cannot_be_derived_parks_its_stream_from_the_event_that_made_it_so(work: Connection[Any]) -> None:
    """Rows are made whole at the end of a page; which event of it was the first after which that fails is found."""

    def derive(row: Tally, _: Tally | None) -> Tally:
        return change(row, is_positive=1 / (row.total - 3) > 0)

    def fold(event: Added, envelope: Envelope, row: Tally | None) -> Tally | None:
        return TALLIES.evolve(event, envelope, (envelope.stream_id,), row)

    table = Table("tally", Tally, key=("stream_id",), derive=derive)
    table.on(Added)(fold)
    model, log = ReadModel("derived", 1, (table,)), Log()
    runner = live_runner(work, log, model)
    amounts = (1, 2, 1, 0, 0, -1)  # three together after the second, and after the last
    log.append(1, *(Added(amount=Decimal(amount)) for amount in amounts))
    log.append(2, Added(amount=Decimal(9)))
    apply_all(log, [runner])
    assert [one.position for one in parked_events(work)] == [one.position for one in log.stored[1:6]]
    assert [one.failure is not None for one in parked_events(work)] == [True, *[False] * 4]
    kept = [one for one in log.history() if one.envelope.version == 1]
    assert stored_rows(work, model) == folded(model, kept)


def test_a_parked_stream_is_replayed_in_order(work: Connection[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    log.append(
        1, Added(amount=Decimal(1)), Added(amount=Decimal(2), note="poison"), Cleared(), Added(amount=Decimal(4))
    )
    log.append(2, Added(amount=Decimal(9)))
    runner = live_runner(work, log, TALLY)
    log.append(1, Added(amount=Decimal(8)))
    apply_all(log, [runner])
    assert [one.position for one in parked_events(work)] == [2, 3, 4, log.head()]

    assert ask_for_replay(work) == 4
    assert runner.replay_what_was_asked(log) == 0
    assert [one.attempts for one in parked_events(work)] == [2, 0, 0, 0]

    heal(monkeypatch)
    runner = live_runner(work, log, TALLY)
    ask_for_replay(work, stream_id=UUID(int=1))
    assert runner.replay_what_was_asked(log) == 4
    assert parked_events(work) == []
    log.append(1, Added(amount=Decimal(16)))
    apply_all(log, [runner])
    assert stored_rows(work, TALLY) == folded(TALLY, log.history())


def test_an_unreadable_payload_parks_its_stream_only(work: Connection[Any]) -> None:
    log = Log()
    log.append(1, Added(amount=Decimal(1)))
    log.append(2, Added(amount=Decimal(1)), Added(amount=Decimal(3)))
    log.unreadable = {2}
    runner = live_runner(work, log, TALLY)
    apply_all(log, [runner])
    assert [key[0] for key in stored_rows(work, TALLY)["tally"]] == [UUID(int=1)]
    assert [one.position for one in parked_events(work)] == [2, 3]


def test_a_failure_is_named_without_the_values_in_its_message(work: Connection[Any]) -> None:
    log = Log()
    log.append(1, Added(amount=Decimal(2), note="poison"))
    live_runner(work, log, TALLY)
    (parked,) = parked_events(work)
    assert parked.failure is not None
    assert parked.failure.startswith("ArithmeticError in tally.py:")
    assert "fold that fails" not in parked.failure


def test_a_rebuild_frees_what_a_mended_fold_can_read(work: Connection[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    log.append(1, Added(amount=Decimal(1)), Added(amount=Decimal(2), note="poison"), Added(amount=Decimal(3)))
    live_runner(work, log, TALLY)
    heal(monkeypatch)
    (rebuilt,) = rebuild(work, log, [TALLY], holder="r")
    assert rebuilt.differences > 0
    assert parked_events(work) == []
    assert stored_rows(work, TALLY) == folded(TALLY, log.history())


def heal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next runner comes with a fold that takes what it could not take before."""
    (registered,) = tally.TALLIES.folds[Added]

    def mended(event: Added, envelope: Any, row: Any) -> Any:
        return registered.fold(event.model_copy(update={"note": event.note.replace("poison", "cured")}), envelope, row)

    monkeypatch.setattr(
        tally.TALLIES, "_folds", dict(tally.TALLIES.folds) | {Added: (registered._replace(fold=mended),)}
    )
