"""States remembered in the process, so that a decision need not load its stream: the version conflict is the check."""

import threading
from collections import OrderedDict
from typing import Any, NamedTuple
from uuid import UUID


class Remembered(NamedTuple):
    """A state as it was after the event of that version and position; version 0 = nothing has happened yet."""

    state: Any
    version: int
    position: int


class Memory:
    """A bounded number of states, the longest unused forgotten first. Keys carry the network, as everything does.

    They are numbers: ids are hashed in Python each time, and every decision looks here three times.
    """

    def __init__(self, size: int = 4096) -> None:
        self._size = size
        self._states: OrderedDict[tuple[int, int], Remembered] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, network_id: UUID, stream_id: UUID) -> Remembered | None:
        key = (network_id.int, stream_id.int)
        with self._lock:
            found = self._states.get(key)
            if found is not None:
                self._states.move_to_end(key)
            return found

    def put(self, network_id: UUID, stream_id: UUID, remembered: Remembered) -> None:
        """Keep it, unless a later one is kept already (another thread was further)."""
        key = (network_id.int, stream_id.int)
        with self._lock:
            found = self._states.get(key)
            if found is None or found.version <= remembered.version:
                self._states[key] = remembered
                self._states.move_to_end(key)
            if len(self._states) > self._size:
                self._states.popitem(last=False)

    def forget(self, network_id: UUID, stream_id: UUID) -> None:
        with self._lock:
            self._states.pop((network_id.int, stream_id.int), None)

    def clear(self) -> None:
        """Forget everything: the database may be another one from now on, or an older copy of it."""
        with self._lock:
            self._states.clear()
