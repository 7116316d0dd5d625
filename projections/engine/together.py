"""A page of the log for several followers at once: one transaction and two round trips, instead of three for each."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, Protocol

from psycopg import Connection

from projections.engine.fold import fold_all
from projections.engine.lease import Lease, LeaseWasLost, Move, move_all
from projections.engine.pages import Page
from projections.engine.runner import Runner


class Movable(Protocol):
    """What has a place in the log under a lease."""

    lease: Lease
    position: int

    @property
    def stored_names(self) -> frozenset[str]: ...


def apply_together(connection: Connection[Any], runners: Sequence[Runner], page: Page) -> None:
    """Take the page in for all read models that are behind it, all or nothing.

    After a failure nothing has happened, and each has to take the page in by itself: then it shows which one fails,
    and what. So do those that hold events back.
    """
    behind = [runner for runner in runners if runner.position < page.last and not runner.writer.held]
    if not behind:
        return
    try:
        _fold_together(connection, behind, page)
        _write_together(connection, behind, page)
    except BaseException as error:
        for runner in behind:
            runner.writer.forget()
        if isinstance(error, Exception):
            return
        raise
    for runner in behind:
        runner.writer.remember()
        runner.position = page.last


def _fold_together(connection: Connection[Any], runners: Sequence[Runner], page: Page) -> None:
    """Those that stand at one place in one go; of those that members of a group left ahead of it, each by itself."""
    level = [runner for runner in runners if not runner.is_ahead]
    for position in sorted({runner.position for runner in level}):
        folders = [runner.writer.folder for runner in level if runner.position == position]
        fold_all(connection, folders, [entry for entry in page.entries if entry.position > position])
    for runner in runners:
        if runner.is_ahead:
            runner.writer.fold(runner.wanted(page.entries))


def _write_together(connection: Connection[Any], runners: Sequence[Runner], page: Page) -> None:
    moves = [Move(runner.lease, runner.position, page.last) for runner in runners]
    # nothing is copied in within a pipeline
    at_once = nullcontext() if any(runner.writer.copying for runner in runners) else connection.pipeline()
    with connection.transaction():
        with at_once:
            check = move_all(connection, moves, head=page.head)
            for runner in runners:
                runner.writer.put()
        check()


def move_the_idle(connection: Connection[Any], followers: Sequence[Movable], page: Page) -> None:
    """Move on all followers that want nothing of the page; those whose lease was lost notice when they are asked."""
    names = {entry.stored_as for entry in page.entries}
    idle = [one for one in followers if one.position < page.last and one.stored_names.isdisjoint(names)]
    if not idle:
        return
    try:
        with connection.transaction():
            move_all(connection, [Move(one.lease, one.position, page.last) for one in idle], head=page.head)()
    except LeaseWasLost:
        return
    for one in idle:
        one.position = page.last
