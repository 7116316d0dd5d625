"""HEAD is answered as GET is, without a body (RFC 9110, 9.3.2): monitors and link checkers ask that way."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

NO_BODY: Message = {"type": "http.response.body", "body": b""}


class HeadAsGet:
    """Hands HEAD on as GET and keeps the body back; a stream ends with its headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send(NO_BODY)

        await self.app({**scope, "method": "GET"}, receive, send_without_body)
