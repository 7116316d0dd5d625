"""An order: what a person asks for when they take a decision, validated before any rule is asked."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.sealed import FreeText


class AssignedByTheEdge:
    """Marks an id that the caller may leave out; the edge derives it from the command, so a repetition has the same."""


NewId = Annotated[UUID, AssignedByTheEdge()]


class Order(BaseModel):
    """The body of a decision. Unknown fields are refused; times carry their zone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    occurred_at: AwareDatetime | None = None
    """When it happened, if that was not just now."""
    late_reason: FreeText | None = None
    """Why it is entered late."""

    def happened_at(self, now: datetime) -> datetime:
        return self.occurred_at or now
