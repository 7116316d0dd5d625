"""One signed post to a webhook and what came of it: status, time and size, never what the receiver wrote."""

import ssl
import time
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import httpcore

from domain.subscriber.webhook.address import Address
from store.webhooks.resolving import Resolver, resolve
from workers.webhook.way_out import Deadline, LeadsInside, Permit, WayOut

SECONDS = 10.0
"""For everything from the name to the last byte of the answer."""
MOST_READ_BYTES = 4096
"""Of an answer. A challenge needs 64; the rest of a longer answer is not waited for."""
IDLE_SECONDS = 15.0
"""A connection that rests longer is opened anew, so that a name that moved is asked for again."""
GONE = 410


class Failure(StrEnum):
    """Why nobody answered. An answer with a status is no failure of this kind."""

    LEADS_INSIDE = "leads_inside"
    NOT_REACHED = "not_reached"
    NOT_IN_TIME = "not_in_time"
    NOT_TRUSTED = "not_trusted"
    BROKE_OFF = "broke_off"


class Outcome(NamedTuple):
    """What came of one post. `answer` is there for a challenge alone and is kept nowhere.

    `has_left`: some of it was handed to whoever answers there, so that they may have all of it.
    """

    status: int | None
    failure: Failure | None
    duration_ms: int
    answer_bytes: int = 0
    retry_after: str | None = None
    answer: bytes = b""
    has_left: bool = True

    @property
    def is_delivered(self) -> bool:
        """Only 2xx: a redirect is not followed, for it could lead anywhere."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """The receiver says that nobody is there any more."""
        return self.status == GONE


class Post:
    """Posts for one thread; connections are kept for the next post to the same receiver."""

    def __init__(
        self,
        permit: Permit,
        *,
        resolver: Resolver = resolve,
        trusted: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._seconds = seconds
        self._deadline = Deadline()
        self._way_out = WayOut(permit, self._deadline, resolver=resolver)
        self._pool = httpcore.ConnectionPool(
            ssl_context=trusted or publicly_trusted(),
            max_connections=1,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=self._way_out,
        )

    def send(self, address: Address, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Post once. Never raises for what the receiver, or the way there, does."""
        self._deadline.start(self._seconds)
        self._way_out.has_sent = False
        begun = time.monotonic()

        def took() -> int:
            return round((time.monotonic() - begun) * 1000)

        try:
            return self._posted(address, body, headers)._replace(duration_ms=took())
        except Exception as error:
            failure = _failure_of(error)
            if failure is None:
                raise
            return Outcome(None, failure, took(), has_left=self._way_out.has_sent)

    def hang_up(self) -> None:
        """Break off a post that is under way on another thread; it ends as one that broke off."""
        self._way_out.hang_up()

    def close(self) -> None:
        """Close what is open."""
        self._pool.close()

    def _posted(self, address: Address, body: bytes, headers: Mapping[str, str]) -> Outcome:
        named = {"host": address.authority, **headers}
        asked = [(name.encode(), value.encode()) for name, value in named.items()]
        with self._pool.stream("POST", address.url, headers=asked, content=body) as response:
            answer = _beginning_of(response)
            after = next((value for name, value in response.headers if name.lower() == b"retry-after"), None)
        said = after.decode("ascii", "replace")[:40] if after else None
        return Outcome(response.status, None, 0, len(answer), said, answer)


@cache
def publicly_trusted() -> ssl.SSLContext:
    """Whom everybody trusts. One for all: each holds every authority's certificate, the most of a megabyte."""
    return httpcore.default_ssl_context()


def headers_of(message_id: str, moment: datetime, signatures: str) -> dict[str, str]:
    """Those of Standard Webhooks around a CloudEvent in structured mode."""
    return {
        "content-type": "application/cloudevents+json; charset=utf-8",
        "user-agent": "Throughline-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signatures,
    }


def _beginning_of(response: httpcore.Response) -> bytes:
    read = b""
    for chunk in response.iter_stream():
        read += chunk
        if len(read) >= MOST_READ_BYTES:
            break
    return read[:MOST_READ_BYTES]


def _failure_of(error: Exception) -> Failure | None:
    """In our words; None for what is no failure of the network but of this program."""
    match error:
        case LeadsInside():
            return Failure.LEADS_INSIDE
        case httpcore.TimeoutException():
            return Failure.NOT_IN_TIME
        case ssl.SSLError():
            return Failure.NOT_TRUSTED
        case httpcore.ConnectError():
            return (
                Failure.NOT_TRUSTED
                if isinstance(error.__cause__ or error.__context__, ssl.SSLError)
                else Failure.NOT_REACHED
            )
        case httpcore.NetworkError() | httpcore.ProtocolError() | OSError():
            return Failure.BROKE_OFF
        case _:
            return None
