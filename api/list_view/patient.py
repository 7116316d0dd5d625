"""The patient of a list row: opened name and birth date, and where the row leads."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from api.formats import full_date


class Patient(NamedTuple):
    """`born_on` is None where nobody knows it, and for people who do not need it."""

    name: str
    born_on: date | None = None

    @property
    def born(self) -> str | None:
        """`11 Mar 1984`."""
        return full_date(self.born_on) if self.born_on else None


def episode_href(episode_id: UUID, then: str = "") -> str:
    return f"/episodes/{episode_id}{then}"


def entry_href(episode_id: UUID, entry_id: UUID | None, otherwise: str = "#timeline") -> str:
    """The event of an entry; without one, the part of the page that tells of it."""
    return episode_href(episode_id, f"/entries/{entry_id}" if entry_id else otherwise)
