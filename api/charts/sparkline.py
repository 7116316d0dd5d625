"""The sparkline of a list row: all scores of one instrument over its full range, evenly spaced."""

from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from api.charts import colours, svg
from api.charts.scale import Scale

WIDTH, HEIGHT = 92, 36
EDGE = 4


@dataclass(frozen=True)
class Sparkline:
    """Totals in time order; the cut-off is the dashed line that the list explains once beneath."""

    reference: str
    instrument: str
    minimum: int
    maximum: int
    totals: tuple[int, ...]
    cut_off: float | None = None


@lru_cache(maxsize=4096)
def draw_sparkline(sparkline: Sparkline) -> Markup:
    """A small picture, or the words `no score`."""
    if not sparkline.totals:
        return svg.element("span", "no score", class_="quiet")
    y = Scale(sparkline.minimum, sparkline.maximum, HEIGHT - EDGE, EDGE)
    step = (WIDTH - 2 * EDGE) / max(1, len(sparkline.totals) - 1)
    corners = [(EDGE + step * index, y.px(total)) for index, total in enumerate(sparkline.totals)]
    return svg.element(
        "svg",
        _cut_off(sparkline, y),
        _line(corners),
        *_ends(corners),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        class_="sparkline",
        role="img",
        aria_label=_spoken(sparkline),
        xmlns="http://www.w3.org/2000/svg",
    )


def _spoken(sparkline: Sparkline) -> str:
    name = f"{sparkline.instrument} of {sparkline.reference}"
    if len(sparkline.totals) == 1:
        return f"{name}: {sparkline.totals[0]}, one score"
    return f"{name} from {sparkline.totals[0]} to {sparkline.totals[-1]}"


def _cut_off(sparkline: Sparkline, y: Scale) -> Markup:
    if sparkline.cut_off is None:
        return Markup("")
    at = y.px(sparkline.cut_off)
    return svg.line(0, at, WIDTH, at, "c-rule", colours.INK_2, stroke_dasharray="2 3")


def _line(corners: list[tuple[float, float]]) -> Markup:
    if len(corners) < 2:
        return Markup("")
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return svg.element(
        "polyline", points=points, class_="c-spark", fill="none", stroke=colours.DATA, stroke_width="1.5"
    )


def _ends(corners: list[tuple[float, float]]) -> list[Markup]:
    """The first point hollow, the last filled; a single score is one filled dot."""
    (first_x, first_y), (last_x, last_y) = corners[0], corners[-1]
    last = svg.element("circle", cx=last_x, cy=last_y, r=3, class_="c-measure", fill=colours.DATA)
    if len(corners) == 1:
        return [last]
    first = svg.element(
        "circle",
        cx=first_x,
        cy=first_y,
        r=2.5,
        class_="c-spark-first",
        fill=colours.SURFACE,
        stroke=colours.DATA,
        stroke_width="1.5",
    )
    return [first, last]
