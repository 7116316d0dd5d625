"""Writes events in one call, and reads them back with their envelopes."""

import copy
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder

from store.append import NOBODY, OF_ANOTHER, Answer, Append
from store.datastore import Datastore, in_library_terms
from store.errors import AlreadyReserved, AppendConflict, FactHasChanged, StreamStandsElsewhere
from store.mapper import StoredFact
from store.reader import Reader
from store.row import COLUMNS, Row, rows
from store.wire import Statement

PARAMETERS = (
    *("uuid", "text", "uuid", "int4", "int4"),
    *("uuid", "bytea", "uuid", "text", "uuid", "uuid", "text", "text", "timestamptz", "text"),
    *("uuid", "int4"),
    *("uuid", "text", "int2", "bytea", "timestamptz", "text"),
    *("uuid[]", "int4[]"),
    *("uuid[]", "text[]", "int2[]", "bytea[]", "timestamptz[]", "text[]"),
    "jsonb",
)
PLAIN_PARAMETERS = (
    *("uuid", "text", "uuid", "int4"),
    *("uuid", "bytea", "uuid", "text", "uuid", "uuid", "text", "text", "timestamptz", "text"),
    *("uuid", "int4"),
    *("uuid", "text", "int2", "bytea", "timestamptz", "text"),
)


def call_of(function: str, kinds: Sequence[str]) -> str:
    """The statement that calls a function of the database."""
    places = ", ".join(f"${n}" for n in range(1, len(kinds) + 1))
    return f"SELECT {function}({places})"


APPEND = Statement("append_to_stream", call_of("append_to_stream", PARAMETERS), PARAMETERS)
APPEND_PLAINLY = Statement("append_to_stream_plainly", call_of("append_plainly", PLAIN_PARAMETERS), PLAIN_PARAMETERS)
EVENTS_OF_STREAM = f"SELECT {COLUMNS} FROM events_of_stream(%s, %s, %s::integer, %s::integer, %s, %s::integer)"  # noqa: S608 own columns
ANSWER_OF_COMMAND = "SELECT * FROM answer_of_command(%s, %s, %s, %s, %s)"
TAKEN = {
    "open_episode": "an open episode of this patient",
    "companion": "a session with this companion at that hour",
    "network_directory_pkey": "a network of this short name",
    "clinician_account_network_id_email_token_key": "an account with this address",
}
LAST_VERSION = 2**31 - 1
WAKE_CHANNEL = "throughline_events"


class Repeated(Exception):
    """The command was recorded before; `answer` says what it recorded then."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(answer.status)


class KeyIsKnown(AppendConflict):
    """Something was recorded under this command's key."""


class CareRecorder(PostgresApplicationRecorder):
    """The library's recorder on our table and with our append.

    Nothing here wears the library's `@retry`: a connection lost during COMMIT would be tried again and come out as a
    false conflict although the first attempt was recorded. The command's key answers that question instead.
    """

    datastore: Datastore

    def __init__(
        self, datastore: Datastore, *, network_id: UUID = NOBODY, on_append: Callable[[int], None] | None = None
    ) -> None:
        super().__init__(datastore, events_table_name="events")
        self.channel_name = WAKE_CHANNEL
        self.network_id = network_id
        self.on_append = on_append

    def in_network(self, network_id: UUID) -> "CareRecorder":
        """The same recorder, reading with that network in force."""
        bound = copy.copy(self)
        bound.network_id = network_id
        return bound

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, append: Append | None = None, **_: Any
    ) -> Sequence[int] | None:
        """Append in one round trip. Raises Repeated, an AppendConflict (an IntegrityError) or AlreadyReserved."""
        if append is not None:
            self._append(append, stored_events)
            return None  # the answer is in the append; the library would make an object of each position
        if not stored_events:
            return None
        bare = Append.of_bare(stored_events, self.network_id)
        self._append(bare, stored_events)
        return bare.recorded.positions

    def _append(self, append: Append, stored_events: Sequence[StoredEvent]) -> None:
        try:
            if append.is_plain(stored_events):
                answer = self._call(APPEND_PLAINLY, append, append.plain_parameters(stored_events[0]))
                append.recorded = append.answered_plainly(answer)
            else:
                append.recorded = append.answered(self._call(APPEND, append, append.parameters(stored_events)))
        except KeyIsKnown:
            raise Repeated(self.answer_of(append) or OF_ANOTHER) from None
        if append.recorded.positions and self.on_append:
            self.on_append(append.recorded.positions[-1])

    def _call(self, statement: Statement, append: Append, parameters: Sequence[Any]) -> list[bytes | None]:
        connection = self.datastore.take()
        try:
            return statement.call(connection, parameters)
        except psycopg.Error as error:
            raise refusal_of(error, append) from error
        finally:
            self.datastore.give_back(connection)

    def answer_of(self, append: Append) -> Answer | None:
        """What a command recorded, if it did."""
        command, by = append.command, append.command.by
        asked = [by.network_id, append.stream_id, command.command_id, append.body_hash, by.actor_id]
        with self.datastore.get_connection() as connection:
            answer = connection.execute(ANSWER_OF_COMMAND, asked, prepare=True, binary=True).fetchone()
        return Answer._make(answer) if answer else None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Events of one stream after a version, up to another, in the network in force."""
        after, until = -1 if gt is None else gt, LAST_VERSION if lte is None else lte
        with self.datastore.get_connection() as connection, connection.cursor(binary=True, row_factory=rows) as cursor:
            cursor.execute(EVENTS_OF_STREAM, [self.network_id, originator_id, after, until, desc, limit], prepare=True)
            return [StoredFact.of_row(row) for row in cursor.fetchall()]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events in the order of the log, for the library's own subscribers: they pass no hole either."""
        after = 0 if start is None else start - inclusive_of_start
        page = Reader(self.datastore, network_id=self.network_id).page(after, limit, list(topics) or None)
        return [notification_of(row) for row in page.rows if stop is None or row.position <= stop]

    def max_notification_id(self) -> int | None:
        """The last position in the network in force."""
        with self.datastore.in_network(self.network_id) as connection:
            return connection.execute("SELECT max(position) FROM events").fetchone()[0]  # type: ignore[no-any-return, index]


def refusal_of(error: psycopg.Error, append: Append) -> Exception:
    """What a failed append means."""
    if error.sqlstate == "TL001":
        return FactHasChanged(FactHasChanged.__doc__)
    if error.sqlstate == "TL002":
        return StreamStandsElsewhere(StreamStandsElsewhere.__doc__)
    if isinstance(error, psycopg.errors.UniqueViolation):
        if (error.diag.table_name or "").startswith("commands"):
            return KeyIsKnown(KeyIsKnown.__doc__)
        wanted = {error.diag.constraint_name}
        if error.diag.constraint_name == "reservations_pkey":
            wanted = {str(row["kind"]) for row in append.side_rows.get("reserve", ())}
        if taken := [TAKEN[name] for name in sorted(TAKEN.keys() & wanted)]:
            return AlreadyReserved(taken=" or ".join(taken))
    if isinstance(error, psycopg.errors.UniqueViolation) or error.sqlstate == "TL003":
        return AppendConflict(AppendConflict.__doc__)
    return in_library_terms(error)


def notification_of(row: Row) -> Notification:
    """A row as the library's subscribers receive it."""
    return Notification(
        originator_id=row.stream_id,
        originator_version=row.version,
        topic=row.stored_as,
        state=row.payload,
        id=row.position,
    )
