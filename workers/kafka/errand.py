"""What goes into a topic besides the pages of the log: tombstones, and what somebody asked for."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from psycopg import Connection

from store.publishing import note_erasures, untold_erasures
from workers.kafka.producer import Message


class Errand(NamedTuple):
    """`parts` are sent one after another; then `note` says that all arrived. One that fails begins again, unless no
    broker takes what it brings: then it is over, and `give_up` says so.
    """

    topic: str
    parts: Iterator[Sequence[Message]]
    note: Callable[[Connection[Any]], object]
    give_up: Callable[[Connection[Any]], object] = lambda _: None


Errands = Callable[[Connection[Any]], Sequence[Errand]]
"""What waits to be done now."""


def erasures(connection: Connection[Any], state_topic: str) -> list[Errand]:
    """Take the streams of erased persons out of the state topic."""
    erased = untold_erasures(connection)
    if not erased:
        return []
    tombstones = [Message(state_topic, str(one.stream_id).encode(), None) for one in erased]
    return [Errand(state_topic, iter([tombstones]), partial(note_erasures, told=erased))]
