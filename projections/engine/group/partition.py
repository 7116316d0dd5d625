"""The partitions of a topic as one read model knows them: taken under an epoch, moved on by compare-and-set."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from projections.engine.group.topic import Topic
from projections.engine.lease import CLOCK_MOVED_SECONDS, LEASE_SECONDS, Lease, Leased
from projections.engine.stopped import locks_within_reach

GROUP = "the members of a consumer group"
"""Who holds the lease of a read model that is filled from a topic: all of them together."""


class Partition(NamedTuple):
    """One partition in our hands, as of `epoch`. Any later epoch ends that.

    `next_offset` is None while the topic cannot be trusted to go on from here: it is new to us, or was made anew, or
    dropped what we had not read. Every event of the partition up to `position` of the log is in the rows.
    """

    number: int
    epoch: int
    next_offset: int | None
    position: int


class Taken(NamedTuple):
    """A read model in the hands of the group, and those of its partitions that are ours."""

    lease: Lease
    partitions: tuple[Partition, ...]


class PartitionWasTaken(Exception):
    """Another member, or a rebuild, has what this member wrote until now; take it again before going on."""


def take(
    connection: Connection[Any], model: Leased, member: str, topic: Topic, numbers: Collection[int]
) -> Taken | None:
    """Take partitions of a read model, whoever had them; None while a runner outside the group holds its lease.

    A frozen member that wakes up finds a later epoch and writes nothing. Where the topic is another now, the log has to
    fill in before it goes on.
    """
    with locks_within_reach(connection):
        lease = _join(connection, model)
        if lease is None:
            return None
        found = connection.execute(
            """
            INSERT INTO read_models.topic_partition AS known
                   (read_model, version, number, topic_id, partitions, holder, position)
            SELECT read_model, version, number, %(topic_id)s, %(partitions)s, %(member)s, position
              FROM read_models.checkpoint, unnest(%(numbers)s::integer[]) AS number
             WHERE read_model = %(read_model)s
               AND version = %(version)s
               AND NOT is_shadow
             ORDER BY number
            ON CONFLICT (read_model, version, number) DO UPDATE
               SET epoch = known.epoch + 1,
                   holder = excluded.holder,
                   next_offset = CASE WHEN known.topic_id = excluded.topic_id
                                       AND known.partitions = excluded.partitions THEN known.next_offset END,
                   position = greatest(excluded.position,
                                       CASE WHEN known.partitions = excluded.partitions THEN known.position END),
                   topic_id = excluded.topic_id,
                   partitions = excluded.partitions,
                   heartbeat_at = clock_timestamp()
            RETURNING number, epoch, next_offset, position
            """,
            {
                **_key(lease),
                "topic_id": topic.topic_id,
                "partitions": topic.partitions,
                "member": member,
                "numbers": sorted(numbers),
            },
        ).fetchall()
        connection.execute(
            "DELETE FROM read_models.topic_partition"
            " WHERE read_model = %(read_model)s AND version = %(version)s AND number >= %(partitions)s",
            {**_key(lease), "partitions": topic.partitions},
        )
    return Taken(lease, tuple(Partition(*one) for one in found))


def move(connection: Connection[Any], lease: Lease, before: Sequence[Partition], after: Sequence[Partition]) -> None:
    """Go on from one place in each partition to another, or PartitionWasTaken if any of them is not ours any more.

    First in the writing transaction: the row locks keep a successor waiting until our rows are in or gone.
    """
    moved = connection.execute(
        """
        WITH ours AS (
            SELECT known.number, moved.next_offset, moved.position
              FROM read_models.topic_partition AS known
              JOIN unnest(%(numbers)s::integer[], %(epochs)s::bigint[], %(stood_at)s::bigint[],
                          %(next_offsets)s::bigint[], %(positions)s::bigint[])
                   AS moved (number, epoch, stood_at, next_offset, position)
                   ON moved.number = known.number
             WHERE known.read_model = %(read_model)s
               AND known.version = %(version)s
               AND known.epoch = moved.epoch
               AND known.next_offset IS NOT DISTINCT FROM moved.stood_at
             ORDER BY known.number
               FOR UPDATE OF known)
        UPDATE read_models.topic_partition AS known
           SET next_offset = ours.next_offset,
               position = greatest(known.position, ours.position),
               heartbeat_at = clock_timestamp()
          FROM ours
         WHERE known.read_model = %(read_model)s
           AND known.version = %(version)s
           AND known.number = ours.number
        """,
        {
            **_key(lease),
            "numbers": [one.number for one in before],
            "epochs": [one.epoch for one in before],
            "stood_at": [one.next_offset for one in before],
            "next_offsets": [one.next_offset for one in after],
            "positions": [one.position for one in after],
        },
    )
    if moved.rowcount != len(before):
        raise PartitionWasTaken(f"{lease.read_model}_v{lease.version}")


def claim(connection: Connection[Any], member: str, ends: Mapping[int, int], position: int) -> None:
    """Say that partitions hold nothing more up to a position of the log, for all read models that have read so far.

    `ends` are offsets of which the relay has said that whatever it sends after them lies beyond `position`.
    """
    connection.execute(
        """
        WITH ours AS (
            SELECT known.read_model, known.version, known.number
              FROM read_models.topic_partition AS known
              JOIN unnest(%(numbers)s::integer[], %(ends)s::bigint[]) AS reached (number, end_offset)
                   ON reached.number = known.number
             WHERE known.holder = %(member)s
               AND known.next_offset >= reached.end_offset
               AND known.position < %(position)s
             ORDER BY known.read_model, known.version, known.number
               FOR UPDATE OF known)
        UPDATE read_models.topic_partition AS known
           SET position = %(position)s, heartbeat_at = clock_timestamp()
          FROM ours
         WHERE (known.read_model, known.version, known.number) = (ours.read_model, ours.version, ours.number)
        """,
        {"member": member, "numbers": list(ends), "ends": list(ends.values()), "position": position},
    )


def beat(connection: Connection[Any], member: str) -> None:
    """Say that the partitions of a member are looked after."""
    connection.execute(
        """
        WITH ours AS (
            SELECT read_model, version, number
              FROM read_models.topic_partition
             WHERE holder = %(member)s
             ORDER BY read_model, version, number
               FOR UPDATE)
        UPDATE read_models.topic_partition AS known
           SET heartbeat_at = clock_timestamp()
          FROM ours
         WHERE (known.read_model, known.version, known.number) = (ours.read_model, ours.version, ours.number)
        """,
        {"member": member},
    )


def distrust(connection: Connection[Any], numbers: Collection[int]) -> None:
    """Take partitions from everybody, so that whoever takes them next begins from the log, where the read model stands.

    For a topic that no longer holds what follows on the rows.
    """
    connection.execute(
        """
        WITH these AS (
            SELECT known.read_model, known.version, known.number, checkpoint.position
              FROM read_models.topic_partition AS known
              JOIN read_models.checkpoint AS checkpoint
                   ON (checkpoint.read_model, checkpoint.version) = (known.read_model, known.version)
                      AND NOT checkpoint.is_shadow
             WHERE known.number = ANY(%(numbers)s)
             ORDER BY known.read_model, known.version, known.number
               FOR UPDATE OF known)
        UPDATE read_models.topic_partition AS known
           SET epoch = epoch + 1, next_offset = NULL, position = these.position
          FROM these
         WHERE (known.read_model, known.version, known.number) = (these.read_model, these.version, these.number)
        """,
        {"numbers": sorted(numbers)},
    )


def _join(connection: Connection[Any], model: Leased) -> Lease | None:
    """The lease in the name of the group. Members join it; only whoever takes it from outside begins an epoch."""
    key = {"read_model": model.name, "version": model.version, "group": GROUP, "seconds": LEASE_SECONDS}
    key |= {"beyond": LEASE_SECONDS + CLOCK_MOVED_SECONDS}
    joined = connection.execute(
        """
        UPDATE read_models.checkpoint
           SET epoch = CASE WHEN holder = %(group)s THEN epoch ELSE epoch + 1 END,
               holder = %(group)s,
               leased_until = clock_timestamp() + make_interval(secs => %(seconds)s)
         WHERE read_model = %(read_model)s
           AND version = %(version)s
           AND NOT is_shadow
           AND (leased_until < clock_timestamp() OR holder = %(group)s OR leased_until > clock_timestamp()
                + make_interval(secs => %(beyond)s))
        RETURNING epoch
        """,
        key,
    ).fetchone()
    return Lease(model.name, model.version, False, joined[0], GROUP) if joined else None


def _key(lease: Lease) -> dict[str, Any]:
    return {"read_model": lease.read_model, "version": lease.version}
