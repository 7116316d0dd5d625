"""Whether every number and entry says what it is measured in, where it comes from, and how well it is founded."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from domain.protocol.check.finding import Finding
from domain.protocol.check.lines import Place, Written
from domain.protocol.check.shape import named

UNITS: tuple[tuple[str, str], ...] = (
    ("_mg_per_session", "mg"),
    ("_mg_per_kg", "mg/kg"),
    ("_per_min", "/min"),
    ("_mmhg", "mmHg"),
    ("_percent", "%"),
    ("_minutes", "min"),
    ("_hours", "h"),
    ("_days", "days"),
    ("_weeks", "weeks"),
    ("_months", "months"),
    ("_years", "years"),
    ("_mg", "mg"),
)
"""A number's name ends with what it is measured in, and its unit says the same."""
REMARK = re.compile(r"\([^()]*\)")
"""Ends at the next bracket of either kind: otherwise a million that open are searched through a million times."""


def foundation(written: Written) -> Iterable[Finding]:
    """Units, sources and marks."""
    yield from _units(written)
    sources = written.document.get("sources")
    listed = set(sources) if isinstance(sources, dict) else set()
    for place, entry in _cited(written.document, ()):
        keys = keys_in(entry["source"])
        yield from _founded(entry, keys, place, written)
        for key in sorted(keys - listed):
            says = f"The source {key[:60]} is not listed under sources. Add its title there, or correct the key."
            yield Finding(named((*place, "source")), written.line(*place, "source"), says)


def keys_in(source: str) -> set[str]:
    """The keys of a source such as `HULL-BL (first dose about 5), CC`."""
    return {key.strip() for key in REMARK.sub("", source).split(",")} - {""}


def _units(written: Written) -> Iterator[Finding]:
    numbers = written.document.get("numbers")
    for name, number in numbers.items() if isinstance(numbers, dict) else ():
        expected = next((unit for ending, unit in UNITS if name.endswith(ending)), None)
        unit = number.get("unit") if isinstance(number, dict) else None
        if isinstance(unit, str) and expected is not None and unit != expected:
            place: Place = ("numbers", name, "unit")
            says = f"{name} is measured in {expected}, not in {unit[:30] or 'nothing'}."
            yield Finding(named(place), written.line(*place), says)
        elif isinstance(unit, str) and not unit.strip():
            place = ("numbers", name, "unit")
            yield Finding(named(place), written.line(*place), "Say what it is measured in.")


def _founded(entry: dict[str, Any], keys: set[str], place: Place, written: Written) -> Iterator[Finding]:
    if entry.get("mark") == "S" and not keys:
        says = "It is marked S, from a source that was read, and names none. Name the source, or mark it K or I."
        yield Finding(named(place), written.line(*place), says)


def _cited(value: Any, place: Place) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Everything that names a source."""
    if isinstance(value, dict):
        if isinstance(value.get("source"), str):
            yield place, value
        for name, item in value.items():
            if (*place, name) != ("sources",):
                yield from _cited(item, (*place, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _cited(item, (*place, number))
