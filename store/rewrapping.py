"""Rotation of the key-encryption key: what is wrapped by an old one is wrapped anew, a batch at a time.

Two tables hold what it wraps: data keys of persons, and secrets of webhooks. Keys of psychotherapy notes are wrapped by
the data keys of two persons, and events are sealed by data keys; neither changes with a rotation.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection, sql

from store import keyring
from store.key_file import KeyEncryptionKey
from store.webhooks import secrets

BATCH = 500
"""Short enough that an erasure, or a webhook that is set, does not notice the rows that are locked."""


class Wrapped(NamedTuple):
    """A table of what the key-encryption key wraps: its columns, and what a row is bound to."""

    what: str
    table: str
    ids: Sequence[str]
    """The first is the row's own."""
    bound_to: Callable[[UUID, UUID, UUID], bytes]


WRAPPED = (
    Wrapped("data_keys", "data_keys", ("key_id", "network_id", "person_id"), keyring.bound_to),
    Wrapped(
        "webhook_secrets", "webhook_secret", ("secret_id", "network_id", "subscriber_id"), secrets.bound_to
    ),
)  # fmt: skip


def counts_by_key(connection: Connection[Any]) -> dict[str, dict[str, int]]:
    """How much of what each key wraps: by the key's id and the kind of thing. Destroyed keys are wrapped by none.

    For the work role: all networks.
    """
    counted: dict[str, dict[str, int]] = {}
    for one in WRAPPED:
        query = sql.SQL("SELECT kek_id, count(*) FROM {} WHERE wrapped IS NOT NULL GROUP BY kek_id")
        for kek_id, count in connection.execute(query.format(sql.Identifier(one.table))).fetchall():
            counted.setdefault(kek_id, {})[one.what] = count
    return counted


def wrap_anew(connection: Connection[Any], kek: KeyEncryptionKey, newest: str, batch: int = BATCH) -> Iterator[int]:
    """Wrap with the newest key what is wrapped by another; how many after each batch, which is a transaction.

    Whoever is killed in between, or runs twice, leaves rows that open: each names the key that wraps it.
    """
    for one in WRAPPED:
        last = UUID(int=0)
        while found := _wrap_some(connection, kek, one, newest, last, batch):
            last = found[-1]
            yield len(found)


def _wrap_some(
    connection: Connection[Any], kek: KeyEncryptionKey, of: Wrapped, newest: str, last: UUID, batch: int
) -> list[UUID]:
    names = {"table": sql.Identifier(of.table), "id": sql.Identifier(of.ids[0])}
    ids = sql.SQL(", ").join(map(sql.Identifier, of.ids))
    select = sql.SQL(
        "SELECT {ids}, kek_id, wrapped FROM {table}"
        " WHERE wrapped IS NOT NULL AND kek_id <> %s AND {id} > %s ORDER BY {id} LIMIT %s FOR UPDATE"
    ).format(ids=ids, **names)
    update = sql.SQL("UPDATE {table} SET kek_id = %s, wrapped = %s WHERE {id} = %s").format(**names)
    with connection.transaction():
        rows = connection.execute(select, [newest, last, batch]).fetchall()
        anew = [
            (*_anew(kek, of.bound_to(*about), kek_id, bytes(wrapped)), about[0]) for *about, kek_id, wrapped in rows
        ]
        with connection.cursor() as cursor:
            cursor.executemany(update, anew)
    return [row[0] for row in rows]


def _anew(kek: KeyEncryptionKey, about: bytes, kek_id: str, wrapped: bytes) -> tuple[str, bytes]:
    return kek.wrap(kek.unwrap(kek_id, wrapped, about), about)


def is_needed(connection: Connection[Any], kek_id: str) -> bool:
    """Whether anything is wrapped by that key, whoever is writing at this moment included.

    Ask within a transaction: until it ends nobody makes a key or a secret.
    """
    connection.execute("SELECT hold_wrapped_keys_still()")
    return kek_id in counts_by_key(connection)
