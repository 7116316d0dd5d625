"""A page of the log for several followers at once: one transaction and two round trips, instead of three for each."""

from collections.abc import Sequence
from typing import Any, Protocol

from psycopg import Connection

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
        for runner in behind:
            runner.writer.fold(runner.wanted(page.entries))
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


def _write_together(connection: Connection[Any], runners: Sequence[Runner], page: Page) -> None:
    moves = [Move(runner.lease, runner.position, page.last) for runner in runners]
    with connection.transaction():
        with connection.pipeline():
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
