"""Finding the events that make a page fail, so that only their streams wait."""

import time
from collections.abc import Callable, Sequence

import psycopg

from projections.engine.fold import FoldFailed
from projections.engine.parking import Aside, failure_in_words
from projections.engine.source import Entry

Attempt = Callable[[Sequence[Entry]], None]

PAUSES = (0.05, 0.25)
"""Seconds to wait before a page is tried again; what still fails then is in the data."""

IN_THE_DATA = ("22", "23", "54")
"""Classes of SQLSTATE that blame the values: data exception, integrity, limits exceeded."""


def is_in_the_data(error: Exception) -> bool:
    """Whether these events can never go in. A lost connection or a missing table says nothing about them."""
    if not isinstance(error, psycopg.Error):
        return isinstance(error, FoldFailed)
    if error.sqlstate is None:
        return isinstance(error, psycopg.DataError)
    return error.sqlstate[:2] in IN_THE_DATA


def fails_for_good(attempt: Attempt, entries: Sequence[Entry]) -> Exception | None:
    """None when these events go in, else the failure that remained after all pauses; others are raised at once."""
    for pause in (*PAUSES, None):
        try:
            attempt(entries)
            return None
        except Exception as error:
            if not is_in_the_data(error):
                raise
            if pause is None:
                return error
        time.sleep(pause)
    return None


def find_poison(entries: Sequence[Entry], attempt: Attempt) -> list[Aside]:
    """Per failing stream, the first event that fails and all of the stream behind it. `attempt` must leave no trace."""
    error = _failure(attempt, entries)
    if error is None:
        return []
    streams = list(dict.fromkeys(entry.stream_id for entry in entries))
    if len(streams) == 1:
        return _first_and_behind(entries, attempt, error)
    half = set(streams[: len(streams) // 2])
    one = [entry for entry in entries if entry.stream_id in half]
    other = [entry for entry in entries if entry.stream_id not in half]
    found = [*find_poison(one, attempt), *find_poison(other, attempt)]
    if not found:
        raise error  # fails only together: not the fault of one stream
    return found


def _first_and_behind(entries: Sequence[Entry], attempt: Attempt, error: Exception) -> list[Aside]:
    """Halve the beginnings of one stream until the first event is found with which they fail."""
    works, fails = 0, len(entries)
    while fails - works > 1:
        middle = (works + fails) // 2
        found = _failure(attempt, entries[:middle])
        if found is None:
            works = middle
        else:
            fails, error = middle, found
    return [Aside(entries[works], failure_in_words(error)), *(Aside(entry) for entry in entries[fails:])]


def _failure(attempt: Attempt, entries: Sequence[Entry]) -> Exception | None:
    if not entries:
        return None
    try:
        attempt(entries)
    except Exception as error:
        if not is_in_the_data(error):
            raise
        return error
    return None
