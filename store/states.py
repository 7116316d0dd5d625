"""The states of streams: remembered in the process, read from the log where that is wanted or needed."""

from typing import Any
from uuid import UUID

from domain.event import Recorded
from domain.stream import Stream
from store.application import CareApplication, evolved
from store.memory import Memory, Remembered
from store.row import COLUMNS, decode, rows


class States:
    """Loads through the library's repository and remembers. What is remembered may be behind, never ahead."""

    def __init__(self, application: CareApplication, size: int) -> None:
        self.application = application
        self._datastore = application.recorder.datastore
        self._memory = Memory(size)
        self._datastore.on_another_history.append(self._memory.clear)
        self.clear = self._memory.clear

    def remembered(self, network_id: UUID, stream: Stream[Any], stream_id: UUID) -> Remembered | None:
        """What is known without asking, which may be behind; nothing where that id is another kind of stream's."""
        known = self._memory.get(network_id, stream_id)
        return known if known is not None and isinstance(known.state, type(stream.initial)) else None

    def current(self, network_id: UUID, stream: Stream[Any], stream_id: UUID) -> Remembered:
        """The state as the log has it now."""
        known = self.remembered(network_id, stream, stream_id)
        if known is None:
            known = self.application.load(network_id, stream, stream_id)
        else:
            known = self.application.catch_up(network_id, stream, stream_id, known)
        if known.version:
            self._memory.put(network_id, stream_id, known)
        return known

    def forget(self, network_id: UUID, stream_id: UUID) -> None:
        """Read it from its first event next time."""
        self._memory.forget(network_id, stream_id)

    def advance(self, network_id: UUID, stream: Stream[Any], known: Remembered, recorded: tuple[Recorded, ...]) -> None:
        """Remember the state after events that were just recorded."""
        for fact in recorded:
            known = evolved(stream, known, fact)
        if recorded:
            self._memory.put(network_id, recorded[-1].envelope.stream_id, known)

    def entry(self, network_id: UUID, stream_id: UUID, event_id: UUID) -> Recorded | None:
        """An event of a stream by its id."""
        query = f"SELECT {COLUMNS} FROM events WHERE event_id = %s AND stream_id = %s"  # noqa: S608 own columns
        with (
            self._datastore.in_network(network_id) as connection,
            connection.cursor(binary=True, row_factory=rows) as c,
        ):
            row = c.execute(query, [event_id, stream_id]).fetchone()
        return decode(row) if row else None

    def episodes_of(self, network_id: UUID, patient_id: UUID) -> list[UUID]:
        """A patient's episodes in this network."""
        query = "SELECT episode_id FROM patient_episode WHERE network_id = %s AND patient_id = %s ORDER BY episode_id"
        with self._datastore.in_network(network_id) as connection:
            return [episode_id for (episode_id,) in connection.execute(query, [network_id, patient_id])]
