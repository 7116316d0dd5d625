"""Several read models take a page in at once, or each by itself where one of them cannot."""

from decimal import Decimal
from typing import Any

from psycopg import Connection

from domain.event import Envelope
from domain.stream import change
from projections.engine.lease import give_back
from projections.engine.once import Once
from projections.engine.pages import Page, read_page
from projections.engine.read_model import ReadModel
from projections.engine.runner import Runner
from projections.engine.table import Table
from projections.engine.together import apply_together, move_the_idle
from projections.engine.waiting import read_checkpoints
from tests.projections.conftest import live_runner, stored_rows
from tests.projections.folded import folded
from tests.projections.tally import LINES, TALLIES, TALLY, Added, Forgotten, Log, Tally, Unheard

OTHER = ReadModel("other", 1, (TALLIES,))
LAST = ReadModel("last", 3, (LINES,))
MODELS = (TALLY, OTHER, LAST)


def runners_of(work: Connection[Any], log: Log) -> list[Runner]:
    return [live_runner(work, log, model) for model in MODELS]


def page_of(log: Log, runners: list[Runner]) -> Page:
    page = read_page(log, runners, limit=100)
    assert page is not None
    return page


def test_all_take_the_page_in_and_move(work: Connection[Any]) -> None:
    log = Log()
    runners = runners_of(work, log)
    log.append(1, Added(amount=Decimal(1)), Added(amount=Decimal(2)), Unheard())
    log.append(2, Added(amount=Decimal(4)), Forgotten())
    apply_together(work, runners, page_of(log, runners))
    log.append(1, Added(amount=Decimal(8)))
    apply_together(work, runners, page_of(log, runners))
    for model in MODELS:
        assert stored_rows(work, model) == folded(model, log.history())
        assert read_checkpoints(work)[model.name, model.version] == log.head()


def test_one_whose_place_is_further_takes_in_only_the_rest(work: Connection[Any]) -> None:
    log = Log()
    runners = runners_of(work, log)
    log.append(1, Added(amount=Decimal(1)))
    page = page_of(log, runners)
    runners[1].apply(page.entries, last=page.last, head=page.head)
    log.append(1, Added(amount=Decimal(2)))
    apply_together(work, runners, page_of(log, runners))
    assert all(stored_rows(work, model) == folded(model, log.history()) for model in MODELS)


def test_where_one_fails_nothing_has_happened_and_each_goes_by_itself(work: Connection[Any]) -> None:
    log = Log()
    runners = runners_of(work, log)
    log.append(1, Added(amount=Decimal(1), note="poison"), Added(amount=Decimal(2)))
    log.append(2, Added(amount=Decimal(4)))
    page = page_of(log, runners)
    apply_together(work, runners, page)
    assert [runner.position for runner in runners] == [0, 0, 0]
    assert stored_rows(work, LAST) == {"line": {}}
    for runner in runners:
        runner.apply(page.entries, last=page.last, head=page.head)
    log.append(1, Added(amount=Decimal(8)))
    log.append(2, Added(amount=Decimal(16)))
    page = page_of(log, runners)
    apply_together(work, runners, page)
    assert [runner.position == page.last for runner in runners] == [False, False, True], "who holds back goes by itself"
    for runner in runners:
        runner.apply(page.entries, last=page.last, head=page.head)
    assert {key: row.total for key, row in stored_rows(work, OTHER)["tally"].items()} == {
        (log.stored[2].stream_id,): Decimal(20)
    }
    assert stored_rows(work, LAST) == folded(LAST, log.history())


def test_a_lost_lease_stops_only_its_own_read_model(work: Connection[Any]) -> None:
    log = Log()
    runners = runners_of(work, log)
    log.append(1, Added(amount=Decimal(1)))
    give_back(work, runners[1].lease)
    live_runner(work, log, OTHER, holder="b")
    page = page_of(log, runners)
    apply_together(work, runners, page)
    assert [runner.position for runner in runners] == [0, 0, 0]
    assert stored_rows(work, TALLY) == {"tally": {}, "line": {}}


def test_those_that_want_nothing_are_moved_in_one_statement(work: Connection[Any]) -> None:
    log = Log()
    runners = runners_of(work, log)
    log.append(1, Unheard())
    move_the_idle(work, runners, page_of(log, runners))
    assert [read_checkpoints(work)[model.name, model.version] for model in MODELS] == [log.head()] * 3
    log.append(1, Forgotten())
    move_the_idle(work, runners, page_of(log, runners))
    assert [runner.position < log.head() for runner in runners] == [True, True, True]


def test_a_fold_shared_by_read_models_is_done_once_for_the_same_row(work: Connection[Any]) -> None:
    log, calls = Log(), []

    def fold(event: Added, envelope: Any, row: Any) -> Any:
        calls.append(envelope.position)
        return TALLIES.evolve(event, envelope, (envelope.stream_id,), row)

    once = Once(fold)
    log.append(1, Added(amount=Decimal(1)), Added(amount=Decimal(2)))
    first, second = log.history()
    row = once(*first, None)
    assert once(*first, None) is row
    assert once(*second, row) is once(*second, row)
    assert once(*first, row) is not row, "the same event, but not from the same row"
    assert calls == [1, 2, 1]


def test_lists_that_keep_the_same_fold_it_once_after_a_restart_too(work: Connection[Any]) -> None:
    log, calls = Log(), []

    def fold(event: Added, envelope: Envelope, row: Tally | None) -> Tally | None:
        calls.append(envelope.position)
        return TALLIES.evolve(event, envelope, (envelope.stream_id,), row)

    once = Once(fold)
    models = [ReadModel(name, 1, (Table("tally", Tally, key=("stream_id",)),)) for name in ("one", "another")]
    for model in models:
        model.tables[0].on(Added)(once)
    for amount in (1, 2):
        runners = [live_runner(work, log, model) for model in models]  # each with nothing in memory
        log.append(1, Added(amount=Decimal(amount)))
        apply_together(work, runners, page_of(log, runners))
    assert calls == [1, 2]
    tallies = folded(TALLY, log.history())["tally"]
    assert [stored_rows(work, model)["tally"] for model in models] == [tallies] * 2


def test_what_is_derived_is_so_once_for_a_page_and_shared_by_lists_that_keep_the_same(work: Connection[Any]) -> None:
    log, derived = Log(), []

    def derive(row: Tally, before: Tally | None) -> Tally:
        derived.append((row.count, before and before.count))
        return change(row, is_positive=row.total > 1)

    def fold(event: Added, envelope: Envelope, row: Tally | None) -> Tally | None:
        return TALLIES.evolve(event, envelope, (envelope.stream_id,), row)

    once = Once(fold)
    tables = [Table("tally", Tally, key=("stream_id",), derive=derive) for _ in range(2)]
    models = [ReadModel(f"list_{number}", 1, (table,)) for number, table in enumerate(tables)]
    for table in tables:
        table.on(Added)(once)
    runners = [live_runner(work, log, model) for model in models]
    for amounts in ((1, 2), (-1, -1, -1)):
        log.append(1, *(Added(amount=Decimal(amount)) for amount in amounts))
        apply_together(work, runners, page_of(log, runners))
    assert derived == [(2, None), (5, 2)]
    for model in models:
        assert [row.is_positive for row in stored_rows(work, model)["tally"].values()] == [False]
        assert stored_rows(work, model) == folded(model, log.history()), "from scratch it is derived at every event"
