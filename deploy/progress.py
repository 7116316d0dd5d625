"""A progress bar on stderr for work that takes long, with its rate and the time that remains."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int, int], None]
"""Called with how many are done by now, and of how many."""


@contextmanager
def progress_bar(what: str) -> Iterator[Advance]:
    """Shows `what` from the first advance on; where stderr is no terminal, only one line at the end."""
    from rich import progress as bars
    from rich.console import Console

    progress = bars.Progress(
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TextColumn("{task.fields[rate]}"),
        bars.TimeElapsedColumn(),
        bars.TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
    )
    begun = time.monotonic()

    def advance(done: int, of: int) -> None:
        if not progress.tasks:
            progress.add_task(what, total=of, rate="")
            progress.start()
        (task,) = progress.tasks
        seconds = time.monotonic() - begun
        progress.update(task.id, completed=done, total=of, rate=f"{done / seconds:,.0f}/s" if seconds else "")

    try:
        yield advance
    finally:
        if progress.tasks:
            progress.stop()
