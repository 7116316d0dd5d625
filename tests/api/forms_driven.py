"""Filling in a form as a browser does: what stands in it, what is typed over that, and sending it."""

import re
from html import unescape
from typing import Any

import httpx

from tests.api.clinic import Browser


def fields_in(html: str, action: str = "") -> dict[str, Any]:
    """What a browser would send if the form, the one with that address, were sent as it stands."""
    form = html[html.index(f'action="{action}"' if action else '<form class="panel form"') :]
    form = form[: form.index("</form>")]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        found = {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
        if found.get("type") in ("checkbox", "radio") and " checked" not in tag:
            continue
        if "name" not in found:
            continue  # read by a script into another field
        sent.setdefault(found["name"], []).append(found.get("value", ""))
    for name, body in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.findall(r'<option value="([^"]*)" selected', body)
        sent.setdefault(name, []).extend(chosen or re.findall(r'<option value="([^"]*)"', body)[:1])
    for name, body in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        sent.setdefault(name, []).append(unescape(body))
    return sent


def fill(browser: Browser, path: str, /, **typed: Any) -> httpx.Response:
    """Open a form, type into it, send it."""
    page = browser.get(path)
    assert page.status_code == 200, page.text[-2000:]
    sent = fields_in(page.text) | {name.replace("__", "."): value for name, value in typed.items()}
    return browser.post(path.partition("?")[0], data=sent)
