"""A member's share of one read model: taken where it is free, filled from the log where the topic does not go on."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from projections.engine.group.member_runner import Decoded, MemberRunner
from projections.engine.group.partition import take
from projections.engine.group.topic import Delivered, StreamSource, Topic
from projections.engine.pages import REBUILD_PAGE
from projections.engine.read_model import ReadModel
from projections.engine.tables_in_database import exists


class Goal(NamedTuple):
    """Filled from the log up to `head`, partitions go on in the topic at `ends`.

    The ends are asked for first: whatever the topic held then, the log held too, so it lies at or before `head`.
    """

    ends: Mapping[int, int]
    head: int


class Share:
    """One read model and the partitions of it that this member has taken."""

    def __init__(self, runner: MemberRunner, goal: Goal) -> None:
        self.runner = runner
        self._goal = goal

    @property
    def is_filling(self) -> bool:
        """Whether the log has to fill in before the topic can go on."""
        return bool(self.runner.distrusted)

    def apply(self, delivered: Sequence[Delivered], decoded: Decoded) -> int:
        """Fold what follows; answers with how many events."""
        return self.runner.apply(delivered, decoded)

    def fill(self, source: StreamSource) -> int:
        """One page of the log; when it has come far enough, the topic goes on."""
        after = min(self.runner.distrusted.values())
        rows = source.rows(after, REBUILD_PAGE) if after < self._goal.head else ()
        folded = self.runner.refill(rows, rows[-1].position, Decoded(source)) if rows else 0
        if (rows[-1].position if rows else after) >= self._goal.head:
            self.runner.trust(self._goal.ends)
        return folded


def take_share(
    connection: Connection[Any],
    source: StreamSource,
    model: ReadModel,
    *,
    member: str,
    topic: Topic,
    ends: Mapping[int, int],
) -> Share | None:
    """Take partitions of a read model; None while its tables are missing or a runner of the log fills them.

    `ends` are where these partitions end, asked for just before.
    """
    if not exists(connection, model):
        return None
    taken = take(connection, model, member, topic, ends)
    goal = Goal(ends, source.head())
    return Share(MemberRunner(connection, source, model, taken, topic), goal) if taken else None
