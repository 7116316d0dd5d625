"""A fold of several read models, done once: they take in an event one after the other, and begin from the same row."""

from typing import Any

from domain.event import Envelope, Event
from projections.engine.table import Fold


class Once:
    """Remembers what became of a row by the latest event, until the next one comes.

    The same means these very objects: folds are pure, and rows and events immutable.
    """

    def __init__(self, fold: Fold[Any]) -> None:
        self._fold = fold
        self._latest: tuple[Event | None, Envelope | None, Any, Any] = (None, None, None, None)

    def __call__(self, event: Event, envelope: Envelope, row: Any) -> Any:
        known_event, known_envelope, before, after = self._latest
        if known_event is event and known_envelope is envelope and before is row:
            return after
        after = self._fold(event, envelope, row)
        self._latest = (event, envelope, row, after)
        return after
