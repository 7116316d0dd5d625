"""The HTTP server of `throughline serve`, which lets go of whoever waits for news before it ends."""

import socket
from collections.abc import Callable

import uvicorn


class HttpServer(uvicorn.Server):
    """Streams and long polls would be cut otherwise, each with an error, and hold the end back until then."""

    def __init__(self, config: uvicorn.Config, let_go: Callable[[], object]) -> None:
        super().__init__(config)
        self._let_go = let_go

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Asked to end."""
        self._let_go()
        await super().shutdown(sockets)
