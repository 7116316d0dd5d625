"""Small pieces of inline SVG: no script, no style attribute, every value escaped."""

from collections.abc import Iterable
from functools import cache, lru_cache

from markupsafe import Markup, escape

from api.charts import colours
from api.charts.text import TEXT_PX, Label


def element(tag: str, *children: str, **attributes: object) -> Markup:
    """`<tag …>children</tag>`; `class_` and `stroke_width` are written `class` and `stroke-width`."""
    opening = "".join(
        [f' {_name(name)}="{_written(value)}"' for name, value in attributes.items() if value is not None]
    )
    inside = together(children) if children else ""
    return Markup(f"<{tag}{opening}>{inside}</{tag}>" if inside else f"<{tag}{opening}/>")  # noqa: S704 - all escaped


def together(pieces: Iterable[str]) -> Markup:
    """The pieces one after another; what is not markup yet is escaped."""
    return Markup("".join([piece if type(piece) is Markup else escape(piece) for piece in pieces]))  # noqa: S704


def group(*children: str, title: str = "", **attributes: object) -> Markup:
    """Shapes that carry one title, shown when pointed at."""
    return element("g", *([element("title", title)] if title else []), *children, **attributes)


def words(label: Label, class_: str = "c-words", fill: str = colours.INK_2) -> Markup:
    return element(
        "text",
        label.words,
        x=label.x,
        y=label.y,
        text_anchor=None if label.anchor == "start" else label.anchor,
        font_weight=700 if label.bold else None,
        font_size=TEXT_PX,
        class_=class_,
        fill=fill,
    )


def line(x1: float, y1: float, x2: float, y2: float, class_: str, stroke: str, **attributes: object) -> Markup:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_, stroke=stroke, **attributes)


def rectangle(x: float, y: float, width: float, height: float, class_: str, **attributes: object) -> Markup:
    return element("rect", x=x, y=y, width=width, height=height, class_=class_, **attributes)


def picture(*children: str, id_: str, name: str, width: int, height: int, title: str, description: str = "") -> Markup:
    """One drawing of a chart at its own size, with its spoken name; the page shows the one that fits."""
    return element(
        "svg",
        element("title", title, id=f"{id_}-title"),
        element("desc", description, id=f"{id_}-desc") if description else "",
        *children,
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        class_=f"drawing drawing-{name}",
        aria_labelledby=f"{id_}-title",
        aria_describedby=f"{id_}-desc" if description else None,
        xmlns="http://www.w3.org/2000/svg",
    )


@cache
def _name(keyword: str) -> str:
    return keyword if keyword == "viewBox" else keyword.strip("_").replace("_", "-")


def _written(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value) if isinstance(value, int) else _escaped(value)


@lru_cache(maxsize=2_000)  # nearly all of them are classes and colours
def _escaped(value: object) -> str:
    return str(escape(value))
