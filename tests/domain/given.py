"""given(events).when(decision, order).then(events): how every rule of care is tested. Pure; nothing is mocked.

given(ELIGIBLE, at("2026-03-03 10:00", ConsentSigned(...)))
    .when(issue_plan, by=RIVERA, now="2026-03-04 09:00", plan_id=PLAN, terms=TERMS)
    .then(PlanIssued(...))
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self, get_type_hints
from uuid import UUID

from pydantic import BaseModel

from domain.actor import Actor, Role
from domain.clinician.clinician import CLINICIAN
from domain.decision import decision_of
from domain.derived import derived_id
from domain.episode.episode import EPISODE
from domain.event import Envelope, Event, Recorded
from domain.network.network import NETWORK
from domain.order import Order
from domain.patient.patient import PATIENT
from domain.protocol.publication import PROTOCOL as PROTOCOL_STREAM
from domain.refusal import Refused
from domain.sealed import Sealed
from domain.stream import Stream
from domain.subscriber.subscriber import SUBSCRIBER
from tests.domain.people import (
    ADA_PATIENT,
    LINDQVIST,
    NETWORK_ID,
    OKAFOR,
    PARK,
    PROTOCOL,
    RIVERA,
    SYSTEM,
    TEST_NETWORK,
    clinicians,
    local,
)

STREAMS: dict[str, Stream[Any]] = {
    s.name: s for s in (EPISODE, NETWORK, CLINICIAN, PATIENT, PROTOCOL_STREAM, SUBSCRIBER)
}
FIRST_MOMENT = local("2026-02-26 09:00")
GROUNDS = frozenset(
    {"publication", "network", "protocol", "clinicians", "patient", "entry", "elsewhere", "has_open_episode"}
    | {"addresses"}
)
BY_ROLE = {
    Role.PRESCRIBER: RIVERA,
    Role.THERAPIST: LINDQVIST,
    Role.COORDINATOR: OKAFOR,
    Role.COMPLIANCE: PARK,
    Role.SYSTEM: SYSTEM,
}


class Happened(NamedTuple):
    """An event with what surrounds it; what is None is filled in sensibly."""

    event: Event
    occurred_at: datetime | None = None
    recorded_at: datetime | None = None
    by: Actor | None = None


History = Event | Happened | Iterable["History"]


def at(when: str | datetime, *events: Event, by: Actor | None = None, known: str | None = None) -> tuple[Happened, ...]:
    """These events happened at a local New York time, and were known at another where `known` says so."""
    moment = _moment(when)
    return tuple(Happened(event, moment, local(known) if known else None, by) for event in events)


def given(*history: History, stream: str | None = None, stream_id: UUID | None = None) -> "Scenario":
    """A stream with this history: events, `at(...)` and whole situations, in stream order."""
    happened = list(_flat(history))
    name = stream or (happened[0].event.stream if happened else "episode")
    return Scenario(STREAMS[name], stream_id or derived_id(name, "test")).after(happened)


@dataclass(frozen=True)
class Scenario:
    stream: Stream[Any]
    stream_id: UUID
    recorded: tuple[Recorded, ...] = ()
    events: tuple[Event, ...] = ()
    """What the last decision decided."""
    refusal: Refused | None = None
    was_asked: bool = False

    def after(self, happened: Iterable[Happened]) -> Self:
        """Add events to the history, with envelopes that follow on the last one."""
        recorded = list(self.recorded)
        for one in happened:
            recorded.append(Recorded(one.event, self._envelope(one, recorded)))
        return replace(self, recorded=tuple(recorded))

    def _decided(self, happened: list[Happened]) -> Self:
        """Add the events of one decision: they share its command."""
        after = self.after(happened)
        command_id = derived_id("command", self.stream_id, len(self.recorded) + 1)
        own = [
            Recorded(one.event, one.envelope._replace(command_id=command_id, ordinal=ordinal))
            for ordinal, one in enumerate(after.recorded[len(self.recorded) :])
        ]
        return replace(after, recorded=(*self.recorded, *own))

    def when(
        self,
        decide: Any,
        order: Any = None,
        *,
        by: Any = None,
        now: Any = None,
        **given_fields: Any,
    ) -> Self:
        """Take a decision: an order, by an actor, at a local time or moment.

        Fields that are not grounds (network, clinicians …) make up the order. Typed loosely, so that tests may keep
        the fields of an order in a dictionary.
        """
        decision = decision_of(decide)
        if self.refusal is not None:
            raise AssertionError(f"refused before: {self.refusal!r}") from self.refusal
        before = self if self.recorded else replace(self, stream=_stream_of(decide))
        grounds = {name: given_fields.pop(name) for name in GROUNDS & given_fields.keys()}
        asked = order if order is not None else decision.order.model_validate(given_fields)
        moment = _moment(now) if now is not None else before.last_moment + timedelta(minutes=1)
        actor = by or next(person for role, person in BY_ROLE.items() if role in decision.by)
        try:
            events = decide(before.state, asked, **_grounds(grounds, actor, moment))
        except Refused as refusal:
            return replace(before, refusal=refusal, events=(), was_asked=True)
        happened = [Happened(event, _occurred(event, asked, moment), moment, actor) for event in events]
        return replace(before._decided(happened), events=tuple(events), was_asked=True)

    def then(self, *expected: Event) -> Self:
        """Exactly these events were decided; none means nothing new. Sealed values count as equal."""
        self._must_not_be_refused()
        assert [_plain(e) for e in self.events] == [_plain(e) for e in expected]
        return self

    def includes(self, event_class: type[Event], **fields: Any) -> Self:
        """Among what was decided is an event of this class with these fields."""
        self._must_not_be_refused()
        found = [e for e in self.events if isinstance(e, event_class)]
        assert found, f"no {event_class.__name__} among {[type(e).__name__ for e in self.events]}"
        for name, value in fields.items():
            assert _plain(value) in [_plain(getattr(e, name)) for e in found], f"{name}: {found}"
        return self

    def excludes(self, *event_classes: type[Event]) -> Self:
        """Nothing of these classes was decided."""
        self._must_not_be_refused()
        assert not [e for e in self.events if isinstance(e, event_classes)]
        return self

    def refused(
        self, reason: type[Refused], *, missing: str | None = None, rule: str | None = None, field: str | None = None
    ) -> Self:
        """The decision was refused for this reason; `missing`, `rule` and `field` may be asked for as well."""
        assert isinstance(self.refusal, reason), f"{self.refusal!r} after {self.events!r}"
        assert not missing or missing in _missing(self.refusal), _missing(self.refusal)
        assert not rule or rule in _rules(self.refusal), _rules(self.refusal)
        assert not field or field == self.refusal.field, self.refusal.field
        return replace(self, refusal=None, events=())

    @property
    def state(self) -> Any:
        """The state after everything so far."""
        self._must_not_be_refused()
        state = self.stream.initial
        for event, envelope in self.recorded:
            state = self.stream.evolve(event, state, envelope)
        return state

    @property
    def last_moment(self) -> datetime:
        return self.recorded[-1].envelope.recorded_at if self.recorded else FIRST_MOMENT

    def as_history(self) -> tuple[Happened, ...]:
        """What was recorded, to be told again in another history."""
        return tuple(Happened(r.event, r.envelope.occurred_at, r.envelope.recorded_at) for r in self.recorded)

    def entry(self, event_class: type[Event]) -> Recorded:
        """The latest stored event of a class."""
        return next(r for r in reversed(self.recorded) if isinstance(r.event, event_class))

    def gates(self, checkpoint: Any, *, now: str | datetime, session_id: UUID | None = None, **grounds: Any) -> Any:
        """The gates at a checkpoint and moment."""
        from domain.episode.gates import gates

        known: dict[str, Any] = {"protocol": PROTOCOL, "network": TEST_NETWORK, "clinicians": clinicians()} | grounds
        return gates(self.state, checkpoint, now=_moment(now), session_id=session_id, **known)

    def _must_not_be_refused(self) -> None:
        if self.refusal is not None:
            raise AssertionError(f"{type(self.refusal).__name__}: {self.refusal}") from self.refusal

    def _envelope(self, one: Happened, recorded: list[Recorded]) -> Envelope:
        last = recorded[-1].envelope.recorded_at if recorded else FIRST_MOMENT
        occurred_at = _occurred(one.event, None, one.occurred_at or last + timedelta(minutes=1))
        version = len(recorded) + 1
        actor = one.by or LINDQVIST
        return Envelope(
            event_id=derived_id("event", self.stream_id, version),
            stream_type=self.stream.name,
            stream_id=self.stream_id,
            version=version,
            network_id=NETWORK_ID,
            occurred_at=occurred_at,
            occurred_zone="America/New_York",
            recorded_at=one.recorded_at or max(occurred_at, one.occurred_at or occurred_at),
            actor_id=actor.actor_id,
            actor_role=next(iter(sorted(actor.roles))),
            command_id=derived_id("command", self.stream_id, version),
            ordinal=0,
            correlation_id=derived_id("command", self.stream_id, version),
            causation_id=None,
            protocol_version=PROTOCOL.protocol_version,
            sensitivity=one.event.guarded_as,
            facts=(),
        )


def _grounds(given_grounds: Mapping[str, Any], by: Actor, now: datetime) -> dict[str, Any]:
    from domain.episode.referral.elsewhere import Elsewhere

    network = given_grounds.get("network", TEST_NETWORK)
    return {
        "by": by,
        "now": now,
        "network": network,
        "protocol": PROTOCOL if network.current is None else network.protocol,
        "clinicians": clinicians(),
        "patient": ADA_PATIENT,
        "entry": None,
        "elsewhere": Elsewhere(),
        "has_open_episode": False,
        "publication": PROTOCOL_STREAM.initial,
    } | dict(given_grounds)


def _stream_of(decide: Any) -> Stream[Any]:
    hints = get_type_hints(decide)
    state_class = next(iter(hints.values()))
    return next(s for s in STREAMS.values() if type(s.initial) is state_class)


def _moment(when: str | datetime) -> datetime:
    return when if isinstance(when, datetime) else local(when)


def _occurred(event: Event, order: Order | None, otherwise: datetime) -> datetime:
    """When an event happened: its own field says so, else the order, else the moment of recording."""
    own = getattr(event, event.happened_in) if event.happened_in else None
    return own or (order.occurred_at if order else None) or otherwise


def _flat(history: Iterable[History]) -> Iterable[Happened]:
    for one in history:
        if isinstance(one, Happened):
            yield one
        elif isinstance(one, Event):
            yield Happened(one)
        else:
            yield from _flat(one)


def _plain(value: Any) -> Any:
    """The value with everything sealed replaced by the fact that there is something."""
    match value:
        case Sealed():
            return "sealed"
        case BaseModel():
            return (type(value).__name__, {name: _plain(getattr(value, name)) for name in type(value).model_fields})
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case tuple() | list():
            return [_plain(item) for item in value]
        case _:
            return value


def _missing(refusal: Refused) -> str:
    gates = getattr(refusal, "gates", ())
    return " ".join(filter(None, [refusal.missing, *(g.missing for g in gates)]))


def _rules(refusal: Refused) -> set[str]:
    return {r for r in [refusal.rule, *(g.rule for g in getattr(refusal, "gates", ()))] if r}
