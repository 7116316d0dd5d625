"""Turns facts into the library's stored events and back; the bytes are the event's JSON, nothing more."""

from typing import Any
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from domain.event import Envelope, Event
from store.row import Row, envelope_of, event_of


class Fact:
    """An event with its envelope, as the library passes domain events: it asks for the stream's id and version."""

    __slots__ = ("envelope", "event", "originator_id", "originator_version")

    def __init__(self, event: Event, envelope: Envelope) -> None:
        self.event = event
        self.envelope = envelope
        self.originator_id = envelope.stream_id
        self.originator_version = envelope.version


class StoredFact(StoredEvent):
    """The library's stored event with the columns it does not know: the envelope to write, or the row that was read."""

    envelope: Envelope
    schema_version: int
    row: Row

    def __init__(self, **fields: Any) -> None:
        # A frozen dataclass sets each field through object.__setattr__; one update of its dictionary is quicker.
        self.__dict__.update(fields)

    @classmethod
    def of_row(cls, row: Row) -> "StoredFact":
        return cls(
            originator_id=row.stream_id, originator_version=row.version, topic=row.stored_as, state=row.payload, row=row
        )


class CareMapper(Mapper[UUID]):
    """Topics are the names written once in `stored_as`, never Python paths; a payload is validated when it is read.

    The library's own mapper rebuilds objects past pydantic and imports the module that a row names.
    """

    def __init__(self) -> None:
        super().__init__(transcoder=JSONTranscoder())

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """The fact as it is stored. A value still in clear text where it must be sealed cannot be stored."""
        if not isinstance(domain_event, Fact):
            raise TypeError(f"{type(domain_event).__name__} is no fact")
        event = domain_event.event
        return StoredFact(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=event.stored_as,
            state=event.__pydantic_serializer__.to_json(event),
            envelope=domain_event.envelope,
            schema_version=event.schema_version,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """The fact as it was stored, older shapes brought to the present one."""
        if not isinstance(stored_event, StoredFact):
            raise TypeError("a stored event without its row")
        return Fact(event_of(stored_event.row), envelope_of(stored_event.row))
