"""The rows of one type taken apart into cells, and put together again."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, get_type_hints

from projections.engine.column import Column

Take = Callable[[Mapping[str, Any]], tuple[Any, ...]]


class Cells:
    """The values of a row in the order of its columns. A part whose value is the default has none in the database."""

    def __init__(self, row_type: type, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.row_type = row_type
        whole = [column for column in columns if column.part_of is None]
        fields = list(dict.fromkeys(column.part_of for column in columns if column.part_of is not None))
        self._parted = [_Parted(name, get_type_hints(row_type)[name], columns) for name in fields]
        if [*whole, *(column for parted in self._parted for column in parted.columns)] != list(columns):
            raise TypeError(f"the fields of {row_type.__name__} in parts come last")
        self._names = [column.name for column in whole]
        self._loads = [(column.name, column.load) for column in whole if column.load]
        self._take = _taker(self._names)

    def of(self, row: Any) -> tuple[Any, ...]:
        """The values as folds see them."""
        values = self._take(row.__dict__)
        for parted in self._parted:
            values += parted.take(row.__dict__[parted.field].__dict__)
        return values

    def changed(self, row: Any, before: Any) -> tuple[int, ...]:
        """Which columns, by their numbers, have another value than they had; values are immutable."""
        both = zip(self.of(row), self.of(before), strict=True)
        return tuple(number for number, (value, known) in enumerate(both) if value is not known)

    def row(self, values: Sequence[Any]) -> Any:
        """A row from the values of its columns as the database gives them."""
        row: Any = object.__new__(self.row_type)
        fields = row.__dict__
        fields.update(zip(self._names, values, strict=False))
        for name, load in self._loads:
            if fields[name] is not None:
                fields[name] = load(fields[name])
        begin = len(self._names)
        for parted in self._parted:
            end = begin + len(parted.columns)
            fields[parted.field] = parted.whole(values[begin:end])
            begin = end
        return row


class _Parted:
    """One field of a row, every field of which has a column."""

    def __init__(self, field: str, kind: type, columns: Sequence[Column]) -> None:
        self.field = field
        self.columns = [column for column in columns if column.part_of == field]
        names = [column.name.removeprefix(f"{field}_") for column in self.columns]
        self.take = _taker(names)
        self._kind = kind
        self._defaults = {name: column.default for name, column in zip(names, self.columns, strict=True)}
        self._loads = [(name, column.load) for name, column in zip(names, self.columns, strict=True)]

    def whole(self, values: Sequence[Any]) -> Any:
        whole: Any = object.__new__(self._kind)
        fields = whole.__dict__
        fields.update(self._defaults)
        for (name, load), value in zip(self._loads, values, strict=True):
            if value is not None:
                fields[name] = load(value) if load else value
        return whole


def _taker(names: Sequence[str]) -> Take:
    """The values under these names at once."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda fields: tuple(fields[name] for name in names)
