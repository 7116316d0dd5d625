"""What was written for a page, for as long as nothing has changed that it was written from."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """A bounded number of things, the longest unused forgotten first. Threads share it."""

    def __init__(self, most: int = 512) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, write: Callable[[], T]) -> T:
        """What is kept under the key, which names everything it depends on; else what is written now."""
        if (found := self.find(key)) is not None:
            return found
        written = write()
        self.keep(key, written)
        return written

    def find(self, key: Hashable) -> T | None:
        """What is kept under the key."""
        with self._lock:
            if (found := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Hashable, written: T) -> None:
        """Keep it, in place of what was kept there."""
        with self._lock:
            self._kept[key] = written
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything: after a reconnect the database may be another one, or an older copy of it."""
        with self._lock:
            self._kept.clear()
