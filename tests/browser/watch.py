"""What a browser complains about while pages are looked at: security policy, errors of scripts, what did not load."""

from playwright.sync_api import ConsoleMessage, Error, Page, Request

LISTEN = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`security policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
EXPECTED_STATUS = "the server responded with a status of"
"""Chromium writes a line for every refused form and every page that is not there; tests look at those themselves."""


class Watch:
    """Listens to one page."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        page.add_init_script(LISTEN)
        page.on("console", self._heard)
        page.on("pageerror", self._failed)
        page.on("requestfailed", self._not_loaded)

    def require_calm(self) -> None:
        """Nothing was complained about so far."""
        assert not self.complaints, self.complaints

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and EXPECTED_STATUS not in message.text:
            self.complaints.append(f"{message.text} ({message.location.get('url')})")

    def _failed(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _not_loaded(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a press on a link before the page was complete
            self.complaints.append(f"{request.url}: {request.failure}")
