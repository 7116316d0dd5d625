"""Marking as done what was done in a way that no decision records. Everybody goes on seeing it, with the name."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from domain.actor import Role
from domain.decision import decides
from domain.derived import derived_id
from domain.episode.course.done_mark import DoneMark
from domain.episode.due.obligations import obligations
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put

ObligationKey = Annotated[str, Field(pattern=r"^[a-z_]{2,40}(:[A-Za-z0-9_-]{1,64})?$")]


class NothingOfThatKindIsDue(Refused):
    """Nothing of that kind is due here now. Somebody may have done it already; load the page again."""


class IsDoneByItsDecision(Refused):
    """This is done by recording what happened, not by a mark. Take the step that the page names for it."""


class MarkDone(Order):
    key: ObligationKey
    note: FreeText | None = None


class ObligationMarkedDone(EpisodeEvent, stored_as="ObligationMarkedDone"):
    """Somebody has done what was due; when, says the envelope."""

    key: str
    due: str
    note: Sealed[str] | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def mark_done(episode: Episode, order: MarkDone, *, protocol: Protocol, network: Network, now: datetime) -> list[Event]:
    """Mark something that is due as done. Marked by somebody else before, nothing new is recorded."""
    due = obligations(episode, now=now, protocol=protocol, network=network)
    found = next((one for one in due if one.key == order.key), None)
    if found is None:
        raise NothingOfThatKindIsDue(field="key")
    if not found.may_be_marked:
        raise IsDoneByItsDecision(field="key")
    if found.done is not None:
        return []
    return [ObligationMarkedDone(key=found.key, due=found.due, note=order.note)]


@evolve.register
def _(event: ObligationMarkedDone, episode: Episode, envelope: Envelope) -> Episode:
    mark = DoneMark(envelope.event_id, event.key, event.due, envelope.actor_id, envelope.occurred_at)
    return change(episode, done_marks=put(episode.done_marks, derived_id("done", event.key, event.due), mark))
