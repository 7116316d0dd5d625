"""What one subscriber sees of the log, and how: the one place where that is decided, for feed, webhooks and Kafka.

An item is a CloudEvent. Thin, its data are ids. In full, its data are the event's own fields without the sealed ones,
in the shape of the type's present version. Notes of psychotherapy and other subscribers are seen under no grant, and
nothing that is guarded beyond the ordinary: results about drinking and drugs stay here until a consent says otherwise.
What was stored before it was guarded leaves as ids only.
"""

from typing import Any, NamedTuple
from uuid import UUID

import orjson
from psycopg import Connection

from domain.event import EVENTS
from domain.open_fields import open_fields
from domain.sensitivity import Sensitivity
from domain.subscriber.grant_disclosure import NEVER_DISCLOSED
from store.feed import cloud_event
from store.row import Row
from store.subscribers import Subscriber

BEFORE = """
    SELECT position
      FROM events
     WHERE position < %(position)s
       AND position > %(since)s
       AND network_id = %(network)s
       AND stream_type <> ALL (%(never)s)
       AND sensitivity = %(standard)s
       AND (%(names)s::text[] IS NULL OR topic = ANY (%(names)s))
       AND (%(stream)s::uuid IS NULL OR stream_id = %(stream)s)
     ORDER BY position DESC
     LIMIT 1
"""
AFTER = BEFORE.replace("position < %(position)s", "position > %(position)s").replace(" DESC", "")
WAITING = """
    SELECT count(*)
      FROM (
          SELECT
            FROM events
           WHERE position > greatest(%(position)s, %(since)s)
             AND network_id = %(network)s
             AND stream_type <> ALL (%(never)s)
             AND sensitivity = %(standard)s
             AND (%(names)s::text[] IS NULL OR topic = ANY (%(names)s))
             AND (%(stream)s::uuid IS NULL OR stream_id = %(stream)s)
           LIMIT %(most)s
      ) AS waiting
"""


class View(NamedTuple):
    """One subscriber's view, narrowed to some types or one stream where it asks for less than its grant."""

    subscriber: Subscriber
    log_id: UUID
    only_names: frozenset[str] | None = None
    only_stream: UUID | None = None
    address: str = ""
    """Where this installation is reached, and so its schemas; see `cloud_event`."""

    @property
    def grant_id(self) -> UUID | None:
        """The grant in force."""
        return self.subscriber.grant.grant_id if self.subscriber.grant is not None else None

    @property
    def names(self) -> frozenset[str] | None:
        """The types it sees by stored name; None is all, the empty set none."""
        grant = self.subscriber.grant
        if grant is None:
            return frozenset()
        if grant.stored_names is None or self.only_names is None:
            return self.only_names if grant.stored_names is None else grant.stored_names
        return grant.stored_names & self.only_names

    def sees(self, row: Row) -> bool:
        """Whether this event is in the view."""
        names = self.names
        return (
            row.network_id == self.subscriber.network_id
            and row.position > self.subscriber.since_position
            and row.stream_type not in NEVER_DISCLOSED
            and row.sensitivity == Sensitivity.STANDARD
            and (names is None or row.stored_as in names)
            and (self.only_stream is None or row.stream_id == self.only_stream)
        )

    def item(self, row: Row, previous: int | None) -> dict[str, Any]:
        """The event as it leaves; `previous` is the position before it in this view. ValueError if it is not seen."""
        if not self.sees(row) or self.subscriber.grant is None:
            raise ValueError("this event is not in the view")
        thin = cloud_event(row, self.log_id, previous, self.address)
        return in_full(thin, row, self.address) if self.subscriber.grant.full else thin

    def previous_before(self, connection: Connection[Any], position: int) -> int | None:
        """The position before this one in the view; None before its first."""
        row = connection.execute(BEFORE, self._asked(position)).fetchone()
        return row[0] if row else None

    def next_after(self, connection: Connection[Any], position: int) -> int | None:
        """The next position of the view that can be seen now; None at its end. One may still appear before it."""
        row = connection.execute(AFTER, self._asked(position)).fetchone()
        return row[0] if row else None

    def waiting_after(self, connection: Connection[Any], position: int, most: int = 1_000) -> int:
        """How many events of the view follow a position; counts no further than `most`."""
        ((count,),) = connection.execute(WAITING, {**self._asked(position), "most": most}).fetchall()
        return int(count)

    def _asked(self, position: int) -> dict[str, Any]:
        names = self.names
        return {
            "position": position,
            "since": self.subscriber.since_position,
            "network": self.subscriber.network_id,
            "never": sorted(NEVER_DISCLOSED),
            "standard": Sensitivity.STANDARD,
            "names": None if names is None else sorted(names),
            "stream": self.only_stream,
        }


def in_full(thin: dict[str, Any], row: Row, address: str) -> dict[str, Any]:
    """The thin item with the event's open fields for its data.

    An event this release does not know stays thin, and so does one that would be guarded if it were recorded now, or
    whose open fields are themselves what may not be told.
    """
    kind = EVENTS.get(row.stored_as)
    if kind is None:
        return thin
    payload = orjson.loads(row.payload)
    if row.schema_version != kind.schema_version:
        payload = kind.upcast(payload, row.schema_version)
    decides_itself = not {"guarded_as", "leaves_in_full"}.isdisjoint(vars(kind))
    if decides_itself and not kind.model_validate(payload).leaves_in_full:
        return thin
    name = f"{row.stream_type}.{row.stored_as}.v{kind.schema_version}"
    ids = thin["data"]
    schema = {"dataschema": f"{address}/schemas/{name}.json"} if address else {}
    return (
        thin
        | schema
        | {
            "type": f"throughline.{name}",
            "actorid": ids["actor_id"],
            "actorrole": ids["actor_role"],
            "correlationid": ids["correlation_id"],
            "data": open_fields(kind, payload),
        }
    )
