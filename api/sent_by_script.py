"""A form that is sent by script is told where to go on, and not taken there: until then what was typed stays."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SENT_BY = "x-sent-by"
LEADS_TO = "x-leads-to"
SEE_OTHER, NO_CONTENT = 303, 204


class SentByScript:
    """Answers 204 and names the next page where a browser would be sent on: a script cannot read a redirection."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or Headers(scope=scope).get(SENT_BY) != "script":
            await self.app(scope, receive, send)
            return

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == SEE_OTHER:
                message = {**message, "status": NO_CONTENT}
                headers = MutableHeaders(scope=message)
                headers[LEADS_TO] = headers["location"]
                for name in ("location", "content-length"):
                    del headers[name]
            await send(message)

        await self.app(scope, receive, send_named)
