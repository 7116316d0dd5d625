"""An integrator: a program of another organisation that follows a network's events under a grant, and its keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import singledispatch
from typing import Any
from uuid import UUID

from domain.event import Envelope, Event
from domain.stream import Stream
from domain.subscriber.webhook.endpoint import WebhookEndpoint


class Way(StrEnum):
    """How events reach a subscriber."""

    FEED = "feed"
    """It asks: pages, long polls or a stream over HTTP."""
    WEBHOOK = "webhook"
    """We post to its address."""
    KAFKA = "kafka"
    """We write to a topic of its own."""


class Purpose(StrEnum):
    """What health information is disclosed for (45 CFR 164.502 and 164.512); closed, so that it is never free text."""

    TREATMENT = "treatment"
    PAYMENT = "payment"
    OPERATIONS = "health_care_operations"
    RESEARCH = "research"
    PUBLIC_HEALTH = "public_health"
    PATIENT_REQUEST = "patient_request"


class KeyScope(StrEnum):
    """What a key opens."""

    EVENTS = "events"
    """The feed."""
    ACCOUNT = "account"
    """The subscriber's own page: its grant, its keys, what was sent to it."""


class SubscriberEvent(Event):
    """Something that was settled about one subscriber; ids, codes and times, never a key."""

    stream = "subscriber"


@dataclass(frozen=True)
class DisclosureGrant:
    """What may be disclosed to a subscriber, for what, until when."""

    grant_id: UUID
    purpose: Purpose
    stored_names: frozenset[str] | None
    """Types of events by stored name; None is all of them."""
    is_full: bool
    """With the open fields of each event; otherwise ids and times only."""
    with_history: bool
    """From the beginning of the log; otherwise from the moment of the first grant."""
    until_at: datetime | None

    def is_in_force_at(self, moment: datetime) -> bool:
        return self.until_at is None or moment < self.until_at


@dataclass(frozen=True)
class SubscriberKey:
    key_id: UUID
    scopes: frozenset[KeyScope]
    expires_at: datetime
    is_revoked: bool = False

    def is_valid_at(self, moment: datetime) -> bool:
        return not self.is_revoked and moment < self.expires_at


@dataclass(frozen=True)
class Subscriber:
    subscriber_id: UUID | None = None
    network_id: UUID | None = None
    title: str = ""
    way: Way = Way.FEED
    purpose: Purpose = Purpose.OPERATIONS
    grant: DisclosureGrant | None = None
    """The one given last, unless it was withdrawn."""
    keys: Mapping[UUID, SubscriberKey] = field(default_factory=dict)
    webhook: WebhookEndpoint | None = None
    is_paused: bool = False
    has_ended: bool = False

    def valid_keys(self, moment: datetime) -> tuple[SubscriberKey, ...]:
        return tuple(key for key in self.keys.values() if key.is_valid_at(moment))


@singledispatch
def evolve(event: Any, subscriber: Subscriber, envelope: Envelope) -> Subscriber:
    """What an event changes. Effects are total; an event without one changes nothing a decision reads."""
    return subscriber


SUBSCRIBER: Stream[Subscriber] = Stream("subscriber", Subscriber(), evolve, lambda state, event: None)
