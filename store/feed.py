"""The event feed: the log as CloudEvents 1.0, thin (ids only), with what a consumer needs to notice a gap or a restore.

Names of attributes follow CloudEvents, which allows small letters and digits only: `logid` is the log's id, new after a
restore; `streamversion` the place in the stream; `previous` the preceding position in this consumer's own view, absent
before the first. A cursor is `logid:position`. Delivery is at least once and in order; `id` never changes.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.refusal import Refused
from store.datastore import Datastore
from store.reader import Reader
from store.row import Row, facts_from

LARGEST_PAGE = 1_000
THIN_SCHEMA = "/schemas/thin.v1.json"
"""Where the shape of thin data is published."""


class CursorIsNotReadable(Refused):
    """A cursor is the id of the log, a colon and a position. Send back the cursor you were given, or none."""


class CursorIsOfAnotherLog(Refused):
    """This cursor belongs to log {asked}, and this is log {here}: it was restored from a copy, so events that you have
    may be missing here. To resync, read again from the beginning without a cursor, know events by their `id`, and
    set aside those of yours that do not come again."""

    @property
    def message(self) -> str:
        return " ".join(super().message.split())


class CursorIsAhead(Refused):
    """This cursor names position {asked}, and the log ends at {here}: it was altered on its way, or the end of the log
    was lost with a server, and events that you have may be missing here. To resync, read again from the beginning
    without a cursor, know events by their `id`, and set aside those of yours that do not come again."""

    @property
    def message(self) -> str:
        return " ".join(super().message.split())


class Cursor(NamedTuple):
    """How far a consumer has come, in which log."""

    log_id: UUID
    position: int

    def __str__(self) -> str:
        return f"{self.log_id}:{self.position}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Take a cursor apart; CursorIsNotReadable if it is none."""
        log_id, _, position = text.partition(":")
        if not (position.isascii() and position.isdigit() and len(position) < 20):
            raise CursorIsNotReadable(field="after")
        try:
            cursor = cls(UUID(log_id), int(position))
        except ValueError:
            raise CursorIsNotReadable(field="after") from None
        if cursor.position >= 2**63:
            raise CursorIsNotReadable(field="after")
        return cursor


class Narrowing(NamedTuple):
    """What a consumer asks for besides its rights: some types by stored name, or one stream."""

    names: frozenset[str] | None = None
    stream_id: UUID | None = None

    def wants(self, row: Row) -> bool:
        return (self.names is None or row.stored_as in self.names) and self.stream_id in (None, row.stream_id)


EVERYTHING = Narrowing()
LAST_UNTIL = """
    SELECT position
      FROM events
     WHERE position <= %(position)s
       AND (%(names)s::text[] IS NULL OR topic = ANY (%(names)s))
       AND (%(stream)s::uuid IS NULL OR stream_id = %(stream)s)
     ORDER BY position DESC
     LIMIT 1
"""


class FeedPage(NamedTuple):
    """Some events, and the cursor to ask for the next ones with."""

    events: list[dict[str, Any]]
    cursor: str


