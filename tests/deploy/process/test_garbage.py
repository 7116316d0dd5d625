"""Circles of young objects are cleared as before; memory that grows is not looked through again and again."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from deploy.process.garbage import YOUNG_OBJECTS, collect_all_seldom


class Circle:
    """Refers to itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    collect_all_seldom()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_a_young_circle_is_cleared() -> None:
    seen = weakref.ref(Circle())
    kept = [[number] for number in range(2 * YOUNG_OBJECTS)]
    assert seen() is None
    assert len(kept) == 2 * YOUNG_OBJECTS


def test_growing_never_looks_through_everything() -> None:
    before = gc.get_stats()[2]["collections"]
    kept = [[number] for number in range(20 * YOUNG_OBJECTS)]
    assert gc.get_stats()[2]["collections"] == before
    assert len(kept) == 20 * YOUNG_OBJECTS


def test_asking_twice_starts_one_thread() -> None:
    collect_all_seldom()
    assert [thread.name for thread in threading.enumerate()].count("garbage") == 1
