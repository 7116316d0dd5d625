"""A person in front of the pages: signs in when asked to, reads, fills in forms by their labels, presses buttons."""

import re
from collections.abc import Mapping
from typing import Any, Self

from playwright.sync_api import Browser, Locator, Page, Response

from tests.browser.watch import Watch
from tests.waiting import PATIENCE_SECONDS

Typed = Mapping[str, str | bool]
"""What is put into a form, by label: text, an option's words, or a tick; `Group › Label` where a label comes twice."""
WITHIN = " › "
PATIENCE_MS = PATIENCE_SECONDS * 1000
AT_SIGN_IN = re.compile(r"/sign-in(?![\w-])")


class Person:
    """One person with a browser window of their own."""

    def __init__(self, browser: Browser, address: str, name: str, **window: Any) -> None:
        self.name = name
        self.context = browser.new_context(base_url=address, locale="en-US", **window)
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.watch = Watch(self.page)

    def open(self, path: str) -> Self:
        """Go to an address; where the sign-in page stands in the way, sign in and arrive."""
        self.page.goto(path)
        self.sign_in_if_asked()
        return self

    def sign_in_if_asked(self) -> None:
        """Somebody without a name stays outside."""
        if self.name and AT_SIGN_IN.search(self.page.url):
            self.page.get_by_role("button", name=f"Sign in as {self.name}").click()
            self.page.wait_for_url(lambda url: not AT_SIGN_IN.search(url))

    def follow(self, words: str) -> Self:
        """Press the link with these words in the page's content."""
        self.page.get_by_role("main").get_by_role("link", name=words, exact=True).first.click()
        self.sign_in_if_asked()
        return self

    def fill(self, button: str, typed: Typed) -> Self:
        """Put these things into the form that has this button, by their labels."""
        form = self._form(button)
        for label, value in typed.items():
            group, _, field = label.rpartition(WITHIN)
            place = form.get_by_role("group", name=group, exact=True) if group else form
            put(place, field, value)
        return self

    def press(self, button: str) -> Self:
        """Press a button and wait for the page, or the part of it, that comes."""
        self.page.locator("main").evaluate("main => main.setAttribute('data-was-here', '')")
        self._form(button).get_by_role("button", name=button, exact=True).click()
        self.page.wait_for_selector("main:not([data-was-here])")
        return self

    def record(self, button: str, typed: Typed | None = None) -> Self:
        """Fill in the form, press its button, and read that it was recorded."""
        self.fill(button, typed or {}).press(button)
        assert "Recorded at" in self.notice, f"{button}: {self.text}"
        self.watch.require_calm()
        return self

    def _form(self, button: str) -> Locator:
        named = self.page.get_by_role("button", name=button, exact=True)
        return self.page.locator("main form").filter(has=named)

    @property
    def text(self) -> str:
        """What stands in the page's content, in reading order."""
        return spoken(self.page.get_by_role("main"))

    @property
    def banner(self) -> str:
        return spoken(self.page.locator(".banner"))

    @property
    def notice(self) -> str:
        """What the page says about the entry just made."""
        found = self.page.locator(".callout", has_text=re.compile("Recorded at|Nothing new was recorded"))
        return spoken(found.first) if found.count() else ""

    def sees(self, *words: str) -> Self:
        """These words stand on the page."""
        text = self.text
        missing = [one for one in words if one not in text]
        assert not missing, f"{self.name} does not see {missing} at {self.page.url} in:\n{text}"
        return self

    def sees_above(self, *words: str) -> Self:
        """These words stand in the patient's banner."""
        missing = [one for one in words if one not in self.banner]
        assert not missing, f"{missing} is not in the banner: {self.banner}"
        return self

    def sees_nothing_of(self, *words: str) -> Self:
        """None of these words stands anywhere on the page."""
        html = self.page.content()
        found = [one for one in words if one in html]
        assert not found, f"{self.name} sees {found} at {self.page.url}"
        return self

    def goes_back(self) -> Response | None:
        return self.page.go_back()


def spoken(place: Locator) -> str:
    """The text a reader meets, in one line, with plain spaces."""
    return " ".join(place.inner_text().split())


def put(place: Locator, label: str, value: str | bool) -> None:
    """Into the field with this label, of whatever kind it is."""
    choices = place.get_by_role("radiogroup", name=exactly(label))
    if choices.count() and isinstance(value, str):
        choices.first.get_by_role("radio", name=option(value)).check()
        return
    field = place.get_by_label(exactly(label))
    assert field.count() == 1, f"{field.count()} fields are labelled {label}"
    if isinstance(value, bool):
        field.set_checked(value)
    elif field.evaluate("one => one.tagName") == "SELECT":
        field.select_option(label=value)
    else:
        field.fill(value)


def exactly(label: str) -> re.Pattern[str]:
    """The label, or the label marked as optional."""
    return re.compile(rf"^\s*{re.escape(label)}(\s+optional)?\s*$")


def option(words: str) -> re.Pattern[str]:
    """An option begins with its words; a hint may follow."""
    return re.compile(rf"^\s*{re.escape(words)}(\s|$)")
