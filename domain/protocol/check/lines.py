"""JSON read together with the line each value stands on, and names that stand twice in one object.

The standard reader forgets where it read something, and keeps the last of two equal names without a word; a person
who edits a document of 250 lines needs both.
"""

import re
from bisect import bisect_right
from json.decoder import scanstring  # type: ignore[attr-defined]  # there, though the stubs do not know it
from typing import Any, NamedTuple

from domain.sealed import UNWRITABLE

Place = tuple[str | int, ...]
NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
BLANK = re.compile(r"[ \t\n\r]*")
CONSTANTS = {"true": True, "false": False, "null": None}
DEEPEST = 12
LONGEST_NUMBER = 20
MOST_ENTRIES = 1_000


class NotJson(Exception):
    """The text is no JSON."""

    def __init__(self, line: int, says: str) -> None:
        self.line, self.says = line, says
        super().__init__(f"line {line}: {says}")


class Written(NamedTuple):
    """A document, and the line of every place in it."""

    document: dict[str, Any]
    lines: dict[Place, int]
    twice: tuple[Place, ...]
    """Names that stand twice in one object; the document holds the last of them."""

    def line(self, *place: str | int) -> int:
        """The line of a place, or of the nearest one around it that is there."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_with_lines(text: str) -> Written:
    """The document in the text; NotJson where it is none, or begins with no object."""
    reader = _Reader(text)
    document = reader.whole()
    if not isinstance(document, dict):
        raise NotJson(1, "The document begins with an object, in curly brackets.")
    return Written(document, reader.lines, tuple(reader.twice))


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: dict[Place, int] = {}
        self.twice: list[Place] = []
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def whole(self) -> Any:
        value, end = self._value(self._skip(0), ())
        end = self._skip(end)
        if end != len(self.text):
            raise self._fault(end, "There is more after the end of the document.")
        return value

    def _skip(self, at: int) -> int:
        found = BLANK.match(self.text, at)
        return found.end() if found else at

    def _line(self, at: int) -> int:
        return bisect_right(self._starts, at)

    def _fault(self, at: int, says: str) -> NotJson:
        return NotJson(self._line(min(at, max(0, len(self.text) - 1))), says)

    def _value(self, at: int, place: Place) -> tuple[Any, int]:
        if len(place) > DEEPEST:
            raise self._fault(at, "This is nested too deeply.")
        self.lines.setdefault(place, self._line(at))
        match self.text[at : at + 1]:
            case "{":
                return self._object(at, place)
            case "[":
                return self._list(at, place)
            case '"':
                return self._string(at)
        for word, value in CONSTANTS.items():
            if self.text.startswith(word, at):
                return value, at + len(word)
        if found := NUMBER.match(self.text, at):
            if len(found.group()) > LONGEST_NUMBER:
                raise self._fault(at, "This number is too long.")
            is_whole = found.group(1) is None and found.group(2) is None
            return (int if is_whole else float)(found.group()), found.end()
        raise self._fault(at, "A value is expected here: text in double quotes, a number, true, false or null.")

    def _string(self, at: int) -> tuple[str, int]:
        try:
            found: tuple[str, int] = scanstring(self.text, at + 1, True)
        except ValueError:
            raise self._fault(at, "This text does not end with a double quote on its line.") from None
        if UNWRITABLE.search(found[0]):
            raise self._fault(at, "Leave out the characters that cannot be printed.")
        return found

    def _object(self, at: int, place: Place) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        at = self._skip(at + 1)
        while self.text[at : at + 1] != "}":
            if self.text[at : at + 1] != '"':
                raise self._fault(at, "A name in double quotes is expected here; is there a comma too many before it?")
            begins = at
            name, at = self._string(at)
            at = self._after(self._skip(at), ":", f'A colon is missing after "{name[:40]}".')
            if name in found:
                self.twice.append((*place, name))
            self.lines[*place, name] = self._line(begins)
            found[name], at = self._value(at, (*place, name))
            at = self._comma(at, "}")
            if len(found) > MOST_ENTRIES:
                raise self._fault(at, f"No object of a protocol has more than {MOST_ENTRIES} names.")
        return found, at + 1

    def _list(self, at: int, place: Place) -> tuple[list[Any], int]:
        found: list[Any] = []
        at = self._skip(at + 1)
        while self.text[at : at + 1] != "]":
            item, at = self._value(at, (*place, len(found)))
            found.append(item)
            at = self._comma(at, "]")
            if len(found) > MOST_ENTRIES:
                raise self._fault(at, f"No list of a protocol has more than {MOST_ENTRIES} entries.")
        return found, at + 1

    def _comma(self, at: int, close: str) -> int:
        """After an item: a comma and the next one, or the end."""
        ended = at
        at = self._skip(at)
        if self.text[at : at + 1] == close:
            return at
        at = self._after(at, ",", "", at_fault=ended)
        if self.text[at : at + 1] == close:
            raise self._fault(at, f"There is a comma before the closing {close} that does not belong there.")
        return at

    def _after(self, at: int, sign: str, says: str, at_fault: int | None = None) -> int:
        if self.text[at : at + 1] != sign:
            where = at if at_fault is None else at_fault
            raise self._fault(where, says or "A comma is missing after this, or what was opened is never closed.")
        return self._skip(at + 1)