class Feed:
    """What one consumer may see: one network, or everything for a role that sees it. Threads share a feed."""

    def __init__(
        self,
        datastore: Datastore,
        *,
        network_id: UUID | None = None,
        narrowing: Narrowing = EVERYTHING,
        reader: Reader | None = None,
        address: str = "",
    ) -> None:
        """`reader`: one that is there already, which remembers what has settled. `address`: see `cloud_event`."""
        self._reader = reader or Reader(datastore, network_id=network_id)
        self._narrowing = narrowing
        self._address = address

    def page(self, after: str | None, limit: int) -> FeedPage:
        """The events after a cursor, oldest first; from the beginning without one. Raises what is refused."""
        log_id = self._ask(log_id_of)
        start = start_of(after, log_id)
        names, stream_id = self._narrowing
        asked = None if names is None else sorted(names)
        page = self._reader.page(start, max(1, min(limit, LARGEST_PAGE)), asked, stream_id=stream_id)
        if not page.rows:
            require_reached(start, self._reader.head())
        return FeedPage(self.items(page.rows, log_id), str(Cursor(log_id, max(page.position, start))))

    def end(self) -> str:
        """The cursor of the end of the log as it is now."""
        self._reader.gaps.settle(1.0)  # what is being written now is waited for, so that it is not left out later
        return str(Cursor(self._ask(log_id_of), self._reader.head()))

    def items(self, rows: Sequence[Row], log_id: UUID) -> list[dict[str, Any]]:
        """Rows that follow each other, as this consumer sees them."""
        seen = [row for row in rows if self._narrowing.wants(row)]
        if not seen:
            return []
        previous = self._ask(lambda connection: _last_until(connection, seen[0].position - 1, self._narrowing))
        items = []
        for row in seen:
            items.append(cloud_event(row, log_id, previous, self._address))
            previous = row.position
        return items

    def _ask(self, question: Any) -> Any:
        return self._reader.gaps.query(question)


def cloud_event(row: Row, log_id: UUID, previous: int | None, address: str) -> dict[str, Any]:
    """One stored event as a CloudEvent; nothing of its payload but its name.

    `address` is where this installation is reached. Its schemas are named by it, since CloudEvents 1.0 takes nothing
    but an absolute URI there; without one (the empty text) the attribute, which may be absent, is.
    """
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(row.event_id),
        "source": f"/networks/{row.network_id}",
        "type": f"throughline.{row.stream_type}.{row.stored_as}.v{row.schema_version}",
        "subject": f"{row.stream_type}/{row.stream_id}",
        "time": _instant(row.occurred_at),
        "recordedtime": _instant(row.recorded_at),
        "datacontenttype": "application/json",
        "dataschema": f"{address}{THIN_SCHEMA}",
        "logid": str(log_id),
        "position": row.position,
        "streamversion": row.version,
        "data": _ids_of(row),
    }
    if not address:
        del attributes["dataschema"]
    if previous is not None:
        attributes["previous"] = previous
    return attributes


def log_id_of(connection: Connection[Any]) -> UUID:
    """The name of this history."""
    ((log_id,),) = connection.execute("SELECT log_id FROM log_identity").fetchall()
    return UUID(str(log_id))


def start_of(after: str | None, log_id: UUID) -> int:
    """The position a cursor names; CursorIsNotReadable, or CursorIsOfAnotherLog after a restore."""
    if not after:
        return 0
    cursor = Cursor.parse(after)
    if cursor.log_id != log_id:
        raise CursorIsOfAnotherLog(field="after", asked=cursor.log_id, here=log_id)
    return cursor.position


def require_reached(position: int, head: int) -> None:
    """CursorIsAhead where the log ends before a position: what comes there next would be passed over for good."""
    if position > head:
        raise CursorIsAhead(field="after", asked=position, here=head)


def _last_until(connection: Connection[Any], position: int, narrowing: Narrowing) -> int | None:
    names = None if narrowing.names is None else sorted(narrowing.names)
    asked = {"position": position, "names": names, "stream": narrowing.stream_id}
    row = connection.execute(LAST_UNTIL, asked).fetchone()
    return row[0] if row else None


def _ids_of(row: Row) -> dict[str, Any]:
    return {
        "network_id": str(row.network_id),
        "stream_type": row.stream_type,
        "stream_id": str(row.stream_id),
        "actor_id": str(row.actor_id),
        "actor_role": row.actor_role,
        "command_id": str(row.command_id),
        "correlation_id": str(row.correlation_id),
        "causation_id": str(row.causation_id) if row.causation_id else None,
        "protocol_version": row.protocol_version,
        "facts": [[fact.stream_type, str(fact.stream_id), fact.version] for fact in facts_from(row.facts)],
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
