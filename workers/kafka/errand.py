"""What goes into a topic besides the pages of the log: tombstones, and what somebody asked for."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from psycopg import Connection

from store.publishing import note_erasures, untold_erasures
from workers.kafka.producer import Message


class Errand(NamedTuple):
    """`parts` are sent one after another; then `note` says that all arrived. Until then it begins again."""

    topic: str
    parts: Iterator[Sequence[Message]]
    note: Callable[[Connection[Any]], object]


Errands = Callable[[Connection[Any]], Sequence[Errand]]
"""What waits to be done now."""


def erasures(connection: Connection[Any], state_topic: str) -> list[Errand]:
    """Take the streams of erased persons out of the state topic."""
    erased = untold_erasures(connection)
    if not erased:
        return []
    tombstones = [Message(state_topic, str(one.stream_id).encode(), None) for one in erased]
    return [Errand(state_topic, iter([tombstones]), partial(note_erasures, told=erased))]
