"""The timeline section: every event in words under the day it happened, with both its times where they differ."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from markupsafe import Markup

from api import formats
from api.scene import Scene
from projections.timeline import LATE, Order, Shown, in_words

FILTERS = (
    ("all", "All"),
    ("decisions", "Decisions"),
    ("sessions", "Sessions"),
    ("measures", "Measures"),
    ("corrections", "Corrections"),
    (LATE, "Late"),
)
Texts = Callable[[Sequence[Any]], list[tuple[str, str]]]
"""Opens the free text of a line for those who may read it: label and words."""


class Row(NamedTuple):
    """As `event_row` shows one."""

    time: Markup
    kind: str
    sentence: Markup
    second: Markup
    id: str
    urgent: bool
    in_error: bool


class Day(NamedTuple):
    heading: str
    rows: list[Row]


def days(lines: Iterable[Shown], scene: Scene, things: Mapping[UUID, str], texts: Texts, order: Order) -> list[Day]:
    """The lines under their days, in the order in which they come."""
    name = _naming(scene, things)

    def day_of_line(line: Shown) -> Any:
        moment = line.occurred_at if order is Order.HAPPENED else line.recorded_at
        return formats.day_of(moment, scene.zone)

    return [
        Day(formats.heading_date(on), [_row(line, scene, name, texts) for line in group])
        for on, group in groupby(lines, day_of_line)
    ]


def folded(shown: Sequence[Day], at_first: int) -> tuple[list[Day], list[Day]]:
    """The first rows, and those to be unfolded; a day that is cut has its heading twice."""
    first: list[Day] = []
    rest: list[Day] = []
    for day in shown:
        room = max(0, at_first - sum(len(one.rows) for one in first))
        for part, rows in ((first, day.rows[:room]), (rest, day.rows[room:])):
            if rows:
                part.append(Day(day.heading, rows))
    return first, rest


def filters_shown(href: str, counts: Mapping[str, int], only: str) -> list[tuple[str, str, int, bool]]:
    """Each filter with the number of lines it opens."""
    return [
        (f"{href}?only={key}#timeline", words, counts.get(key, 0), key == (only or "all")) for key, words in FILTERS
    ]


def _naming(scene: Scene, things: Mapping[UUID, str]) -> Callable[[UUID], str]:
    def name(one: UUID) -> str:
        return things.get(one) or escape(scene.name_of(one))

    return name


def _row(line: Shown, scene: Scene, name: Callable[[UUID], str], texts: Texts) -> Row:
    at = formats.time_tag(line.occurred_at, scene.zone, formats.clock(line.occurred_at, scene.zone))
    corrections = line.corrections or []
    return Row(
        time=at,
        kind=line.icon,
        sentence=Markup(line.say(name)),  # noqa: S704 sentences are escaped when they are folded
        second=_second_line(line, scene, name, texts),
        id=f"event-{line.version}",
        urgent=line.icon == "safety",
        in_error=any(_is_in_error(one) for one in corrections),
    )


def _second_line(line: Shown, scene: Scene, name: Callable[[UUID], str], texts: Texts) -> Markup:
    pieces: list[Markup] = []
    if line.note:
        note = in_words(line.note, name)
        pieces.append(Markup(note[:1].upper() + note[1:]))  # noqa: S704 as above
    pieces += [Markup("<q>{}</q>").format(words) if not label else Markup("{}: {}").format(label, words)
               for label, words in texts(line.texts or [])]  # fmt: skip
    if line.is_late:
        recorded = formats.list_moment(line.recorded_at, scene.zone, scene.now)
        pieces.append(Markup("Recorded {}, {} later").format(recorded, formats.length(line.later_by)))
    if line.corrects_version:
        pieces.append(_link(scene, line.corrects_version, f"Corrects event {line.corrects_version}"))
    for version, _at, is_in_error in line.corrections or []:
        said = "Marked in error" if is_in_error else "Corrected"
        pieces.append(_link(scene, version, f"{said} in event {version}"))
    pieces.append(Markup('<a href="{}/events/{}">Event {}</a>').format(scene.href, line.version, line.version))
    return Markup(" · ").join(pieces)


def _link(scene: Scene, version: int, words: str) -> Markup:
    return Markup('<a href="{}/events/{}">{}</a>').format(scene.href, version, words)


def _is_in_error(correction: Sequence[Any]) -> bool:
    return bool(correction[2])
