"""The marks that mean the same in every chart: shape first, colour second."""

from markupsafe import Markup

from api.charts import colours
from api.charts.svg import element


def dosing(x: float, y: float, *, booked: bool = False) -> Markup:
    """A triangle pointing down; hollow while only booked."""
    return _polygon([(x - 5, y - 4.5), (x + 5, y - 4.5), (x, y + 4.5)], "c-mark", colours.ACCENT, hollow=booked)


def preparation(x: float, y: float) -> Markup:
    return element(
        "circle", cx=x, cy=y, r=3.5, class_="c-mark-open", fill=colours.SURFACE, stroke=colours.ACCENT, stroke_width=1.5
    )


def integration(x: float, y: float) -> Markup:
    return element(
        "rect",
        x=x - 3.5,
        y=y - 3.5,
        width=7,
        height=7,
        class_="c-mark-open",
        fill=colours.SURFACE,
        stroke=colours.ACCENT,
        stroke_width=1.5,
    )


def missed(x: float, y: float) -> Markup:
    """A hollow diamond: due, not answered."""
    return element(
        "polygon",
        points=_points([(x, y - 5.5), (x + 5.5, y), (x, y + 5.5), (x - 5.5, y)]),
        class_="c-missed",
        fill=colours.SURFACE,
        stroke=colours.INK,
        stroke_width=1.5,
    )


def flag(x: float, y: float) -> Markup:
    """A red triangle pointing up: the safety item is above 0."""
    return _polygon([(x - 6, y + 5), (x + 6, y + 5), (x, y - 5.5)], "c-flag", colours.URGENT)


def score(x: float, y: float, radius: float = 4.5) -> Markup:
    """A score with a ring in the colour of the panel, so that it stands off the line."""
    return element(
        "circle", cx=x, cy=y, r=radius, class_="c-point", fill=colours.DATA, stroke=colours.SURFACE, stroke_width=1.5
    )


def measure(x: float, y: float) -> Markup:
    return element("circle", cx=x, cy=y, r=3, class_="c-measure", fill=colours.DATA)


def _polygon(corners: list[tuple[float, float]], class_: str, colour: str, *, hollow: bool = False) -> Markup:
    if hollow:
        return element(
            "polygon",
            points=_points(corners),
            class_=f"{class_}-open",
            fill=colours.SURFACE,
            stroke=colour,
            stroke_width=1.5,
        )
    return element("polygon", points=_points(corners), class_=class_, fill=colour)


def _points(corners: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
