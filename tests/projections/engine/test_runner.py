"""Pages go in once, in order, and the rows are those of a fold from scratch."""

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from domain.event import Event
from domain.sealed import Sealed
from projections.engine.column import InParts, OneByOne, columns_of
from projections.engine.garbage import collected_later
from projections.engine.lease import LeaseWasLost, give_back, take_lease
from projections.engine.pages import apply_all
from projections.engine.rebuild import rebuild
from projections.engine.rows import MOST_UPDATES
from tests.projections.conftest import cells_of, live_runner, stored_rows
from tests.projections.folded import folded
from tests.projections.tally import TALLY, Added, Cleared, Forgotten, Log, Unheard
from tests.thoroughness import THOROUGH

SEALED: Sealed[str] = Sealed(token="sealed.v1.abc")


def test_rows_are_those_of_a_fold_from_scratch(work: Connection[Any]) -> None:
    log = Log()
    runner = live_runner(work, log, TALLY)
    log.append(1, Added(amount=Decimal("1.50"), note="a", by_whom=SEALED), Added(amount=Decimal(2), note="b"))
    log.append(2, Added(amount=Decimal(-1)), Unheard(), Cleared())
    log.append(3, Added(amount=Decimal(5)), Forgotten())
    apply_all(log, [runner])
    assert stored_rows(work, TALLY) == folded(TALLY, log.history())
    assert runner.position == log.head()


def test_events_nobody_registers_still_move_the_position(work: Connection[Any]) -> None:
    log = Log()
    runner = live_runner(work, log, TALLY)
    log.append(1, Unheard(), Unheard())
    apply_all(log, [runner])
    assert runner.position == log.head()


def test_rows_are_loaded_again_after_a_restart(work: Connection[Any]) -> None:
    log = Log()
    first = live_runner(work, log, TALLY)
    log.append(1, Added(amount=Decimal(1)))
    apply_all(log, [first])
    log.append(1, Added(amount=Decimal(2), by_whom=SEALED))
    second = live_runner(work, log, TALLY)
    apply_all(log, [second])
    assert stored_rows(work, TALLY) == folded(TALLY, log.history())


def test_a_lease_from_before_the_clock_was_set_back_keeps_nobody_waiting(work: Connection[Any]) -> None:
    log = Log()
    old = live_runner(work, log, TALLY)
    ahead = "UPDATE read_models.checkpoint SET leased_until = leased_until + %s WHERE read_model = %s"
    work.execute(ahead, [timedelta(seconds=15), TALLY.name])
    assert take_lease(work, TALLY, "b") is None
    work.execute(ahead, [timedelta(days=1), TALLY.name])
    new = live_runner(work, log, TALLY, holder="b")
    log.append(1, Added(amount=Decimal(1)))
    apply_all(log, [new])
    with pytest.raises(LeaseWasLost):
        apply_all(log, [old])


def test_the_loser_of_two_runners_writes_nothing(work: Connection[Any]) -> None:
    log = Log()
    old = live_runner(work, log, TALLY)
    assert take_lease(work, TALLY, "b") is None
    give_back(work, old.lease)
    new = live_runner(work, log, TALLY, holder="b")
    log.append(1, Added(amount=Decimal(1)))
    apply_all(log, [new])
    with pytest.raises(LeaseWasLost):
        apply_all(log, [old])
    assert stored_rows(work, TALLY) == folded(TALLY, log.history())


def test_a_lease_that_ran_out_is_taken_over(work: Connection[Any]) -> None:
    log = Log()
    old = live_runner(work, log, TALLY)
    work.execute("UPDATE read_models.checkpoint SET leased_until = clock_timestamp() - interval '1 second'")
    new = live_runner(work, log, TALLY, holder="b")
    assert new.lease.epoch > old.lease.epoch
    with pytest.raises(LeaseWasLost):
        old.beat(0)


EVENTS = st.one_of(
    st.builds(Added, amount=st.decimals(-100, 100, places=2), note=st.sampled_from(["", "a", "b", "ü"])),
    st.builds(Cleared),
    st.builds(Forgotten),
    st.builds(Unheard),
)
HISTORIES = st.lists(st.tuples(st.integers(1, 4), EVENTS), max_size=40)


@settings(
    max_examples=100 if THOROUGH else 10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking would take minutes in a database
)
@given(history=HISTORIES, page=st.integers(1, 12), restarts=st.sets(st.integers(0, 40)))
def test_live_and_rebuilt_and_folded_from_scratch_are_the_same(
    work: Connection[Any], history: list[tuple[int, Event]], page: int, restarts: set[int]
) -> None:
    work.execute("DROP TABLE IF EXISTS read_models.tally_v1, read_models.tally_v1_items, read_models.tally_v1_line")
    work.execute("DELETE FROM read_models.checkpoint")
    log = Log()
    runner = live_runner(work, log, TALLY)
    for number, (stream, event) in enumerate(history):
        log.append(stream, event)
        if number in restarts:
            apply_all(log, [runner], limit=page)
            runner = live_runner(work, log, TALLY)
    apply_all(log, [runner], limit=page)
    scratch = folded(TALLY, log.history())
    assert stored_rows(work, TALLY) == scratch
    (rebuilt,) = rebuild(work, log, [TALLY], holder="r")
    assert (rebuilt.differences, rebuilt.cells_compared) == (0, cells_of(TALLY, scratch))
    assert stored_rows(work, TALLY) == scratch


