"""Delimited text as people export it: byte-order marks, separators and quotes; one bad line never spoils the rest."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

SEPARATORS = ",;\t|"
LONGEST_RECORD = 50
"""Lines a quoted cell may run over. A quote that is never closed costs its own line, not the rest of the file."""


class Record(NamedTuple):
    """One row of the table and the line of the file where it begins; `cells` is None if it could not be taken apart."""

    line: int
    cells: list[str] | None


def decode(content: bytes) -> str:
    """Text of a file. Bytes that are not text stay recognisable, so that only the cells they stand in are refused."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    return content.decode("utf-8-sig", errors="surrogateescape")


def is_text(cell: str) -> bool:
    """Whether a cell was decoded whole and has no control characters."""
    return cell.isprintable() and "\ufffd" not in cell


def records(text: str, required: Sequence[str]) -> Iterator[Record]:
    """The header first, then every row that is not blank, each cell stripped.

    The separator is the one that brings out the required columns, else the one that makes the most columns.
    """
    lines = list(io.StringIO(text, newline=None))
    start = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("sep=")), len(lines))
    if start == len(lines):
        return
    separator = max(SEPARATORS, key=lambda mark: _fit(lines[start], mark, required))
    header = _cells(lines[start : start + 1], separator) or []
    yield Record(start + 1, header)
    place = start + 1
    while place < len(lines):
        if not lines[place].strip():
            place += 1
            continue
        cells, used = _record(lines, place, separator, len(header))
        yield Record(place + 1, cells)
        place += used


def _fit(header: str, separator: str, required: Sequence[str]) -> tuple[int, int]:
    cells = _cells([header], separator) or []
    return sum(name in cells for name in required), len(cells)


def _record(lines: Sequence[str], place: int, separator: str, width: int) -> tuple[list[str] | None, int]:
    """The cells that begin on a line, and how many lines they took; several only if they then fit the header."""
    alone = _cells(lines[place : place + 1], separator)
    if alone is not None:
        return alone, 1
    quotes = 0
    for used, line in enumerate(lines[place : place + LONGEST_RECORD], start=1):
        quotes += line.count('"')
        if quotes % 2 == 0:
            cells = _cells(lines[place : place + used], separator)
            return (cells, used) if cells is not None and len(cells) == width else (None, 1)
    return None, 1


def _cells(lines: Sequence[str], separator: str) -> list[str] | None:
    try:
        rows = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        return None
    return [cell.strip() for cell in rows[0]] if len(rows) == 1 else None
