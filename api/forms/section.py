"""How the fields of a form are laid out: in sections with headings, short numbers side by side."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.forms.fields import Field


@dataclass(frozen=True)
class Group:
    """Short numbers side by side."""

    fields: tuple[Field, ...]
    label: str = ""
    big: bool = False


@dataclass(frozen=True)
class Section:
    """A heading with what belongs under it; folded where it is seldom needed."""

    parts: tuple[Field | Group, ...]
    heading: str = ""
    note: str = ""
    folded: bool = False

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, those of groups included, in order."""
        return tuple(one for part in self.parts for one in (part.fields if isinstance(part, Group) else (part,)))


def section(*parts: Field | Group | None, heading: str = "", note: str = "", folded: bool = False) -> Section:
    """A section of the parts that apply."""
    return Section(tuple(part for part in parts if part is not None), heading, note, folded)


def side_by_side(*fields: Field | None, label: str = "", big: bool = False) -> Group:
    return Group(tuple(one for one in fields if one is not None), label, big)


def fields_of(sections: Iterable[Section]) -> list[Field]:
    return [one for part in sections for one in part.fields]
