"""Every event type by its stream, in the order of a course of care: the order in which its decision stands there."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import domain.clinician
import domain.episode
import domain.network
import domain.patient
import domain.protocol.life
import domain.psychotherapy_note
import domain.subscriber
from domain.decision import Decision
from domain.event import EVENTS, Event
from domain.sensitivity import Sensitivity
from domain.subscriber.grant_disclosure import NEVER_DISCLOSED


class StreamDescribed(NamedTuple):
    """A kind of stream, and what can be decided in it."""

    name: str
    meaning: str
    decisions: Sequence[Decision]


STREAMS: tuple[StreamDescribed, ...] = (
    StreamDescribed("episode", "One patient's course of care, from referral to discharge.", domain.episode.DECISIONS),
    StreamDescribed("patient", "Who a patient is. Names, dates and contacts are sealed.", domain.patient.DECISIONS),
    StreamDescribed("clinician", "Who works here: roles, licences, training, suspension.", domain.clinician.DECISIONS),
    StreamDescribed(
        "network", "A care network: the protocol in force, who is on call, reminders.", domain.network.DECISIONS
    ),
    StreamDescribed("protocol", "A clinical protocol from draft to retirement.", domain.protocol.life.DECISIONS),
    StreamDescribed(
        "subscriber",
        "Who follows events, and under which grant. Subscribers are told of no other.",
        (*domain.subscriber.DECISIONS, *domain.subscriber.WEBHOOK_DECISIONS),
    ),
    StreamDescribed(
        "psychotherapy_note",
        "Each author's own (45 CFR 164.501). They never leave, whatever a grant says.",
        domain.psychotherapy_note.DECISIONS,
    ),
)


@cache
def types_of(stream: str) -> tuple[type[Event], ...]:
    """The stream's event types; what only goes along with other decisions stands last."""
    described = next(one for one in STREAMS if one.name == stream)
    order = {decision.decide.__module__: place for place, decision in reversed(list(enumerate(described.decisions)))}
    own = [of for of in EVENTS.values() if of.stream == stream]
    return tuple(sorted(own, key=lambda of: order.get(of.__module__, len(order))))


@cache
def sent_types() -> tuple[type[Event], ...]:
    """Every event type that can be sent at all."""
    return tuple(of for stream in STREAMS for of in types_of(stream.name) if may_be_sent(of))


def may_be_sent(of: type[Event]) -> bool:
    """What some grant could open: nothing of the streams that are never disclosed, nothing guarded further."""
    return of.stream not in NEVER_DISCLOSED and of.sensitivity == Sensitivity.STANDARD


def name_of(of: type[Event]) -> str:
    """The event type as its schema is named: stream, stored name, version."""
    return f"{of.stream}.{of.stored_as}.v{of.schema_version}"


def type_of(of: type[Event]) -> str:
    """The CloudEvents `type`."""
    return f"throughline.{name_of(of)}"


def meaning_of(of: type[Event]) -> str:
    """What happened, in the words of the class."""
    return " ".join((of.__doc__ or "").split())
