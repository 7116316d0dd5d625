"""What a page is inspected for: complaints, sideways scrolling, accessibility, filled buttons, the first Tab."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page

from tests.browser.person import Person

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text()
BRING_AXE = f"window.bringAxe = () => {{{AXE}}}"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules that ask what colour something has; to all others a page is the same in light and dark."""
RUN_AXE = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"], preload: false}).then(found =>
  found.violations.map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.target.join(" ")).join(", ")}`))"""
TO_THE_TOP = "() => scrollTo(0, 0)"
"""Where each look begins: a bar that stays on the screen covers what happens to lie under it."""
SCROLLS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
Theme = Literal["light", "dark"]
Looks = Sequence[tuple[int, Theme]]

EVERY_LOOK: Looks = ((1280, "light"), (1280, "dark"), (390, "light"), (390, "dark"))
TWO_LOOKS: Looks = ((1280, "light"), (390, "dark"))
"""Both widths and both themes; enough for what is made of the same pieces again and again."""
SKIPS = ("Skip to the content", "Ir al contenido")
WIDTHS = (1280, 768, 320, 390)
"""Beginning with the one at which pages are opened: each other one costs a layout of the whole page."""


class Inspected(Person):
    """A person in a window that brings axe along: half a megabyte sent to each page costs as much as its findings."""

    def __init__(self, browser: Browser, address: str, name: str, **window: Any) -> None:
        super().__init__(browser, address, name, **window)
        self.page.add_init_script(BRING_AXE)


def axe_finds(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """What axe has to say about the page on the screen, by these rules or those with these tags."""
    page.evaluate("window.axe || window.bringAxe()")
    found: list[str] = page.evaluate(RUN_AXE, rules)
    return found


def inspect(person: Inspected, path: str, *, filled: int | None = 1, looks: Looks = TWO_LOOKS) -> list[str]:
    """Open the page and say what is wrong with it; `filled` buttons are meant to be on it, None for any number."""
    person.page.set_viewport_size({"width": 1280, "height": 900})
    person.open(path)
    return inspect_shown(person, path, filled=filled, looks=looks)


def inspect_shown(person: Inspected, name: str, *, filled: int | None = 1, looks: Looks = TWO_LOOKS) -> list[str]:
    """The same for the page that is on the screen."""
    found = [*_headed(person), *_filled(person, filled), *_first_tab(person)]
    found += person.watch.complaints
    person.watch.complaints.clear()
    found += _looked_at(person.page, looks)
    return [f"{name}: {one}" for one in found]


def _headed(person: Person) -> list[str]:
    count = person.page.locator("h1").count()
    return [] if count == 1 else [f"{count} headings of the first level"]


def _filled(person: Person, expected: int | None) -> list[str]:
    words = person.page.locator(".filled:visible").all_inner_texts()
    return [] if expected is None or len(words) == expected else [f"filled buttons: {words}, not {expected}"]


def _first_tab(person: Person) -> list[str]:
    """The skip link comes first, unless something was focused for the reader, such as an error summary."""
    if person.page.evaluate("document.activeElement !== document.body"):
        return []
    person.page.keyboard.press("Tab")
    words = person.page.evaluate("document.activeElement.textContent")
    return [] if words in SKIPS else [f"the first Tab reaches {words!r}"]


def _looked_at(page: Page, looks: Looks) -> Iterator[str]:
    """At every width: whether it scrolls sideways, and what axe finds in the themes asked for."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if (over := page.evaluate(SCROLLS)) > 0:
            yield f"scrolls sideways by {over} px at {width} px"
        page.evaluate(TO_THE_TOP)
        rules = RULES
        for theme in (theme for at, theme in looks if at == width):
            page.emulate_media(color_scheme=theme)
            yield from (f"{one} ({width} px, {theme})" for one in axe_finds(page, rules))
            rules = COLOURS
