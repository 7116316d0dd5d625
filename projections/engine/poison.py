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

OF_THE_MOMENT = ("08", "40", "53", "55", "57", "58")
"""Classes of SQLSTATE that say nothing about the data: connection, rollback, resources, locks, shutdown, system."""


def is_of_the_moment(error: Exception) -> bool:
    """Whether the same events may well go in a little later."""
    if not isinstance(error, psycopg.Error):
        return not isinstance(error, FoldFailed)
    if error.sqlstate is None:
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return error.sqlstate[:2] in OF_THE_MOMENT


def fails_for_good(attempt: Attempt, entries: Sequence[Entry]) -> Exception | None:
    """None when these events go in, else the failure that remained after all pauses; others are raised at once."""
    for pause in (*PAUSES, None):
        try:
            attempt(entries)
            return None
        except Exception as error:
            if is_of_the_moment(error):
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
        if is_of_the_moment(error):
            raise
        return error
    return None
