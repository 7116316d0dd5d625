"""The episode time line as inline SVG: lanes for phases, sessions and measures, drawn once for each width."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from markupsafe import Markup

from api.charts import colours, svg, time_line_marks
from api.charts.labels import Room
from api.charts.scale import Scale, date_ticks, day_number, tick_words
from api.charts.sight import in_sight, written_px
from api.charts.text import Box, Label, text_width
from api.charts.time_line import EpisodeTimeLine, Phase
from api.formats import clock, day_of, full_date

HEIGHT = 104
PHASES_Y, SESSIONS_Y, MEASURES_Y, DATES_Y = 18.0, 46.0, 72.0, 98.0
BAR_HIGH, HOLD_HIGH = 22, 16
THINNEST_PX = 4.0
TODAY_WINS_WITHIN_PX = 44
LETTERS_APART_PX = 18.0
DAYS_BEFORE, DAYS_AFTER = 5, 7
SPOKEN = "Time line; the list below says the same in words"


@dataclass(frozen=True)
class Size:
    """The width a drawing is meant for; wide ones name their lanes on the left."""

    name: str
    width: int
    left: int
    ticks: int


REPLAY = Size("replay", 1190, 86, 6)
WIDE = Size("wide", 840, 86, 6)
MIDDLE = Size("middle", 560, 86, 5)
NARROW = Size("narrow", 324, 8, 4)
SMALL = Size("small", 256, 8, 3)
EPISODE_SIZES = (WIDE, MIDDLE, NARROW, SMALL)
REPLAY_SIZES = (REPLAY, *EPISODE_SIZES)


@lru_cache(maxsize=512)
def draw_time_line(line: EpisodeTimeLine, page_id: str, sizes: tuple[Size, ...] = EPISODE_SIZES) -> Markup:
    """The time line in every size; the page shows the one that fits."""
    return svg.element("div", svg.together(_drawing(line, size, page_id) for size in sizes), class_="chart")


def _drawing(line: EpisodeTimeLine, size: Size, page_id: str) -> Markup:
    lanes = _Lanes(line, size)
    return svg.picture(
        *lanes.rails(),
        *lanes.phases(),
        *lanes.holds(),
        *lanes.sessions(),
        *lanes.measures(),
        *lanes.today(),
        *lanes.moments(),
        *lanes.words(),
        id_=f"{page_id}-{size.name}",
        name=size.name,
        width=size.width,
        height=HEIGHT,
        title=SPOKEN,
    )


class _Lanes:
    """One time line at one size."""

    def __init__(self, line: EpisodeTimeLine, size: Size) -> None:
        self.of = line
        self.size = size
        first = min(line.marked_days) - timedelta(days=DAYS_BEFORE)
        last = max(line.marked_days) + timedelta(days=DAYS_AFTER)
        self.ticks = date_ticks(first, last, size.ticks)
        self.right = size.width - 8
        self.x = Scale(first.toordinal(), last.toordinal() + 1, size.left, self.right)

    def on(self, day: date) -> float:
        return self.x.px(day_number(day, self.of.zone))

    def rails(self) -> Iterator[Markup]:
        for y in (PHASES_Y, SESSIONS_Y, MEASURES_Y):
            yield svg.line(self.size.left, y, self.right, y, "c-rail", colours.LINE)

    def phases(self) -> Iterator[Markup]:
        for phase in self.of.phases:
            start, end = self.on(phase.from_on), self.on(phase.until_on or self.of.last_on)
            wide = max(THINNEST_PX, end - start)
            yield svg.group(
                self.bar(phase, start, wide), *self.name(phase, start, wide), title=time_line_marks.phase_title(phase)
            )

    def bar(self, phase: Phase, start: float, wide: float) -> Markup:
        class_, fill, stroke = ("c-phase", colours.SUNKEN, colours.LINE)
        if phase.current:
            class_, fill, stroke = ("c-phase-now", colours.ACCENT_SOFT, colours.ACCENT)
        top = PHASES_Y - BAR_HIGH / 2
        return svg.rectangle(start, top, wide, BAR_HIGH, class_, rx=3, fill=fill, stroke=stroke)

    def name(self, phase: Phase, start: float, wide: float) -> Iterator[Markup]:
        """The name inside its bar where it fits, clear of the letters; its title says it anyway."""
        label = Label(start + 6, PHASES_Y + 4, phase.name)
        covered = [Box(x - 9, 0, x + 9, 20) for x in self.letter_places()]
        if text_width(phase.name) + 12 <= wide and not any(label.box().overlaps(box) for box in covered):
            yield svg.words(label)

    def holds(self) -> Iterator[Markup]:
        for hold in self.of.holds:
            start, end = self.on(hold.from_on), self.on(hold.until_on or self.of.last_on)
            box = svg.rectangle(
                start,
                SESSIONS_Y - HOLD_HIGH / 2,
                max(THINNEST_PX, end - start),
                HOLD_HIGH,
                "c-hold",
                rx=2,
                fill=colours.URGENT_SOFT,
                stroke=colours.URGENT,
            )
            yield svg.group(box, title=time_line_marks.hold_title(hold))

    def sessions(self) -> Iterator[Markup]:
        for session in self.of.sessions:
            yield svg.group(
                time_line_marks.session_mark(session, self.on(session.on), SESSIONS_Y),
                title=time_line_marks.session_title(session),
            )

    def measures(self) -> Iterator[Markup]:
        places = [(measure, self.on(measure.on)) for measure in self.of.measures]
        for measure, x in in_sight(places, lambda one: (time_line_marks.look_of(one[0]), written_px(one[1]))):
            yield svg.group(
                time_line_marks.measure_mark(measure, x, MEASURES_Y),
                title=time_line_marks.measure_title(measure),
            )

    def today(self) -> Iterator[Markup]:
        """No line where the course is over: today may lie years behind the picture's edge."""
        if self.of.over_on is not None:
            return
        x = self.on(self.of.today)
        yield svg.line(x, 4, x, 86, "c-today", colours.ACCENT, stroke_width="1.5")

    def moments(self) -> Iterator[Markup]:
        """Ink lines with a letter in a box; boxes step aside where two would cover one another."""
        for moment, box_x in zip(self.of.moments, self.letter_places(), strict=True):
            x = self.x.px(day_number(moment.at, self.of.zone))
            letter = Label(box_x, 12, moment.letter, "middle", bold=True)
            yield svg.group(
                svg.line(x, 8, x, 88, "c-moment", colours.INK, stroke_width="1.5"),
                svg.rectangle(box_x - 8, 0, 16, 16, "c-letter-box", rx=2, fill=colours.INK),
                svg.words(letter, "c-letter", colours.SURFACE),
                title=f"{moment.letter}: {full_date(day_of(moment.at, self.of.zone))} {clock(moment.at, self.of.zone)}",
            )

    def letter_places(self) -> list[float]:
        places = [self.x.px(day_number(moment.at, self.of.zone)) for moment in self.of.moments]
        if len(places) == 2 and abs(places[0] - places[1]) < LETTERS_APART_PX:
            middle, half = sum(places) / 2, LETTERS_APART_PX / 2
            middle = min(max(middle, half + 8), self.size.width - half - 8)
            return [middle - half, middle + half] if places[0] <= places[1] else [middle + half, middle - half]
        return places

    def words(self) -> Iterator[Markup]:
        room = Room(Box(0, 0, self.size.width, HEIGHT))
        for label in (*self.lane_names(), *self.dates()):
            if room.place([label]):
                yield svg.words(label)

    def lane_names(self) -> Iterator[Label]:
        if self.size.left < 80:
            return
        for name, y in (("Phase", PHASES_Y), ("Sessions", SESSIONS_Y), ("Measures", MEASURES_Y)):
            yield Label(4, y + 4, name)

    def dates(self) -> Iterator[Label]:
        """`today` first; ticks near it give way."""
        today_at = self.on(self.of.today) if self.of.over_on is None else None
        if today_at is not None:
            yield self.date_label(today_at, "today")
        for day, words in zip(self.ticks, tick_words(self.ticks, self.of.today), strict=True):
            x = self.x.px(day.toordinal())
            if today_at is None or abs(x - today_at) >= TODAY_WINS_WITHIN_PX:
                yield self.date_label(x, words)

    def date_label(self, x: float, words: str) -> Label:
        """Centred on its day, but never over the edge of the picture."""
        room = text_width(words) / 2 + 1
        return Label(min(max(x, room), self.size.width - room), DATES_Y, words, "middle")
