"""A real chromium and the served clinic, for tests that look at pages."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.person import PATIENCE_MS
from tests.browser.served import Served, served_clinic
from tests.postgres import Servers

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""Without the windows, menus and toolbars of a desktop browser the same pages cost less than half the time."""

QUIET = (
    "--no-sandbox",
    "--no-zygote",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
"""No sandbox, since test machines run as root, nor the process that hands it on; no shared memory, which containers
have little of; nothing of its own over the network. No features are named here: the driver names those it needs off,
and the last such list replaces all others."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One chromium for the tests of a file. Not longer: while it is driven, its event loop runs in this thread."""
    if CHROMIUM is None:
        pytest.skip("Debian's package `chromium-headless-shell` is not installed")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def served(servers: Servers) -> Iterator[Served]:
    """Bay KAP Network on Thu 12 Mar 2026, 09:42, behind a port, for the tests of a file."""
    with servers.get("embedded").fresh_database() as database, served_clinic(database) as opened:
        yield opened
