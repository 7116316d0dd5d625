"""The lease of whatever follows the log and its checkpoint: one row, so that fencing and moving on are one check."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from psycopg import Connection
from psycopg.errors import LockNotAvailable

from projections.engine.stopped import locks_within_reach

LEASE_SECONDS = 10
SHADOW_LEASE_SECONDS = 60
"""A rebuild shows no sign of life while an index is built."""
CLOCK_MOVED_SECONDS = 30
"""A lease that still holds for so much longer than any does was given before the clock was set back. Whoever lives
renews theirs; one whose holder died would keep everybody waiting for as long as the clock was ahead."""


class Leased(Protocol):
    """What has a place in the log of its own: a version of a read model, or a policy."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...


class LeaseWasLost(Exception):
    """Another runner fills this read model now, or it was switched; take the lease again before going on."""


class Lease(NamedTuple):
    """The right to write one read model, as of `epoch`. Any later epoch ends it."""

    read_model: str
    version: int
    is_shadow: bool
    epoch: int
    holder: str

    @property
    def seconds(self) -> int:
        """How long it holds without a sign of life."""
        return SHADOW_LEASE_SECONDS if self.is_shadow else LEASE_SECONDS


class Move(NamedTuple):
    """From which place in the log to which, under a lease."""

    lease: Lease
    before: int
    after: int


MOVE_ALL = """
    UPDATE read_models.checkpoint AS c
       SET position = m.after,
           head = greatest(%s, m.after),
           leased_until = clock_timestamp() + make_interval(secs => m.seconds),
           heartbeat_at = clock_timestamp()
      FROM unnest(%s::text[], %s::int[], %s::boolean[], %s::bigint[], %s::float8[], %s::bigint[], %s::bigint[])
           AS m (read_model, version, is_shadow, epoch, seconds, before, after)
     WHERE c.read_model = m.read_model
       AND c.version = m.version
       AND c.is_shadow = m.is_shadow
       AND c.epoch = m.epoch
       AND c.position = m.before
"""


def take_lease(
    connection: Connection[Any], model: Leased, holder: str, *, is_shadow: bool = False
) -> tuple[Lease, int] | None:
    """The lease and the position to go on from, or None while somebody else holds it, or writes under it.

    Where members of a group filled it before, their epochs end with theirs: none of them writes any more.
    """
    try:
        with locks_within_reach(connection):
            return _taken(connection, model, holder, is_shadow=is_shadow)
    except LockNotAvailable:
        return None


def _taken(connection: Connection[Any], model: Leased, holder: str, *, is_shadow: bool) -> tuple[Lease, int] | None:
    key = {"read_model": model.name, "version": model.version, "is_shadow": is_shadow}
    seconds = SHADOW_LEASE_SECONDS if is_shadow else LEASE_SECONDS
    connection.execute(
        """
        INSERT INTO read_models.checkpoint (read_model, version, is_shadow)
        VALUES (%(read_model)s, %(version)s, %(is_shadow)s)
        ON CONFLICT DO NOTHING
        """,
        key,
    )
    taken = connection.execute(
        """
        WITH taken AS (
            UPDATE read_models.checkpoint
               SET epoch = epoch + 1,
                   holder = %(holder)s,
                   leased_until = clock_timestamp() + make_interval(secs => %(seconds)s),
                   heartbeat_at = clock_timestamp()
             WHERE read_model = %(read_model)s
               AND version = %(version)s
               AND is_shadow = %(is_shadow)s
               AND (leased_until < clock_timestamp() OR holder = %(holder)s OR leased_until > clock_timestamp()
                    + make_interval(secs => %(beyond)s))
            RETURNING read_model, version, is_shadow, epoch, position),
        members AS (
            SELECT known.read_model, known.version, known.number
              FROM read_models.topic_partition AS known
              JOIN taken ON (taken.read_model, taken.version) = (known.read_model, known.version)
             WHERE NOT taken.is_shadow
             ORDER BY known.number
               FOR UPDATE OF known),
        stopped AS (
            UPDATE read_models.topic_partition AS known
               SET epoch = known.epoch + 1
              FROM members
             WHERE (known.read_model, known.version, known.number)
                 = (members.read_model, members.version, members.number))
        SELECT epoch, position FROM taken
        """,
        {**key, "holder": holder, "seconds": seconds, "beyond": seconds + CLOCK_MOVED_SECONDS},
    ).fetchone()
    if taken is None:
        return None
    return Lease(model.name, model.version, is_shadow, taken[0], holder), taken[1]


def move(connection: Connection[Any], lease: Lease, *, before: int, after: int, head: int) -> None:
    """Advance the checkpoint by compare-and-set and renew the lease; LeaseWasLost if either is not ours any more.

    First in the writing transaction: the row lock keeps a successor waiting until our rows are in or gone.
    """
    moved = connection.execute(
        """
        UPDATE read_models.checkpoint
           SET position = %(after)s,
               head = greatest(%(head)s, %(after)s),
               leased_until = clock_timestamp() + make_interval(secs => %(seconds)s),
               heartbeat_at = clock_timestamp()
         WHERE read_model = %(read_model)s
           AND version = %(version)s
           AND is_shadow = %(is_shadow)s
           AND epoch = %(epoch)s
           AND position = %(before)s
        """,
        {**lease._asdict(), "before": before, "after": after, "head": head, "seconds": lease.seconds},
    )
    if moved.rowcount != 1:
        raise LeaseWasLost(f"{lease.read_model}_v{lease.version} at {before}")


def move_all(connection: Connection[Any], moves: Sequence[Move], *, head: int) -> Callable[[], None]:
    """The same for several in one statement. Call what it answers with, once the statement has run, to be sure of it.

    It may stand in a pipeline: whether all have moved is known only after that.
    """
    columns = [list(column) for column in zip(*(_move_columns(move) for move in moves), strict=True)]
    moved = connection.execute(MOVE_ALL, [head, *columns])

    def check() -> None:
        if moved.rowcount != len(moves):
            raise LeaseWasLost(f"{len(moves) - moved.rowcount} of {len(moves)}")

    return check


def _move_columns(move: Move) -> tuple[Any, ...]:
    lease = move.lease
    return lease.read_model, lease.version, lease.is_shadow, lease.epoch, lease.seconds, move.before, move.after


def give_back(connection: Connection[Any], lease: Lease) -> None:
    """Let the next runner begin at once instead of after the lease has run out."""
    connection.execute(
        """
        UPDATE read_models.checkpoint
           SET leased_until = '-infinity'
         WHERE read_model = %(read_model)s
           AND version = %(version)s
           AND is_shadow = %(is_shadow)s
           AND epoch = %(epoch)s
        """,
        lease._asdict(),
    )
