"""Colours are legible: contrasts recomputed from the stylesheet, light and dark, and the same colours in charts."""

import re
from pathlib import Path

import pytest

from api.charts import colours

STYLESHEET = (Path(__file__).parents[2] / "api" / "static" / "throughline.css").read_text()
TOKENS: dict[str, tuple[str, str]] = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+):light-dark\((#[0-9a-f]+),(#[0-9a-f]+)\)", STYLESHEET)
}
TEXT, CONTROL = 4.5, 3.0

# Foreground, background, ratio in light, ratio in dark, as the design promises them.
PROMISED = [
    ("ink", "surface", 16.5, 14.7),
    ("ink", "bg", 15.5, 15.9),
    ("ink", "sunken", 14.5, 13.1),
    ("ink-2", "surface", 8.4, 9.5),
    ("ink-2", "sev-4", 4.6, 5.5),
    ("ink-3", "surface", 5.9, 6.7),
    ("ink-3", "sunken", 5.2, 6.0),
    ("ink-3", "urgent-soft", 5.1, 6.0),
    ("accent", "surface", 7.4, 9.2),
    ("accent", "bg", 6.9, 10.0),
    ("accent", "urgent-soft", 6.3, 8.2),
    ("on-accent", "accent", 7.4, 9.2),
    ("urgent", "surface", 7.5, 8.6),
    ("urgent", "urgent-soft", 6.5, 7.7),
    ("blocked", "surface", 7.4, 9.8),
    ("blocked", "blocked-soft", 6.5, 8.0),
    ("open", "surface", 6.6, 9.4),
    ("open", "open-soft", 5.7, 8.0),
    ("info", "info-soft", 6.4, 7.9),
    ("neutral", "neutral-soft", 6.8, 7.7),
    ("data", "sev-0", 13.5, 14.2),
    ("data", "sev-4", 7.9, 8.3),
    ("control", "surface", 4.0, 5.1),
    ("control", "sunken", 3.5, 4.5),
    ("urgent", "sev-0", 7.1, 8.5),
    ("urgent", "sev-4", 4.1, 5.0),
    ("focus", "surface", 7.4, 11.5),
    ("focus", "sunken", 6.5, 10.3),
    ("sev-line", "surface", 8.0, 6.7),
]
MARKS = {"control", "focus", "sev-line", "data"}


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    pairs = [digit * 2 for digit in digits] if len(digits) == 3 else [digits[at : at + 2] for at in (0, 2, 4)]
    parts = [int(pair, 16) / 255 for pair in pairs]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2: 1 for the same colour, 21 for black on white."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def in_theme(token: str, theme: int) -> str:
    return TOKENS[token][theme]


def test_the_reckoning_of_contrast_knows_black_on_white() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("front", "back", "light", "dark"), PROMISED)
def test_contrast_is_as_promised(front: str, back: str, light: float, dark: float) -> None:
    for theme, promised in ((0, light), (1, dark)):
        ratio = contrast(in_theme(front, theme), in_theme(back, theme))
        assert ratio == pytest.approx(promised, abs=0.1)
        is_mark = front in MARKS or (front, back) == ("urgent", "sev-4")
        assert ratio >= (CONTROL if is_mark else TEXT)


def test_the_severity_ramp_moves_one_way_in_both_themes() -> None:
    ramp = [f"sev-{step}" for step in range(5)]
    light = [luminance(in_theme(step, 0)) for step in ramp]
    dark = [luminance(in_theme(step, 1)) for step in ramp]
    assert light == sorted(light, reverse=True)
    assert dark == sorted(dark)


def test_charts_carry_the_light_colours_of_the_stylesheet() -> None:
    written = {
        "ink": colours.INK,
        "ink-2": colours.INK_2,
        "line": colours.LINE,
        "surface": colours.SURFACE,
        "sunken": colours.SUNKEN,
        "accent": colours.ACCENT,
        "accent-soft": colours.ACCENT_SOFT,
        "urgent": colours.URGENT,
        "urgent-soft": colours.URGENT_SOFT,
        "data": colours.DATA,
        **{f"sev-{step}": colour for step, colour in enumerate(colours.SEVERITY)},
    }
    assert written == {name: TOKENS[name][0] for name in written}


def test_every_colour_used_is_a_token() -> None:
    used = set(re.findall(r"var\(--([a-z][\w-]*)\)", STYLESHEET)) - {"page", "panel"}
    assert used <= set(TOKENS)
    assert len(TOKENS) == 29
