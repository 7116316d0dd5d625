"""The timeline section: every event in words under the day it happened, with both its times where they differ."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from html import escape
from itertools import groupby, islice, zip_longest
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from markupsafe import Markup

from api import formats
from api.episode_view.documents_shown import beside_entries
from api.scene import Scene
from api.shell import macro
from projections.sentences.placeholders import in_words
from projections.sentences.saying import safe
from projections.timeline import LATE
from projections.timeline_lines import Order, Shown

FILTERS = (
    ("all", "All"),
    ("decisions", "Decisions"),
    ("sessions", "Sessions"),
    ("measures", "Measures"),
    ("notes", "Notes"),
    ("corrections", "Corrections"),
    (LATE, "Late"),
)
Texts = Callable[[Sequence[Any]], list[tuple[str, str]]]
"""Opens free text for those who may read it: label and words. Everybody else gets none."""
TEXT = "{text}"
"""Where free text goes; braces in everything else are escaped."""


class Day(NamedTuple):
    heading: str
    rows: list[Markup]
    """As `event_row` writes them."""

    @property
    def shown(self) -> Markup:
        """Heading and rows in one piece: a template that is handed fifty looks at each of them three times."""
        return Markup(f"{_heading(self.heading)}<ol>{''.join(self.rows)}</ol>")  # noqa: S704 joined from markup


class Written(NamedTuple):
    """A row without its free text, which is opened for each reader anew: the place of each is marked."""

    row: Markup
    texts: tuple[Any, ...]


WrittenDays = tuple[tuple[str, tuple[Written, ...]], ...]
"""Headings of days with their rows; they change only with what they were written from, so they may be kept."""


def written(
    lines: Iterable[Shown], scene: Scene, things: Mapping[UUID, str], order: Order, *, with_texts: bool
) -> WrittenDays:
    """The lines under their days, in the order in which they come. `with_texts`: leave room for free text."""
    name, zone, beside = _naming(scene, things), scene.zone, beside_entries(scene)

    def day_of_line(line: Shown) -> date:
        return formats.day_of(line.occurred_at if order is Order.HAPPENED else line.recorded_at, zone)

    def row(line: Shown) -> Written:
        texts = tuple(line.texts or ()) if with_texts else ()
        return Written(_row(line, scene, name, len(texts), beside.get(line.event_id, "")), texts)

    return tuple(
        (formats.heading_date(on), tuple(row(line) for line in of_day)) for on, of_day in groupby(lines, day_of_line)
    )


def filled(days: WrittenDays, texts: Texts) -> list[Day]:
    """The days with the free text in its places."""
    opened = iter(texts([sealed for _, rows in days for row in rows for sealed in row.texts]))
    return [
        Day(heading, [_with(row.row, islice(opened, len(row.texts))) if row.texts else row.row for row in rows])
        for heading, rows in days
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


@lru_cache(maxsize=2_000)
def _heading(words: str) -> Markup:
    return macro("macros/facts.html", "day_heading")(words)


def _naming(scene: Scene, things: Mapping[UUID, str]) -> Callable[[UUID], str]:
    @cache
    def name(one: UUID) -> str:
        return things.get(one) or safe(scene.name_of(one))

    return name


def _row(line: Shown, scene: Scene, name: Callable[[UUID], str], texts: int, beside: str) -> Markup:
    second = _second_line(line, scene, name, texts, beside)
    in_error = any(is_in_error for _version, _at, is_in_error in line.corrections or ())
    return _kept(line.version, line.occurred_at, scene.network.zone, line.icon, line.say(name), second, in_error)


def _with(row: Markup, texts: Iterable[tuple[str, str]]) -> Markup:
    """The row with its free text."""
    words = [f"{escape(label)}: {escape(said)}" if label else f"<q>{escape(said)}</q>" for label, said in texts]
    pieces = zip_longest(str(row).split(TEXT), words, fillvalue="")
    return Markup("".join(piece for pair in pieces for piece in pair))  # noqa: S704 escaped here and when folded


@lru_cache(maxsize=20_000)
def _kept(version: int, at: datetime, zone: str, icon: str, sentence: str, second: str, in_error: bool) -> Markup:
    """A row without its free text. Events do not change: each is written once, and then only looked up."""
    here = ZoneInfo(zone)
    time = formats.time_tag(at, here, formats.clock(at, here))
    row = macro("macros/facts.html", "event_row")
    said, more = Markup(sentence), Markup(second)  # noqa: S704 sentences are escaped when they are folded
    return row(time, icon, said, more, id=f"event-{version}", urgent=icon == "safety", in_error=in_error)


def _second_line(line: Shown, scene: Scene, name: Callable[[UUID], str], texts: int, beside: str) -> str:
    """Written as text: markup joined to markup took half of the time of a page."""
    pieces: list[str] = []
    if line.note:
        note = in_words(line.note, name)
        pieces.append(note[:1].upper() + note[1:])
    pieces += [TEXT] * texts
    if beside:
        pieces.append(beside)
    if line.stored_as == "DocumentSigned":
        pieces.append(f'<a href="{scene.href}/documents/{line.event_id}">Read it</a>')
    if line.is_late:
        recorded = formats.list_moment(line.recorded_at, scene.zone, scene.now)
        pieces.append(f"Recorded {escape(recorded)}, {escape(formats.length(line.later_by))} later")
    if line.corrects_version:
        pieces.append(_link(scene, line.corrects_version, f"Corrects event {line.corrects_version}"))
    for version, _at, is_in_error in line.corrections or ():
        said = "Marked in error" if is_in_error else "Corrected"
        pieces.append(_link(scene, version, f"{said} in event {version}"))
    pieces.append(_link(scene, line.version, f"Event {line.version}"))
    return " · ".join(pieces)


def _link(scene: Scene, version: int, words: str) -> str:
    return f'<a href="{scene.href}/events/{version}">{words}</a>'
