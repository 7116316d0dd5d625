"""A table of a read model: its row type, its key, and the pure folds that fill it."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar

from domain.event import Envelope, Event
from domain.sensitivity import Sensitivity
from projections.engine.column import Column, columns_of

R = TypeVar("R")
E = TypeVar("E", bound=Event)
Key = tuple[Any, ...]
Keys = Callable[[Any, Envelope], Iterable[Key]]
Fold = Callable[[Any, Envelope, R | None], R | None]
Derive = Callable[[R, R | None], R]
"""The row with what follows from the rest of it, given the last one that was whole, None where there was none."""


class Index(NamedTuple):
    """A secondary index, built after a table is filled. `using` is an access method, `how` its operator class."""

    columns: tuple[str, ...]
    using: str = "btree"
    how: str = ""
    where: str = ""


class Registered(NamedTuple):
    """One fold of one event class, and which rows that event touches."""

    keys: Keys
    fold: Fold[Any]


def by_stream(event: Any, envelope: Envelope) -> tuple[Key]:
    """The row that belongs to the event's own stream."""
    return ((envelope.stream_id,),)


class Table(Generic[R]):
    """Rows of one type, filled by folds that take `(event, envelope, row)`; the row is None where there is none.

    A fold answers with the row to keep, or None for none. Folds are pure: no clock, no SQL, nothing opened.
    `derive` fills in what follows from the rest of a row. It is asked when a row is to be written, not for every event:
    what folds see of these fields may be of an event before, so that none of them may read one.
    `has_row_per_event` says that every event makes a new row of its own, so that nothing has to be looked up before.
    """

    def __init__(
        self,
        name: str,
        row: type[R],
        *,
        key: tuple[str, ...],
        keys: Keys = by_stream,
        indexes: tuple[Index, ...] = (),
        derive: Derive[R] | None = None,
        has_row_per_event: bool = False,
    ) -> None:
        self.name = name
        self.row = row
        self.key = key
        self.indexes = indexes
        self.derive = derive
        self.has_row_per_event = has_row_per_event
        self.columns: tuple[Column, ...] = columns_of(row)
        self._keys = keys
        self._folds: dict[type[Event], tuple[Registered, ...]] = {}
        names = [column.name for column in self.columns]
        if "network_id" not in names or not set(key) <= set(names):
            raise TypeError(f"the rows of {name} need network_id and {', '.join(key)}")
        self.has_items = any(column.is_apart for column in self.columns)
        """Whether some collections are kept one by one, in a table of items beside this one."""
        if self.has_items and has_row_per_event:
            raise TypeError(f"the rows of {name} are not read before they are written: their items would be lost")

    def on(self, *events: type[Event], keys: Keys | None = None) -> Callable[[Fold[R]], Fold[R]]:
        """Register a fold for these events. An event may have several folds in one table, each with its own keys."""

        def register(fold: Fold[R]) -> Fold[R]:
            for event in events:
                if getattr(event, "sensitivity", None) == Sensitivity.PSYCHOTHERAPY_NOTE:
                    raise TypeError(f"{event.stored_as} is a psychotherapy note: no read model follows it")
                self._folds[event] = (*self._folds.get(event, ()), Registered(keys or self._keys, fold))
            return fold

        return register

    @property
    def folds(self) -> Mapping[type[Event], tuple[Registered, ...]]:
        """Event class to its folds."""
        return MappingProxyType(self._folds)

    def keys(self, event: Event, envelope: Envelope) -> set[Key]:
        """The keys of all rows that this event touches."""
        return {key for one in self._folds.get(type(event), ()) for key in one.keys(event, envelope)}

    def evolve(self, event: Event, envelope: Envelope, key: Key, row: R | None) -> R | None:
        """The row under this key after the event, whole."""
        before = row
        for one in self._folds.get(type(event), ()):
            if key in one.keys(event, envelope):
                row = one.fold(event, envelope, row)
        return row if row is None or row is before else self.whole(row, before)

    def whole(self, row: R, before: R | None) -> R:
        """The row with what is derived, given the last one that was whole."""
        return self.derive(row, before) if self.derive else row