def test_only_cells_that_changed_are_written(work: Connection[Any]) -> None:
    log = Log()
    runner = live_runner(work, log, TALLY)
    log.append(1, Added(amount=Decimal(1), note="a"))
    apply_all(log, [runner])
    work.execute("UPDATE read_models.tally_v1 SET details_notes = '[\"kept\"]', by_note = '{}'")
    log.append(1, Added(amount=Decimal(-2)))
    apply_all(log, [runner])
    (row,) = stored_rows(work, TALLY)["tally"].values()
    assert (row.total, row.details.notes) == (Decimal(-1), ("kept",))
    assert row.by_note == {"a": Decimal(1), "": Decimal(-2)}


def test_a_part_at_its_default_takes_no_room(work: Connection[Any]) -> None:
    log = Log()
    runner = live_runner(work, log, TALLY)
    log.append(1, Added(amount=Decimal(1)), Cleared())
    log.append(2, Added(amount=Decimal(-1)))
    apply_all(log, [runner])
    empty = work.execute("SELECT num_nulls(details_amounts, details_notes, details_times) FROM read_models.tally_v1")
    assert empty.fetchall() == [(3,), (3,)]


@pytest.mark.parametrize("most", [1, MOST_UPDATES])
def test_so_many_different_changes_are_written_at_once(
    work: Connection[Any], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("projections.engine.rows.MOST_UPDATES", most)
    log = Log()
    runner = live_runner(work, log, TALLY)
    for stream in range(40):
        log.append(stream, Added(amount=Decimal(stream - 20), note=str(stream % 3)))
    apply_all(log, [runner])
    for stream in range(40):
        again = [Added(amount=Decimal(stream % 5 - 2)), Cleared(), Added(amount=Decimal(3))][stream % 4 :]
        log.append(stream, *again, Forgotten()) if stream % 7 == 0 else log.append(stream, *again)
    apply_all(log, [runner])
    assert stored_rows(work, TALLY) == folded(TALLY, log.history())


def test_a_field_in_parts_needs_defaults() -> None:
    @dataclass(frozen=True)
    class Inner:
        given: int

    @dataclass(frozen=True)
    class Outer:
        network_id: UUID
        inner: Annotated[Inner, InParts()]

    with pytest.raises(TypeError, match="inner_given is a part"):
        columns_of(Outer)


def test_an_entry_more_writes_no_other_anew(work: Connection[Any]) -> None:
    log = Log()
    runner = live_runner(work, log, TALLY)
    log.append(1, Added(amount=Decimal(1), note="a"), Added(amount=Decimal(2), note="b"))
    apply_all(log, [runner])
    work.execute("UPDATE read_models.tally_v1_items SET item = '\"7\"' WHERE place = 0")
    log.append(1, Added(amount=Decimal(3), note="c"))
    apply_all(log, [runner])
    (row,) = stored_rows(work, TALLY)["tally"].values()
    assert row.last_three == (Decimal(7), Decimal(2), Decimal(3))
    assert list(row.details.by_id.values()) == [Decimal(7), Decimal(2), Decimal(3)]


def test_entries_come_back_in_the_order_in_which_folds_left_them(work: Connection[Any]) -> None:
    log = Log()
    for note in "abcadbba":
        log.append(1, Added(amount=Decimal(log.head()), note=note))
        apply_all(log, [live_runner(work, log, TALLY)])
        (row,) = stored_rows(work, TALLY)["tally"].values()
        (expected,) = folded(TALLY, log.history())["tally"].values()
        assert list(row.details.by_id.items()) == list(expected.details.by_id.items())
    log.append(1, Forgotten())
    apply_all(log, [live_runner(work, log, TALLY)])
    assert work.execute("SELECT count(*) FROM read_models.tally_v1_items").fetchone() == (0,)


def test_only_tuples_and_mappings_by_id_are_kept_one_by_one() -> None:
    @dataclass(frozen=True)
    class Row:
        network_id: UUID
        by_name: Annotated[Mapping[str, int], OneByOne()]

    with pytest.raises(TypeError, match="by_name is no tuple"):
        columns_of(Row)


def test_nobody_looks_for_garbage_while_a_page_is_folded() -> None:
    assert gc.isenabled()
    with collected_later():
        assert not gc.isenabled()
        with pytest.raises(ArithmeticError), collected_later():
            raise ArithmeticError
        assert not gc.isenabled(), "the outer one is not over"
    assert gc.isenabled()
