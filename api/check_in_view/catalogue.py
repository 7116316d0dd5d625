"""The words of patients' pages: English in the code, other languages in message catalogues beside it."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_month_names
from babel.messages.pofile import read_po

from domain.patient.language import Language

LOCALE = Path(__file__).parent.parent / "locale"
NAMES = {Language.ENGLISH: "English", Language.SPANISH: "Español"}
"""Each language in its own words."""
FORMATS = {Language.ENGLISH: "en_US", Language.SPANISH: "es_US"}


class Words(NamedTuple):
    """Translates: `words("Send")`; facts fill the places in braces."""

    language: Language
    messages: Mapping[str, str]

    def __call__(self, text: str, **facts: object) -> str:
        found = self.messages.get(text, text)
        return found.format(**facts) if facts else found

    def day(self, moment: datetime, zone: str) -> str:
        """`March 12, 2026`, `12 de marzo de 2026`."""
        return format_date(moment.astimezone(ZoneInfo(zone)).date(), "long", locale=FORMATS[self.language])

    def moment(self, at: datetime, zone: str) -> str:
        """`March 12, 2026, 14:00`, `12 de marzo de 2026, 14:00`."""
        return f"{self.day(at, zone)}, {at.astimezone(ZoneInfo(zone)):%H:%M}"

    @property
    def months(self) -> list[tuple[str, str]]:
        """The months by number: a name cannot be taken for a day."""
        names = get_month_names("wide", locale=FORMATS[self.language])
        return [(str(number), str(names[number]).capitalize()) for number in range(1, 13)]

    @property
    def others(self) -> list[tuple[str, str]]:
        """The languages to switch to, by code."""
        return [(one.value, name) for one, name in NAMES.items() if one is not self.language]


@cache
def words_in(language: Language) -> Words:
    """The catalogue of a language; of English, the texts themselves."""
    path = LOCALE / f"{language.value}.po"
    if not path.is_file():
        return Words(language, {})
    with path.open("rb") as file:
        catalog = read_po(file, locale=language.value)
    return Words(language, {str(one.id): str(one.string) for one in catalog if one.id and one.string})


def language_asked(named: str, accepts: str, otherwise: Language | None = None) -> Language:
    """The language named in the address, else the link's own, else the first that the browser asks for."""
    codes = [
        named,
        otherwise.value if otherwise else "",
        *(part.split(";")[0].strip()[:2] for part in accepts.split(",")),
    ]
    known = (one for code in codes for one in Language if one.value == code.lower())
    return next(known, Language.ENGLISH)
