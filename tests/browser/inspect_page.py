"""What a page is inspected for: complaints, sideways scrolling, accessibility, filled buttons, the first Tab."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from tests.browser.person import Person

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN_AXE = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"], preload: false}).then(found =>
  found.violations.map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.target.join(" ")).join(", ")}`))"""
SCROLLS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
Theme = Literal["light", "dark"]
Looks = Sequence[tuple[int, Theme]]

EVERY_LOOK: Looks = ((1280, "light"), (1280, "dark"), (390, "light"), (390, "dark"))
TWO_LOOKS: Looks = ((1280, "light"), (390, "dark"))
"""Both widths and both themes; enough for what is made of the same pieces again and again."""
SKIPS = ("Skip to the content", "Ir al contenido")
WIDTHS = (320, 390, 768, 1280)


def inspect(person: Person, path: str, *, filled: int | None = 1, looks: Looks = TWO_LOOKS) -> list[str]:
    """Open the page and say what is wrong with it; `filled` buttons are meant to be on it, None for any number."""
    person.page.set_viewport_size({"width": 1280, "height": 900})
    person.open(path)
    return inspect_shown(person, path, filled=filled, looks=looks)


def inspect_shown(person: Person, name: str, *, filled: int | None = 1, looks: Looks = TWO_LOOKS) -> list[str]:
    """The same for the page that is on the screen."""
    found = [*_headed(person), *_filled(person, filled), *_first_tab(person), *_sideways(person)]
    found += person.watch.complaints
    person.watch.complaints.clear()
    found += _axe(person, looks)
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


def _sideways(person: Person) -> list[str]:
    found = []
    for width in WIDTHS:
        person.page.set_viewport_size({"width": width, "height": 900})
        if (over := person.page.evaluate(SCROLLS)) > 0:
            found.append(f"scrolls sideways by {over} px at {width} px")
    return found


def _axe(person: Person, looks: Looks) -> list[str]:
    page, found = person.page, []
    page.evaluate(AXE)
    for width, theme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        found += [f"{one} ({width} px, {theme})" for one in page.evaluate(RUN_AXE, RULES)]
    return found
