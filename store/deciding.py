"""One decision on its way into the log: decide, seal, append, and again where somebody else was quicker.

Everything is decided on remembered states without asking the database first. What keeps that right is the append: it
refuses when the stream, or a fact the decision relied on, has moved on. Only a refusal to the caller needs more: before
anybody hears no, the key is looked up (it may be a repetition) and everything is read anew.
"""

import random
import time
from datetime import datetime
from enum import IntEnum
from functools import cache, reduce
from typing import Any, NamedTuple
from uuid import UUID

from eventsourcing.persistence import InterfaceError, OperationalError

from domain.access import Relation, acting, permits, relation_of
from domain.actor import Role
from domain.decision import Decision
from domain.episode.course.explain_late_entry import require_reason, with_reason
from domain.episode.episode import EPISODE
from domain.event import Envelope, Event, Recorded
from domain.network.network import NETWORK
from domain.order import Order
from domain.patient.patient import PATIENT
from domain.patient.refusals import PatientIsErased
from domain.refusal import Refused
from domain.stream import SUBJECT, Stream
from store.append import Answer, Append, event_id
from store.blind_index import body_token
from store.command import Command, Receipt
from store.errors import AppendConflict, Busy, FactHasChanged, KeyWasUsedForAnother, NotFound
from store.grounds import GROUNDS, Ask
from store.key_file import KeyEncryptionKey
from store.mapper import Fact
from store.memory import Remembered
from store.recorder import Repeated
from store.sealing import Keys, Token, holds_clear_text, seal_fields
from store.side_rows import Beside, SideRows, side_rows
from store.states import States
from store.times import happened_at, not_in_the_future

TRIES = 12
LOST_CONNECTIONS = 3
ROLE_ORDER = (Role.PRESCRIBER, Role.THERAPIST, Role.COORDINATOR, Role.COMPLIANCE, Role.SYSTEM, Role.PATIENT)


class Trust(IntEnum):
    """How much of what is remembered an attempt may use."""

    NOTHING = 0
    OTHER_STREAMS = 1
    EVERYTHING = 2


class Means(NamedTuple):
    """What every decision of a process uses."""

    states: States
    keyring: Keys
    kek: KeyEncryptionKey


