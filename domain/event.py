"""What an event is, what surrounds it, and the book of all stored names."""

from datetime import datetime
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.actor import Role


class Event(BaseModel):
    """One fact that was decided or observed. Immutable; only facts, ids and units; text about people only sealed.

    `stored_as` is written once and never changes. `happened_in` names the field that says when it happened, where
    that differs from the moment of recording.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stored_as: ClassVar[str]
    schema_version: ClassVar[int]
    stream: ClassVar[str]
    happened_in: ClassVar[str | None]
    sensitivity: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Take the class keywords; pydantic hands them to `__pydantic_init_subclass__` once the fields are known."""
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(
        cls,
        *,
        stored_as: str | None = None,
        version: int = 1,
        happened_in: str | None = None,
        sensitivity: str = "standard",
        **kwargs: Any,
    ) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if stored_as is None:
            return
        cls.stored_as, cls.schema_version = stored_as, version
        cls.happened_in, cls.sensitivity = happened_in, sensitivity
        if (other := EVENTS.get(stored_as)) is not None and other.__qualname__ != cls.__qualname__:
            raise TypeError(f"two events are stored as {stored_as}")
        EVENTS[stored_as] = cls

    @property
    def guarded_as(self) -> str:
        """How this one is guarded; as all of its class, unless what it says is guarded more."""
        return self.sensitivity

    @property
    def leaves_in_full(self) -> bool:
        """Whether a grant in full shows its open fields; else it leaves as ids, as under any other grant."""
        return self.guarded_as == "standard"

    @classmethod
    def upcast(cls, payload: dict[str, Any], from_version: int) -> dict[str, Any]:
        """Bring a payload stored under an older schema version to this one. Classes with a history override it."""
        raise ValueError(f"{cls.stored_as} has no upcaster from version {from_version}")


EVENTS: dict[str, type[Event]] = {}


def may_be_guarded(stored_as: str) -> bool:
    """Whether entries of this kind can be guarded beyond the ordinary; an unknown kind may."""
    kind = EVENTS.get(stored_as)
    return kind is None or "guarded_as" in vars(kind) or kind.sensitivity != "standard"


class FactRelied(NamedTuple):
    """Another stream, at the version a decision relied on: a licence, an adopted protocol, a credential."""

    stream_type: str
    stream_id: UUID
    version: int


class Envelope(NamedTuple):
    """What is known about an event beside its payload. Instants are aware and in UTC."""

    event_id: UUID
    stream_type: str
    stream_id: UUID
    version: int
    network_id: UUID
    occurred_at: datetime
    occurred_zone: str
    recorded_at: datetime
    actor_id: UUID
    actor_role: Role
    command_id: UUID
    ordinal: int
    correlation_id: UUID
    causation_id: UUID | None
    protocol_version: str | None
    sensitivity: str
    facts: tuple[FactRelied, ...]
    position: int | None = None


class Recorded(NamedTuple):
    """A stored event together with its envelope: what folds and effects receive."""

    event: Event
    envelope: Envelope
