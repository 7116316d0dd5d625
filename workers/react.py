"""The process that carries out policies: when that happened, decide this.

A policy's place in the log moves after its decisions were recorded, so a crash repeats the last ones; each has a key
derived from policy, event and episode, so a repetition records nothing. Two processes that believe for a moment that
both hold the lease do the same again and no harm.
"""

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from eventsourcing.persistence import InterfaceError, OperationalError
from psycopg import Connection

from domain.event import Recorded
from domain.policies.policy import Policy
from projections.engine.lease import Lease, give_back, move, take_lease
from projections.engine.pages import apply_all
from projections.engine.parking import Aside, failure_in_words, held_streams, park, streams_to_replay, take_back
from projections.engine.source import Entry, Source, read_entries
from projections.engine.together import move_the_idle
from store.errors import Busy
from workers.shift import OpenSource, Shift, Wait, connect, new_holder

PAGE = 200
NOT_THE_EVENTS_FAULT = (OperationalError, InterfaceError, Busy)
"""What passes by itself: the policy rests and takes the same event again."""

React = Callable[[Policy, Recorded], None]
"""Decide what the policy wants decided because of one event; the same again when it is called again."""

IsEnding = Callable[[], bool]
"""Whether somebody has asked the process to end."""


class PolicyRunner:
    """One policy under one lease: every event once, in order per stream, past whatever it cannot react to."""

    def __init__(
        self,
        connection: Connection[Any],
        policy: Policy,
        lease: Lease,
        position: int,
        *,
        react: React,
        is_ending: IsEnding,
    ) -> None:
        self.policy = policy
        self.lease = lease
        self.position = position
        self._connection = connection
        self._react = react
        self._is_ending = is_ending
        self._held = held_streams(connection, lease)

    @property
    def stored_names(self) -> frozenset[str]:
        """Under which names the events it waits for are stored."""
        return self.policy.stored_names

    def apply(self, entries: Sequence[Entry], *, last: int, head: int) -> int:
        """React to the events of a page that ends at position `last`; answers with to how many.

        Where the process is about to end, it stops behind the event it is at.
        """
        mine = [one for one in entries if one.position > self.position and one.stored_as in self.stored_names]
        reacted = 0
        for entry in mine:
            if self._is_ending():
                return reacted
            aside = self._reacted_or_aside(entry)
            self._move(entry.position, head, aside)
            reacted += not aside
        if last > self.position:
            self._move(last, head, [])
        return reacted

    def beat(self, head: int) -> None:
        """Say that we are alive and still the ones who react."""
        move(self._connection, self.lease, before=self.position, after=self.position, head=head)

    def replay_what_was_asked(self, source: Source) -> int:
        """React to parked events that somebody asked for, stream by stream, as far as it goes."""
        reacted = 0
        for stream_id, positions in streams_to_replay(self._connection, self.lease).items():
            self._held.discard(stream_id)
            entries = read_entries(source, source.rows_of(stream_id, positions), self.stored_names)
            take_back(self._connection, self.lease, set(positions) - {entry.position for entry in entries})
            for entry in entries:
                if self._is_ending():
                    return reacted
                aside = self._reacted_or_aside(entry)
                if aside:
                    park(self._connection, self.lease, aside)
                else:
                    take_back(self._connection, self.lease, [entry.position])
                reacted += not aside
        return reacted

    def _reacted_or_aside(self, entry: Entry) -> list[Aside]:
        """Nothing where it worked, else the event to be parked: all later ones of its stream wait behind it."""
        if entry.stream_id in self._held:
            return [Aside(entry)]
        try:
            if entry.failure is not None or entry.event is None or entry.envelope is None:
                raise entry.failure or LookupError
            self._react(self.policy, Recorded(entry.event, entry.envelope))
        except NOT_THE_EVENTS_FAULT:
            raise
        except Exception as error:  # a refusal, or a mistake of ours: the log goes on, and somebody looks at it
            self._held.add(entry.stream_id)
            return [Aside(entry, failure_in_words(error))]
        return []

    def _move(self, after: int, head: int, aside: Sequence[Aside]) -> None:
        with self._connection.transaction():
            move(self._connection, self.lease, before=self.position, after=after, head=head)
            park(self._connection, self.lease, aside)
        self.position = after


def begin(
    connection: Connection[Any], policy: Policy, holder: str, *, react: React, is_ending: IsEnding = lambda: False
) -> PolicyRunner | None:
    """Take the lease of a policy; None while another process has it."""
    taken = take_lease(connection, policy, holder)
    return PolicyRunner(connection, policy, *taken, react=react, is_ending=is_ending) if taken else None


class Reactor:
    """Carries out some policies from one pass over the log."""

    def __init__(
        self,
        work_url: str,
        open_source: OpenSource,
        policies: Sequence[Policy],
        react: React,
        *,
        wait: Wait = time.sleep,
    ) -> None:
        self._work_url = work_url
        self._open_source = open_source
        self._policies = policies
        self._react = react
        self._wait = wait

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. Ends by an error when the connection is lost; the supervisor starts it again."""
        with connect(self._work_url) as connection, self._open_source() as source:
            begin_one = partial(begin, react=self._react, is_ending=stop.is_set)
            shift = Shift(connection, source, self._policies, begin_one, move_the_idle, page=PAGE)
            while not stop.is_set():
                if not shift.do_some():
                    self._wait(0.1)
            shift.end()


def react_to_all(connection: Connection[Any], source: Source, policies: Sequence[Policy], react: React) -> int:
    """Carry out to the end of the log, here and now, the policies that no worker holds; how many events were read."""
    begun = [begin(connection, policy, new_holder(), react=react) for policy in policies]
    runners = [runner for runner in begun if runner is not None]
    if not runners:
        return 0
    try:
        return apply_all(source, runners, limit=PAGE)
    finally:
        for runner in runners:
            give_back(connection, runner.lease)
