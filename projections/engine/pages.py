"""Reading the log page by page and handing each page, decoded once, to every read model that is behind it."""

from collections.abc import Callable, Sequence

from projections.engine.runner import Runner
from projections.engine.source import Source, read_entries

LIVE_PAGE = 1_000
REBUILD_PAGE = 5_000

Progress = Callable[[int, int], None]
"""Called with the events read so far and the position reached."""


def apply_page(source: Source, runners: Sequence[Runner], *, limit: int, until: int | None = None) -> int:
    """Bring the runners that are behind one page forward; answers with how many events were read, 0 at the end.

    `until` is the last position wanted: a rebuild stops where the live tables stand.
    """
    after = min(runner.position for runner in runners)
    if until is not None and after >= until:
        return 0
    rows = source.rows(after, limit)
    if until is not None:
        rows = [row for row in rows if row.position <= until]
    if not rows:
        return 0
    last = rows[-1].position
    head = last if len(rows) < limit else max(last, source.head())
    behind = [runner for runner in runners if runner.position < last]
    wanted = frozenset[str]().union(*(runner.model.stored_names for runner in behind))
    entries = read_entries(source, rows, wanted)
    for runner in behind:
        runner.apply(entries, last=last, head=head)
    return len(rows)


def apply_all(
    source: Source,
    runners: Sequence[Runner],
    *,
    limit: int = LIVE_PAGE,
    until: int | None = None,
    progress: Progress | None = None,
) -> int:
    """Bring the runners to the end of the log or to `until`; answers with how many events were read."""
    read = 0
    while count := apply_page(source, runners, limit=limit, until=until):
        read += count
        if progress:
            progress(read, min(runner.position for runner in runners))
    return read
