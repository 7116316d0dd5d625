"""HTTP as it comes in: a head of bounded size, and every request whole within a minute.

The parser itself takes heads without an end and waits for ever, so that one stranger fills the memory of the process
and some hundreds hold all its connections. Bodies are bounded where they are read, in `api/unsafe_requests.py`.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from deploy.process.one_write import OneWrite

LARGEST_HEAD = 64 * 1024
LARGEST_REQUEST = 8 * 1024 * 1024
"""Head, body, and what stands between its pieces: a body may be refused long before, and yet go on."""
SECONDS = 60.0
TOO_LARGE = "The head of this request is too large."


class BoundedHttp(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._is_whole, self._is_in_head, self._bytes = False, True, 0
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(OneWrite(transport, self.loop))  # type: ignore[arg-type]  # is one to the server
        self._expect_the_rest()

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_whole:  # as nearly always: a request mostly comes in one piece
            return
        self._bytes += len(data)
        if self._is_in_head and self._bytes > LARGEST_HEAD:
            self.send_400_response(TOO_LARGE)
        elif self._bytes > LARGEST_REQUEST:
            self.transport.close()
        elif self._late is None:
            self._expect_the_rest()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_whole, self._is_in_head, self._bytes = False, True, 0

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._is_whole = True
        self._expect_no_more()
        super().on_message_complete()

    def _expect_the_rest(self) -> None:
        self._late = self.loop.call_later(SECONDS, self.transport.close)

    def _expect_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
