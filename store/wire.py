"""Values in PostgreSQL's binary format, and a prepared statement called through libpq itself.

Only the append goes this way. psycopg's own `execute` adapts each value and waits in Python, which costs more
than the append costs the server (measured: 0.48 of a bare INSERT's rate with it, see `tests/bench` for the present).
"""

import struct
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus

BINARY = 1
SINCE = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_INT2, _INT4, _INT8 = struct.Struct(">h"), struct.Struct(">i"), struct.Struct(">q")
_FIELD = struct.Struct(">Ii")
_ARRAY, _NO_ITEMS = struct.Struct(">iiIii"), struct.Struct(">iiI")

OID = {"uuid": 2950, "text": 25, "int2": 21, "int4": 23, "bytea": 17, "timestamptz": 1184, "jsonb": 3802}
ARRAY_OID = {"uuid": 2951, "text": 1009, "int2": 1005, "int4": 1007, "bytea": 1001, "timestamptz": 1185}


def of_moment(value: datetime) -> bytes:
    return _INT8.pack((value - SINCE) // MICROSECOND)


def of_jsonb(value: str) -> bytes:
    return b"\x01" + value.encode()


Encode = Callable[[Any], bytes]
ENCODE: dict[str, Encode] = {
    "uuid": attrgetter("bytes"),
    "text": str.encode,
    "int2": _INT2.pack,
    "int4": _INT4.pack,
    "bytea": bytes,
    "timestamptz": of_moment,
    "jsonb": of_jsonb,
}


def oid_of(kind: str) -> int:
    """The type's number; `uuid[]` is a list of uuid."""
    return ARRAY_OID[kind[:-2]] if kind.endswith("[]") else OID[kind]


def encoder_of(kind: str) -> Encode:
    """How values of a type travel, or lists of them."""
    return _of_list(kind[:-2]) if kind.endswith("[]") else ENCODE[kind]


def _of_list(kind: str) -> Encode:
    oid, encode = OID[kind], ENCODE[kind]

    def encode_list(values: Sequence[Any]) -> bytes:
        if not values:
            return _NO_ITEMS.pack(0, 0, oid)
        parts = [_ARRAY.pack(1, 0, oid, len(values), 1)]
        for value in values:
            item = encode(value)
            parts += (_INT4.pack(len(item)), item)
        return b"".join(parts)

    return encode_list


def number(value: bytes) -> int:
    """An int4 or int8."""
    return int.from_bytes(value, "big", signed=True)


def moment(value: bytes) -> datetime:
    """A timestamptz, in UTC."""
    return SINCE + timedelta(microseconds=number(value))


def record(value: bytes) -> list[bytes | None]:
    """The fields of a record, each still in binary."""
    fields: list[bytes | None] = []
    at = _INT4.size
    while at < len(value):
        _, length = _FIELD.unpack_from(value, at)
        at += _FIELD.size
        fields.append(None if length < 0 else value[at : at + length])
        at += max(length, 0)
    return fields


def numbers(value: bytes) -> list[int]:
    """An array of int8."""
    return [_INT8.unpack_from(value, at)[0] for at in range(24, len(value), 12)]


class Statement:
    """A statement that each connection prepares once."""

    def __init__(self, name: str, sql: str, kinds: Sequence[str]) -> None:
        self._name, self._sql = name.encode(), sql.encode()
        self._oids = [oid_of(kind) for kind in kinds]
        self._encoders = [encoder_of(kind) for kind in kinds]
        self._formats = [BINARY] * len(self._oids)

    def call(self, connection: Connection[Any], values: Sequence[Any]) -> list[bytes | None]:
        """The fields of the one record that it answers with. Blocks without the GIL; raises psycopg's errors."""
        parameters = [
            None if value is None else encode(value) for encode, value in zip(self._encoders, values, strict=True)
        ]
        try:
            return self._called(connection, parameters)
        except psycopg.errors.InvalidSqlStatementName:
            # psycopg forgets everything prepared after a rollback, what it did not prepare included. Nothing was done.
            _prepared_on(connection).discard(self)
            return self._called(connection, parameters)

    def _called(self, connection: Connection[Any], parameters: Sequence[bytes | None]) -> list[bytes | None]:
        link = connection.pgconn
        if self not in (prepared := _prepared_on(connection)):
            _checked(connection, link.prepare(self._name, self._sql, self._oids))
            prepared.add(self)
        answer = _checked(connection, link.exec_prepared(self._name, parameters, self._formats, BINARY))  # type: ignore[arg-type]  # its stub forgets that NULL is None
        return record(answer.get_value(0, 0))


def _prepared_on(connection: Connection[Any]) -> set[Statement]:
    known: set[Statement] = connection.__dict__.setdefault("_prepared_statements", set())
    return known


def _checked(connection: Connection[Any], answer: Any) -> Any:
    if answer.status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        return answer
    if connection.pgconn.status == ConnStatus.BAD:
        raise psycopg.OperationalError("the connection was lost")
    raise error_from_result(answer)
