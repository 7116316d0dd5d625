"""Reading the log page by page and handing each page, decoded once, to every read model that is behind it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, TypeVar

from projections.engine.source import Entry, Source, read_entries

LIVE_PAGE = 2_000
REBUILD_PAGE = 5_000

Progress = Callable[[int, int], None]
"""Called with the events read so far and the position reached."""


class Follower(Protocol):
    """What follows the log: where it stands, and which events it wants."""

    @property
    def position(self) -> int: ...
    @property
    def stored_names(self) -> frozenset[str]: ...


class Page(NamedTuple):
    """A page of the log. `last` is its last position, wanted or not; `entries` are the events somebody registers."""

    entries: Sequence[Entry]
    events: int
    last: int
    head: int


def read_page(source: Source, runners: Sequence[Follower], *, limit: int, until: int | None = None) -> Page | None:
    """The next page for the runner that is furthest behind; None at the end of the log.

    `until` is the last position wanted: a rebuild stops where the live tables stand.
    """
    after = min(runner.position for runner in runners)
    if until is not None and after >= until:
        return None
    rows = source.rows(after, limit)
    if until is not None:
        rows = [row for row in rows if row.position <= until]
    if not rows:
        return None
    last = rows[-1].position
    head = last if len(rows) < limit else max(last, source.head())
    wanted = frozenset[str]().union(*(runner.stored_names for runner in runners if runner.position < last))
    return Page(read_entries(source, rows, wanted), len(rows), last, head)


class Applies(Follower, Protocol):
    """A follower that takes in pages."""

    def apply(self, entries: Sequence[Entry], *, last: int, head: int) -> int: ...


A = TypeVar("A", bound=Applies)


def apply_all(
    source: Source,
    runners: Sequence[A],
    *,
    limit: int = LIVE_PAGE,
    until: int | None = None,
    progress: Progress | None = None,
    together: Callable[[Sequence[A], Page], None] | None = None,
) -> int:
    """Bring the runners to the end of the log or to `until`; answers with how many events were read.

    `together` takes a page in for as many as it can; those that stay behind it take it in one by one.
    """
    read = 0
    while page := read_page(source, runners, limit=limit, until=until):
        if together:
            together(runners, page)
        for runner in runners:
            runner.apply(page.entries, last=page.last, head=page.head)
        read += page.events
        if progress:
            progress(read, min(runner.position for runner in runners))
    return read