class Deciding:
    """The attempts at one command."""

    def __init__(
        self,
        means: Means,
        stream: Stream[Any],
        stream_id: UUID,
        decision: Decision,
        order: Order,
        command: Command,
        now: datetime,
    ) -> None:
        self._states, self._keyring, self._kek = means
        self._stream, self._stream_id = stream, stream_id
        self._decision, self._order, self._command, self._now = decision, order, command, now
        self._network_id = command.by.network_id
        self._by = command.by
        self._trust = Trust.EVERYTHING
        self._used_memory = False

    def until_recorded(self) -> Receipt:
        """Attempt until recorded, refused, found recorded before, or too busy."""
        lost = 0
        for attempt in range(TRIES):
            if attempt > 1:
                time.sleep(random.uniform(0, 0.002 * 2 ** min(attempt, 6)))  # noqa: S311 only spreads rivals
            try:
                return self._attempt()
            except Repeated as repeated:
                return self._receipt_of(repeated.answer)
            except (Refused, NotFound):
                if earlier := self._earlier():
                    return earlier
                if not self._used_memory:
                    raise
                self._trust = Trust.NOTHING
            except AppendConflict as conflict:
                if earlier := self._earlier():
                    return earlier
                self._states.forget(self._network_id, self._stream_id)
                self._trust = Trust.NOTHING if isinstance(conflict, FactHasChanged) else Trust.OTHER_STREAMS
            except (OperationalError, InterfaceError):
                # Whether it was recorded is unknown; the key in the next append knows.
                self._states.clear()
                lost += 1
                if lost == LOST_CONNECTIONS:
                    raise
        if not self._states.current(self._network_id, self._stream, self._stream_id).version:
            raise NotFound(NotFound.__doc__)  # nothing to see here and yet it is taken: it is another network's
        raise Busy(Busy.__doc__)

    def _attempt(self) -> Receipt:
        self._used_memory = False
        not_in_the_future("occurred_at", self._order.occurred_at, self._now)
        known = self._load(self._stream, self._stream_id)
        self._admit(known)
        self._require_a_record(known)
        ask = self._ask(known)
        grounds = {name: GROUNDS[name](ask) for name in self._decision.grounds}
        events = self._decision.decide(known.state, self._order, **grounds)
        if self._stream.name == EPISODE.name and events:
            require_reason(
                self._decision.name, self._order, self._by, self._now, lambda: GROUNDS["protocol"](ask).numbers
            )
            events = with_reason(events, self._order)
        append = self._append(known, ask)
        facts = self._facts(known, events, append)
        append.side_rows = self._side_rows(known, events, facts)
        self._states.application.save(*facts, append=append)
        return self._remember(known, facts, append)

    def _admit(self, known: Remembered) -> None:
        """Whether this person may decide this here, on the same state that the decision is taken on."""
        if self._stream.name != EPISODE.name:
            return  # in one's own network the role decides, which the decision itself asks
        relation = relation_of(self._command.by, known.state, self._now)
        if relation in (Relation.NONE, Relation.POOL) and self._command.by.has(Role.PRESCRIBER):
            called = self._load(NETWORK, self._network_id).state.called_at(self._now)
            relation = relation_of(self._command.by, known.state, self._now, called=called)
        is_theirs_to_open = relation is not Relation.NONE or not known.version  # an opening finds nothing there yet
        if not is_theirs_to_open or not permits(self._command.by, self._decision.name, relation):
            raise NotFound(NotFound.__doc__)
        self._by = acting(self._command.by, relation)

    def _require_a_record(self, known: Remembered) -> None:
        """Raises PatientIsErased: no more is written, not even a number. Only a course that is over can be theirs."""
        is_over = self._stream.name == EPISODE.name and known.state.closed_at is not None
        if is_over and not self._command.by.has(Role.SYSTEM):
            patient = self._load(PATIENT, known.state.patient_id).state
            if patient.erased_at is not None:
                raise PatientIsErased

    def _ask(self, known: Remembered) -> Ask:
        return Ask(
            load=self._load,
            read=self,
            by=self._by,
            now=self._now,
            order=self._order,
            state=known.state,
            stream_id=self._stream_id,
        )

    def entry(self, event_id: UUID) -> Recorded | None:
        """An event of this stream by its id."""
        return self._states.entry(self._network_id, self._stream_id, event_id)

    def episodes_of(self, patient_id: UUID) -> list[UUID]:
        """A patient's episodes in this network."""
        return self._states.episodes_of(self._network_id, patient_id)

    def _load(self, stream: Stream[Any], stream_id: UUID) -> Remembered:
        wanted = Trust.EVERYTHING if stream_id == self._stream_id else Trust.OTHER_STREAMS
        known = self._states.remembered(self._network_id, stream, stream_id) if self._trust >= wanted else None
        if known is None:
            return self._states.current(self._network_id, stream, stream_id)
        self._used_memory = True
        return known

    def _append(self, known: Remembered, ask: Ask | None = None) -> Append:
        return Append(
            command=self._command,
            body_hash=body_token(self._kek, self._command.body_hash),
            actor_role=acting_role(self._by.roles, self._decision.by),
            stream_type=self._stream.name,
            stream_id=self._stream_id,
            version=known.version,
            protocol_version=ask.protocol_version if ask else None,
            facts=ask.facts if ask else (),
        )

    def _side_rows(self, known: Remembered, events: list[Event], facts: list[Fact]) -> SideRows:
        def after() -> Any:
            return reduce(lambda state, fact: self._stream.evolve(fact.event, state, fact.envelope), facts, known.state)

        return side_rows(events, Beside(known.state, after, self._kek, self._network_id, self._stream_id))

    def _facts(self, known: Remembered, events: list[Event], append: Append) -> list[Fact]:
        return [
            Fact(self._sealed(event, events, known, ordinal), self._envelope(event, ordinal, append))
            for ordinal, event in enumerate(events)
        ]

    def _envelope(self, event: Event, ordinal: int, append: Append) -> Envelope:
        command = self._command
        return Envelope(
            event_id=event_id(command.command_id, ordinal),
            stream_type=append.stream_type,
            stream_id=append.stream_id,
            version=append.version + 1 + ordinal,
            network_id=self._network_id,
            occurred_at=happened_at(event, self._order, self._now),
            occurred_zone=command.zone,
            recorded_at=self._now,
            actor_id=command.by.actor_id,
            actor_role=append.actor_role,
            command_id=command.command_id,
            ordinal=ordinal,
            correlation_id=command.correlation_id,
            causation_id=command.causation_id,
            protocol_version=append.protocol_version,
            sensitivity=event.guarded_as,
            facts=append.facts,
        )

    def _sealed(self, event: Event, events: list[Event], known: Remembered, ordinal: int) -> Event:
        if not holds_clear_text(event):
            return event
        said = (self._stream.person(known.state, one) for one in events)
        person = next((who for who in said if who is not None), None)
        if person is None:
            return event  # the mapper refuses to store clear text
        key = self._keyring.key_of(self._network_id, self._stream_id if person == SUBJECT else person)
        place = Token(key.key_id, key.person_id, self._stream_id, known.version + 1 + ordinal, "")
        return seal_fields(event, key.cipher, place)

    def _remember(self, known: Remembered, facts: list[Fact], append: Append) -> Receipt:
        positions = append.recorded.positions or ()
        recorded_at = append.recorded.recorded_at or self._now
        recorded = tuple(
            [
                Recorded(fact.event, _placed(fact.envelope, recorded_at, position))
                for fact, position in zip(facts, positions, strict=True)
            ]
        )
        self._states.advance(self._network_id, self._stream, known, recorded)
        last = positions[-1] if positions else known.position
        ids = tuple([fact.envelope.event_id for fact in facts])
        return Receipt(last, append.recorded.to_version, ids, recorded, repeated=False)

    def _earlier(self) -> Receipt | None:
        """What this command recorded earlier, if it did."""
        answer = self._states.application.recorder.answer_of(self._append(Remembered(None, 0, 0)))
        return self._receipt_of(answer) if answer else None

    def _receipt_of(self, answer: Answer) -> Receipt:
        if answer.status == "other_body":
            raise KeyWasUsedForAnother(KeyWasUsedForAnother.__doc__)
        facts = self._states.application.facts(
            self._network_id, self._stream_id, after=answer.from_version, until=answer.to_version
        )
        recorded = tuple(Recorded(fact.event, fact.envelope) for fact in facts)
        last = recorded[-1].envelope.position if recorded else None
        ids = tuple(envelope.event_id for _, envelope in recorded)
        return Receipt(last or 0, answer.to_version, ids, recorded, repeated=True)


@cache
def acting_role(roles: frozenset[Role], may_decide: frozenset[Role]) -> Role:
    """In which of their roles a person decides this."""
    return next(role for role in ROLE_ORDER if role in roles & may_decide or role in roles)


def _placed(envelope: Envelope, recorded_at: datetime, position: int) -> Envelope:
    """The envelope as the log has it; several times quicker than `_replace`."""
    return Envelope._make((*envelope[:7], recorded_at, *envelope[8:17], position))
