"""What can be seen of many marks: a course of a thousand scores has many that stand exactly on one another."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import product
from typing import Generic, TypeVar

from api.charts.text import Box

T = TypeVar("T")
Cell = tuple[int, int]
CELL_WIDE, CELL_HIGH = 32, 16
"""In px: about a short label."""


def in_sight(marks: Sequence[T], look: Callable[[T], Hashable]) -> list[T]:
    """Without each that lies under a later one of the same look: nobody sees it, and nobody can point at it.

    `look` says where a mark stands, as it is written, and which shape it has.
    """
    seen: set[Hashable] = set()
    found: list[T] = []
    for mark in reversed(marks):
        if (of_mark := look(mark)) not in seen:
            seen.add(of_mark)
            found.append(mark)
    return found[::-1]


def written_px(px: float) -> float:
    """A length as drawings write it."""
    return round(px, 1)


class Cells(Generic[T]):
    """Things in a picture by the cells they reach into, so that only what is near has to be looked at."""

    def __init__(self) -> None:
        self._cells: defaultdict[Cell, list[T]] = defaultdict(list)

    def add(self, thing: T, box: Box) -> None:
        """It lies within a box."""
        for cell in _cells_of(box):
            self._cells[cell].append(thing)

    def near(self, box: Box) -> Iterator[T]:
        """Everything that may reach into the box; what is large comes more than once."""
        for cell in _cells_of(box):
            yield from self._cells.get(cell, ())


def _cells_of(box: Box) -> Iterator[Cell]:
    columns = range(int(box.left // CELL_WIDE), int(box.right // CELL_WIDE) + 1)
    return product(columns, range(int(box.top // CELL_HIGH), int(box.bottom // CELL_HIGH) + 1))
