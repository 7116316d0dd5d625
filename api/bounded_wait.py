"""How long a request may wait for the database: so long that a short stop passes unnoticed, and no longer.

Browsers of ours give up after twenty seconds (`throughline.js`): by then an answer in words has come. What was sent for
recording may be recorded all the same once the database goes on; under its key it is so once, however often it is sent.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from store import patience

SECONDS = 15.0


class BoundedWait:
    """Stands inside everything else: what a slow line takes to send a body is not the database's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        patience.begin(SECONDS)
        await self.app(scope, receive, send)
