"""How an event is told: a sentence with the actor first, an icon, and what it counts as.

A sentence is escaped HTML in which `{id}` stands for a person or a thing of the episode; names and free text never
are part of it. People are named when the page is shown; free text is carried sealed, beside the sentence.
"""

from collections.abc import Callable
from enum import StrEnum
from html import escape
from typing import Any, NamedTuple
from uuid import UUID

from domain.actor import Role
from domain.episode.withheld import EntryWithheld
from domain.event import Envelope, Event
from domain.sealed import Sealed


class Category(StrEnum):
    """What the timeline can be narrowed to. Late entries are told by their two times."""

    DECISIONS = "decisions"
    SESSIONS = "sessions"
    MEASURES = "measures"
    NOTES = "notes"
    CORRECTIONS = "corrections"
    OTHER = "other"


class FreeText(NamedTuple):
    """Text that only the care team reads, with the word that introduces it."""

    label: str
    text: Sealed[str]


class Told(NamedTuple):
    """A sentence, and what stands in its second line."""

    html: str
    texts: tuple[FreeText, ...] = ()
    note: str = ""
    corrects: UUID | None = None
    icon: str | None = None
    """Instead of the one its event class has."""


class Telling(NamedTuple):
    """What a sentence knows beside its event: the actor's placeholder, the zone, the envelope."""

    who: str
    zone: str
    envelope: Envelope

    @property
    def is_by_patient(self) -> bool:
        """Said by the patient themselves, through a check-in link."""
        return self.envelope.actor_role is Role.PATIENT


Tell = Callable[[Any, Telling], Told | str]


class Form(NamedTuple):
    """The icon, the category and the sentence of one event class."""

    icon: str
    category: Category
    tell: Tell


NameOf = Callable[[Any], tuple[UUID, str]]

PATIENT = "The patient"
WITHHELD = Form(
    "document",
    Category.OTHER,
    lambda event, telling: f"{telling.who} recorded an entry on substance use, withheld from this role.",
)
"""Never folded into a read model: only a history as somebody reads it holds such entries."""

FORMS: dict[type[Event], Form] = {}
NAMES: dict[type[Event], NameOf] = {}


def says(event: type[Event], icon: str, category: Category = Category.OTHER) -> Callable[[Tell], Tell]:
    """Register the sentence of an event."""

    def register(tell: Tell) -> Tell:
        FORMS[event] = Form(icon, category, tell)
        return tell

    return register


def calls(event: type[Event]) -> Callable[[NameOf], NameOf]:
    """Register what later sentences call the thing that this event brings into being."""

    def register(name_of: NameOf) -> NameOf:
        NAMES[event] = name_of
        return name_of

    return register


def named(thing_id: UUID | None) -> str:
    """The placeholder of a person or thing."""
    return f"{{{thing_id}}}"


def safe(text: object) -> str:
    """Text for a sentence, escaped; braces too, because they mark placeholders."""
    return escape(str(text)).replace("{", "&#123;").replace("}", "&#125;")


def free(**texts: Sealed[str] | None) -> tuple[FreeText, ...]:
    """Free text with its label: `free(Reason=event.reason)`; nothing where nobody wrote anything."""
    return tuple(FreeText(label.replace("_", " "), text) for label, text in texts.items() if text is not None)


def form_of(event: Event) -> Form:
    """How this event is told."""
    return WITHHELD if isinstance(event, EntryWithheld) else FORMS[type(event)]


def told(event: Event, envelope: Envelope) -> Told:
    """The event in words."""
    who = PATIENT if envelope.actor_role is Role.PATIENT else named(envelope.actor_id)
    said = form_of(event).tell(event, Telling(who, envelope.occurred_zone, envelope))
    return Told(said) if isinstance(said, str) else said
