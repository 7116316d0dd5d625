"""Record that somebody outside was given records by hand: to whom, what, on which ground and for what."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.actor import Role
from domain.decision import decides
from domain.episode.consent.consents import ConsentType
from domain.episode.disclosure.disclosure import (
    DisclosureGround,
    Means,
    Recipient,
    RecordPart,
    consent_wanted,
)
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates.consent import has_consent
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import NewId, Order
from domain.protocol.protocol import Protocol
from domain.sealed import FreeText, Sealed, ShortText
from domain.sensitivity import Sensitivity
from domain.stream import change


class RecordDisclosed(EpisodeEvent, stored_as="RecordDisclosed", happened_in="at", sensitivity=Sensitivity.DISCLOSURE):
    """Records left the house by hand. It stays here: no subscriber learns of it.

    `consent_missing` is the consent that should have stood at that moment and did not.
    """

    disclosure_id: UUID
    at: datetime
    kind: Recipient
    recipient: Sealed[str]
    address: Sealed[str] | None = None
    parts: tuple[RecordPart, ...]
    with_substance_use: bool
    ground: DisclosureGround
    purpose: Sealed[str]
    means: Means
    consent_missing: ConsentType | None = None
    note: Sealed[str] | None = None


class RecordDisclosure(Order):
    disclosure_id: NewId
    at: AwareDatetime | None = None
    """When it left, if that was not just now."""
    kind: Recipient
    recipient: ShortText
    address: FreeText | None = None
    parts: tuple[RecordPart, ...] = Field(min_length=1, max_length=len(RecordPart))
    with_substance_use: bool
    """Whether something about drinking or drugs was among it (42 CFR Part 2)."""
    ground: DisclosureGround
    purpose: FreeText
    means: Means
    note: FreeText | None = None


@decides(Role.COORDINATOR, Role.THERAPIST, Role.PRESCRIBER)
def record_disclosure(
    episode: Episode, order: RecordDisclosure, *, network: Network, protocol: Protocol, now: datetime
) -> list[Event]:
    """Record a disclosure, also after discharge. What has left has left: without a consent it is recorded as such."""
    if order.disclosure_id in episode.disclosures:
        return []
    at = order.at or order.happened_at(now)
    wanted = consent_wanted(order.ground, with_substance_use=order.with_substance_use)
    is_missing = wanted is not None and not has_consent(episode, wanted, at, protocol, network)
    return [
        RecordDisclosed(
            disclosure_id=order.disclosure_id,
            at=at,
            kind=order.kind,
            recipient=order.recipient,
            address=order.address,
            parts=tuple(part for part in RecordPart if part in order.parts),
            with_substance_use=order.with_substance_use,
            ground=order.ground,
            purpose=order.purpose,
            means=order.means,
            consent_missing=wanted if is_missing else None,
            note=order.note,
        )
    ]


@evolve.register
def _(event: RecordDisclosed, episode: Episode, envelope: Envelope) -> Episode:
    return change(episode, disclosures=episode.disclosures | {event.disclosure_id})
