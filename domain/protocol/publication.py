"""One protocol in one network: drafts under work, who reviewed them, the versions published, and those retired."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatch
from typing import Any
from uuid import UUID

from domain.derived import derived_id
from domain.event import Envelope, Event
from domain.sealed import Sealed
from domain.stream import Stream


class ProtocolEvent(Event):
    """Something that happened to a clinical protocol."""

    stream = "protocol"


@dataclass(frozen=True)
class Review:
    """A second person's look at one content of a draft."""

    reviewer_id: UUID
    sha256: str
    approves: bool
    reviewed_at: datetime
    remark: Sealed[str] | None = None


@dataclass(frozen=True)
class Draft:
    """A version under work. Everybody who wrote any of it is an author, for good."""

    document: Mapping[str, Any]
    sha256: str
    authors: frozenset[UUID]
    drafted_at: datetime
    reviews: tuple[Review, ...] = ()

    @property
    def review(self) -> Review | None:
        """The latest review of the content as it stands; a change of content leaves none."""
        return next((one for one in reversed(self.reviews) if one.sha256 == self.sha256), None)

    @property
    def is_approved(self) -> bool:
        return self.review is not None and self.review.approves


@dataclass(frozen=True)
class Published:
    document: Mapping[str, Any]
    sha256: str
    published_at: datetime
    authors: frozenset[UUID] = frozenset()
    reviewer_id: UUID | None = None
    """None: published by the operator, who answers for the review outside this system."""
    retired_at: datetime | None = None
    retirement: Sealed[str] | None = None
    """Why it was retired."""


@dataclass(frozen=True)
class Publication:
    protocol_id: str | None = None
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    """By version; a published one is a draft no more."""
    versions: Mapping[str, Published] = field(default_factory=dict)

    @property
    def documents(self) -> Mapping[str, Mapping[str, Any]]:
        """What networks may adopt, by version."""
        return {version: one.document for version, one in self.versions.items() if one.retired_at is None}

    def standings(self) -> Iterator[tuple[str, str]]:
        """Every version with how it stands."""
        for version, draft in self.drafts.items():
            yield version, "reviewed" if draft.is_approved else "draft"
        for version, one in self.versions.items():
            yield version, "published" if one.retired_at is None else "retired"


def stream_id_of(network_id: UUID, protocol_id: str) -> UUID:
    """Where a network keeps the protocol of that name."""
    return derived_id("protocol", network_id, protocol_id)


@singledispatch
def evolve(event: Any, publication: Publication, envelope: Envelope) -> Publication:
    """What an event changes. Effects are total; an event without one changes nothing a decision reads."""
    return publication


PROTOCOL: Stream[Publication] = Stream(
    "protocol", Publication(), evolve, lambda state, event: getattr(event, "signed_by", None)
)
"""Remarks are sealed with the key of the person who signed them."""
