"""The one way into the log, and the way to any state in it, present or past."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.decision import Decision, decision_of
from domain.event import Event, Recorded
from domain.order import Order
from domain.stream import Stream
from store.application import CareApplication
from store.command import Clock, Command, Receipt, system_clock
from store.deciding import Deciding, Means
from store.errors import SeedingIsOff
from store.key_file import KeyEncryptionKey
from store.sealing import Keys
from store.states import States

Watch = Callable[[str, float, Receipt | Exception], None]
"""Told of every command when it is over: the decision's name, how many seconds it took, and what came of it."""


class Care:
    """Takes decisions for one process. Threads share it."""

    def __init__(
        self,
        application: CareApplication,
        keyring: Keys,
        kek: KeyEncryptionKey,
        *,
        clock: Clock = system_clock,
        seeding: bool = False,
        remembered: int = 4096,
        watch: Watch | None = None,
    ) -> None:
        """`seeding` lets commands say when they are to look recorded: for demonstrations only."""
        self.application = application
        self._means = Means(States(application, remembered), keyring, kek)
        self._clock = clock
        self._seeding = seeding
        self._watch = watch

    def decide(
        self,
        stream: Stream[Any],
        stream_id: UUID,
        decision: Decision | Callable[..., list[Event]],
        order: Order,
        *,
        command: Command,
    ) -> Receipt:
        """Take a decision and record what follows, once per command id.

        Raises Refused as the domain does, NotFound where the person may not know of it, KeyWasUsedForAnother, Busy.
        """
        if command.recorded_at is not None and not self._seeding:
            raise SeedingIsOff(SeedingIsOff.__doc__)
        now = command.recorded_at or self._clock()
        what = decision if isinstance(decision, Decision) else decision_of(decision)
        deciding = Deciding(self._means, stream, stream_id, what, order, command, now)
        return deciding.until_recorded() if self._watch is None else self._watched(what.name, deciding, self._watch)

    def _watched(self, name: str, deciding: Deciding, watch: Watch) -> Receipt:
        began = time.perf_counter()
        try:
            receipt = deciding.until_recorded()
        except Exception as error:
            watch(name, time.perf_counter() - began, error)
            raise
        watch(name, time.perf_counter() - began, receipt)
        return receipt

    def state(self, stream: Stream[Any], stream_id: UUID, *, network_id: UUID) -> tuple[Any, int]:
        """The present state and its version; version 0 where nothing has happened in this network."""
        known = self._means.states.current(network_id, stream, stream_id)
        return known.state, known.version

    def episodes_of(self, patient_id: UUID, *, network_id: UUID) -> list[UUID]:
        """A patient's episodes in this network; none of whoever is no patient there."""
        return self._means.states.episodes_of(network_id, patient_id)

    def history(self, stream: Stream[Any], stream_id: UUID, *, network_id: UUID, after: int = 0) -> list[Recorded]:
        """Everything that happened after a version, in the order in which it was recorded."""
        facts = self.application.facts(network_id, stream_id, after=after)
        return [Recorded(fact.event, fact.envelope) for fact in facts if fact.envelope.stream_type == stream.name]

    def as_of(
        self,
        stream: Stream[Any],
        stream_id: UUID,
        *,
        network_id: UUID,
        occurred_until: datetime | None = None,
        recorded_until: datetime | None = None,
    ) -> tuple[Any, int]:
        """The state from what had happened, and was known, by a moment; folded in the order of the stream."""
        state, version = stream.initial, 0
        for event, envelope in self.history(stream, stream_id, network_id=network_id):
            if occurred_until is not None and envelope.occurred_at > occurred_until:
                continue
            if recorded_until is not None and envelope.recorded_at > recorded_until:
                continue
            state, version = stream.evolve(event, state, envelope), envelope.version
        return state, version
