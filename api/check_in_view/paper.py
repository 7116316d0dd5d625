"""The parts of a patient's page: papers with fields, the setting they depend on, and the answer that comes back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from api.check_in_view.catalogue import Words
from api.forms.fields import Field, Reading, Wrong
from api.forms.posted import Posted
from domain.derived import derived_id
from domain.episode.check_in.check_in_link import CheckInLink
from domain.episode.episode import Episode
from domain.network.network import Network


@dataclass(frozen=True)
class Paper:
    """A heading with what stands above its fields: a notice, paragraphs to read, an introduction."""

    heading: str
    fields: tuple[Field, ...]
    intro: str = ""
    paragraphs: tuple[str, ...] = ()
    notice: str = ""
    credit: str = ""
    language: str = ""
    """Of its words, where they are not in the page's language: a voice reads them by other rules."""


@dataclass(frozen=True)
class Answer:
    """The body of the order, and what is to be mended before it can be one; `empty` are questions left open."""

    body: dict[str, Any]
    mistakes: Mapping[str, str]
    empty: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """What the fields and the reading of an answer depend on."""

    link: CheckInLink
    episode: Episode
    network: Network
    now: datetime
    words: Words

    def id_of(self, *parts: str) -> UUID:
        """The id of something the answer brings: the same however often it is sent."""
        return derived_id(self.link.link_id, *parts)

    def read(self, fields: Iterable[Field], posted: Posted) -> tuple[dict[str, Any], dict[str, str]]:
        """The values by field, and by field what is to be mended, in the patient's language."""
        values: dict[str, Any] = {}
        mistakes: dict[str, str] = {}
        reading = Reading(ZoneInfo(self.network.zone), self.now)
        for one in fields:
            try:
                value = one.read(posted, reading)
            except Wrong:
                mistakes[one.name] = self.words("Write a number, such as 4 or 0.5.")
                continue
            if value is not None:
                values[one.name] = value
            elif not one.optional:
                mistakes[one.name] = one.missing or self.words("Answer this question.")
        return values, mistakes
