"""What one member of the group does: takes its share of each read model, folds what comes in, says how far it came."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
import structlog
from psycopg import Connection

from projections.engine.group.floor import raise_floor, sweep
from projections.engine.group.member_runner import Decoded, NeedsTheWholeLog
from projections.engine.group.partition import PartitionWasTaken, beat, claim, distrust
from projections.engine.group.topic import Delivered, StreamSource, Topic
from projections.engine.pages import LIVE_PAGE
from projections.engine.read_model import ReadModel
from workers.group.feed import Feed, RecordsAreLost
from workers.group.settling import DeliveredUpTo, Settling, TopicWasReplaced
from workers.group.share import Share, take_share
from workers.shift import BEAT_SECONDS, LOOK_SECONDS, REST_SECONDS

IDLE_SECONDS = 0.05
"""How long to wait for records; an idle partition is known to be complete this much later."""
SOON_SECONDS = 0.005
"""The same while the relay has not yet said that it has delivered what we have read."""

log = structlog.get_logger(__name__)


class Member:
    """Fills read models from the partitions that are assigned to it. One that fails rests; the others go on.

    All that must not go wrong is in the database: whoever takes a partition there ends what another did with it.
    """

    def __init__(
        self,
        connection: Connection[Any],
        source: StreamSource,
        feed: Feed,
        models: Sequence[ReadModel],
        delivered_up_to: DeliveredUpTo,
        *,
        name: str,
        page: int = LIVE_PAGE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        for model in models:
            if not model.per_episode:
                raise NeedsTheWholeLog(f"{model.name}: {NeedsTheWholeLog.__doc__}")
        self._connection = connection
        self._source = source
        self._feed = feed
        self._models = models
        self._name = name
        self._page = page
        self._clock = clock
        self._settling = Settling(feed, delivered_up_to)
        self._assignment = feed.assignment()
        self._topic: Topic | None = None
        self._shares: dict[str, Share] = {}
        self._reading: dict[int, int] = {}
        self._resting_until: dict[str, float] = {}
        self._next_look = self._next_beat = 0.0
        self._head = 0

    def do_some(self) -> int:
        """One round; answers with how many events were folded."""
        try:
            return self._round()
        except RecordsAreLost as lost:
            log.error("records_are_lost", partitions=sorted(lost.partitions), why=lost.why)
            distrust(self._connection, lost.partitions)
        except TopicWasReplaced:
            log.error("topic_was_replaced")
        self._drop_everything()
        return 0

    def _round(self) -> int:
        if self._feed.assignment() != self._assignment:
            self._drop_everything()
        now = self._clock()
        if now >= self._next_look and len(self._shares) < len(self._models):
            self._next_look = now + LOOK_SECONDS
            self._take_shares()
        folded = self._fill()
        delivered = self._feed.read(self._patience(), self._page)
        folded += self._apply(delivered)
        self._settle(is_idle=not delivered)
        if now >= self._next_beat:
            self._next_beat = now + BEAT_SECONDS
            self._beat()
        return folded

    def _drop_everything(self) -> None:
        """Partitions are others now, or are not to be trusted: take what is ours anew."""
        self._assignment = self._feed.assignment()
        self._topic = None
        self._shares.clear()
        self._reading.clear()
        self._next_look = 0.0

    def _take_shares(self) -> None:
        if not self._assignment.partitions:
            return
        topic = self._feed.topic()  # asked first: one made anew meanwhile is found out, for it has another id
        ends = self._feed.ends(self._assignment.partitions)
        if self._topic is not None and not self._topic.is_still(topic):
            raise TopicWasReplaced(TopicWasReplaced.__doc__)
        self._topic = topic
        for model in self._models:
            name = model.known_as
            if name in self._shares or self._clock() < self._resting_until.get(name, 0):
                continue
            share = take_share(self._connection, self._source, model, member=self._name, topic=topic, ends=ends)
            if share is not None:
                self._shares[name] = share
        self._go_on()

    def _go_on(self) -> None:
        """Read each partition from where the read model stands that has come least far in it."""
        self._settling.begin_again()
        wanted: dict[int, int] = {}
        for share in self._shares.values():
            for number, offset in share.runner.next_offsets.items():
                wanted[number] = min(offset, wanted.get(number, offset))
        behind = {number: offset for number, offset in wanted.items() if offset < self._reading.get(number, offset + 1)}
        if behind:
            self._feed.go_on(behind)
            self._reading.update(behind)

    def _fill(self) -> int:
        filling = [(name, share) for name, share in self._shares.items() if share.is_filling]
        folded = sum(self._guarded(name, lambda share=share: share.fill(self._source)) for name, share in filling)  # type: ignore[misc]
        if any(not share.is_filling for _, share in filling):
            self._go_on()
        return folded

    def _patience(self) -> float:
        if any(share.is_filling for share in self._shares.values()):
            return 0.0
        return SOON_SECONDS if self._settling.is_awaited else IDLE_SECONDS

    def _apply(self, delivered: Sequence[Delivered]) -> int:
        if not delivered:
            return 0
        self._require_ours(delivered)
        decoded = Decoded(self._source)
        folded = sum(
            self._guarded(name, lambda share=share: share.runner.apply(delivered, decoded))  # type: ignore[misc]
            for name, share in list(self._shares.items())
        )
        self._reading.update((one.partition, one.offset + 1) for one in delivered)
        self._settling.read(delivered)
        return folded

    def _require_ours(self, delivered: Sequence[Delivered]) -> None:
        """A stream in another partition than its own has two members; nothing may come of that."""
        for one in delivered:
            if self._topic and one.row and self._topic.owner(one.row.stream_id) != one.partition:
                raise RecordsAreLost(range(self._topic.partitions), "a stream is in another partition than its own")

    def _settle(self, *, is_idle: bool) -> None:
        if self._topic is None:
            return
        due = self._settling.due(self._topic, self._assignment.partitions, self._reading)
        if due is not None:
            for name, share in list(self._shares.items()):
                self._guarded(name, share.runner.flush)
            claim(self._connection, self._name, due.ends, due.position)
        if due is not None or is_idle:
            raise_floor(self._connection, self._head)

    def _beat(self) -> None:
        self._head = self._source.head()
        beat(self._connection, self._name)
        raise_floor(self._connection, self._head)
        sweep(self._connection)
        for name, share in list(self._shares.items()):
            self._guarded(name, lambda share=share: share.runner.replay_what_was_asked(self._source))  # type: ignore[misc]
            if share.runner.refilled:
                log.error("topic_lacked_events", read_model=name, refilled=share.runner.refilled)
                share.runner.refilled = 0

    def _guarded(self, name: str, act: Callable[[], int | None]) -> int:
        """A failure stops this read model for a while, unless it is the connection that failed."""
        try:
            return act() or 0
        except PartitionWasTaken:
            self._shares.pop(name, None)
            self._next_look = self._clock() + LOOK_SECONDS  # it may be that we are no member any more
        except Exception as error:
            if self._connection.closed or isinstance(error, psycopg.OperationalError):
                raise
            self._resting_until[name] = self._clock() + REST_SECONDS
            self._shares.pop(name, None)
            log.error("follower_rests", follower=name, failure=type(error).__name__, seconds=REST_SECONDS)
        return 0
