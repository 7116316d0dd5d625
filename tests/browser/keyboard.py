"""A person whose hands stay on the keyboard: reaches fields and buttons by Tab, chooses by arrows, presses Enter."""

from typing import Literal, Self

from playwright.sync_api import Page

from tests.browser.person import Person, Typed

MOST_TABS = 150
FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const seen = document.elementFromPoint(box.x + Math.min(box.width, 40) / 2, box.y + Math.min(box.height, 40) / 2);
  const words = (place) => place.innerText.split(/\\n|\\boptional\\b/)[0].replace(/\\s+/g, " ").trim();
  const label = one.getAttribute("aria-label") || (one.labels?.length ? words(one.labels[0]) : words(one));
  const group = one.closest("fieldset")?.querySelector("legend");
  return {label, group: group ? words(group) : "", kind: one.type || one.tagName.toLowerCase(),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    shown: Boolean(seen) && (one.contains(seen) || seen.contains(one) || Boolean(one.labels?.[0]?.contains(seen)))};
}"""
KINDS = {"submit": "button", "a": "link"}


class Keyboard:
    """Whatever is reached has to show a ring, and nothing may lie over it."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page: Page = person.page
        self._unseen: list[str] = []

    @property
    def at(self) -> str:
        """The words of what has the focus."""
        found = self.page.evaluate(FOCUS)
        return found["label"] if found else ""

    def reach(self, label: str, kind: Literal["field", "button", "link"]) -> Self:
        """By Tab, from where the focus is."""
        seen = []
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            found = self.page.evaluate(FOCUS)
            if found is None:
                continue
            seen.append(found["label"])
            if not found["ring"] or not found["shown"]:
                self._unseen.append(f"{found} at {self.page.url}")
            if kind != KINDS.get(found["kind"], "field"):
                continue
            if label in (found["label"], found["group"]) or found["label"].startswith(f"{label}:"):
                return self
        raise AssertionError(f"{label} is not reached by Tab at {self.page.url}: {seen}")

    def fill(self, typed: Typed) -> Self:
        """Field by field in the order given, which is the order of the form."""
        for label, value in typed.items():
            self.reach(label.split(" › ")[-1], "field")
            self._put(value)
        return self

    def _put(self, value: str | bool) -> None:
        kind, press = self.page.evaluate("document.activeElement.type"), self.page.keyboard.press
        if value is True:
            press("Space")
        elif kind == "radio":
            self._choose(str(value))
        elif kind == "select-one":
            self.page.keyboard.type(str(value))
        elif kind == "date":
            year, month, day = str(value).split("-")
            self.page.keyboard.type(f"{month}{day}{year}")
        else:
            press("ControlOrMeta+a")
            self.page.keyboard.type(str(value))

    def _choose(self, words: str) -> None:
        for _ in range(12):
            self.page.keyboard.press("ArrowDown")
            if self.at.startswith(words):
                return
        raise AssertionError(f"no option {words}, but {self.at}")

    def press(self, words: str, kind: Literal["button", "link"] = "button") -> Self:
        """Reach the button, or the link, and press it; wait for the page that comes."""
        self.reach(words, kind)
        self.page.locator("main").evaluate("main => main.setAttribute('data-was-here', '')")
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("main:not([data-was-here])")
        return self

    def record(self, button: str, typed: Typed) -> Self:
        """Fill in the form, press its button, and read that it was recorded."""
        self.fill(typed).press(button)
        assert "Recorded at" in self.person.notice, f"{button}: {self.person.text}"
        return self

    def saw_where_it_was(self) -> None:
        """Every place that was passed had a ring, and nothing lay over it."""
        assert not self._unseen, "\n".join(self._unseen)
