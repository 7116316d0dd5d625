"""What a page says and leads to, taken from its HTML; and which readings it left behind."""

import re
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from tests.api.clinic import Clinic


class Read(HTMLParser):
    """Visible words without markup, links, and the rows of lists in the order of the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.rows: list[str] = []
        self._words: list[str] = []
        self._link: list[str] | None = None
        self._row: list[str] | None = None
        self.feed(html)

    @property
    def words(self) -> str:
        return _plain(self._words)

    def href(self, words: str) -> str:
        """Where the first link with these words leads."""
        return next(href for href, said in self.links if said == words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.handle_data(" ")
        if tag == "a":
            self._link, self._href = [], given.get("href") or ""
        if tag == "tr" and "group" not in (given.get("class") or "").split():
            self._row = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link is not None:
            self.links.append((self._href, _plain(self._link)))
            self._link = None
        if tag == "thead":
            self.rows = []
        if tag == "tr" and self._row is not None:
            self.rows.append(_plain(self._row))
            self._row = None
        self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        for kept in (self._words, self._link, self._row):
            if kept is not None:
                kept.append(data)


def readings(clinic: Clinic, screen: str) -> list[UUID]:
    """The episodes that the access log says were read on a screen, in order."""
    query = "SELECT episode_id FROM access_log WHERE screen = %s ORDER BY entry"
    with clinic.datastore.in_network(clinic.network_id) as connection:
        return [episode_id for (episode_id,) in connection.execute(query, [screen])]


def addresses_in(html: str) -> list[str]:
    """Every address of a page: names may stand in none."""
    return re.findall(r'(?:href|action|src)="([^"]*)"', html)


def _plain(words: list[Any]) -> str:
    return " ".join("".join(words).split())
