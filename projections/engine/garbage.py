"""When a process that folds events looks for objects that refer to each other in circles: not while it folds."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collected_later() -> Iterator[None]:
    """Let nobody look for garbage before this is over.

    The events of a page live until its end, and rows and events hold no circles: a collection in between looks through
    tens of thousands of objects, finds nothing, and does so several times a page.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
