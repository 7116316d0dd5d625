"""The form of a decision: its words, its fields, and what stands beside them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.forms.posted import Posted
from api.forms.section import Section
from api.scene import Scene
from domain.sealed import Sealed

Words = str | Callable[[Scene], str]
Fact = tuple[str, str]
Facts = Callable[[Scene], Sequence[Fact]]
Body = dict[str, Any]


def nothing(scene: Scene) -> Sequence[Fact]:
    return ()


def as_read(body: Body) -> Body:
    return body


@dataclass(frozen=True, kw_only=True)
class Form:
    """`sections` depends on the scene alone, so a form that comes back is the form that was sent."""

    decision: str
    title: Words
    sections: Callable[[Scene], Sequence[Section]]
    button: Words = ""
    """Says the decision; the title where left out."""
    follows: Words = ""
    """What follows, beside the button: `Plan 2 ends.`"""
    recorded: Words = ""
    """What the notice calls it: `vitals`; never a finding."""
    grounds: Facts = nothing
    """What you decide on: name and value."""
    together: tuple[tuple[str, str], ...] = ()
    """(group, field): without that field nothing of the group is meant."""
    confirm: Mapping[str, Callable[[Scene, Posted], str]] = field(default_factory=dict)
    """Words of the tick that lets an unusual value through, by the order's field."""
    watches_plan: bool = False
    """What it shows belongs to a version of the plan."""
    shape: Callable[[Body], Body] = as_read
    """Last changes to what was read."""
    variants: Callable[[Scene], Sequence[tuple[str, str, bool]]] = lambda scene: ()
    """Other forms of the same decision: (query, words, is this one)."""
    check: Callable[[Body], Mapping[str, str]] = lambda body: {}
    """What fields ask of one another: sentences by field, for what the order alone would let pass."""
    comes_first: tuple[str, str] | None = None
    """Where there is nothing to choose from: the form that comes first, under the episode's address, and its words."""
    is_signed_anew: bool = False
    """The person has to confirm who they are."""
    keeps_draft: str = ""
    """The field with the id of what is being written, under which its author's draft is kept."""
    quotes: Callable[[Scene], Sequence[tuple[str, Sealed[str]]]] = lambda scene: ()
    """Texts to be read before deciding, still sealed; opened for whoever may read free text."""

    def title_in(self, scene: Scene) -> str:
        return said(self.title, scene)

    def button_in(self, scene: Scene) -> str:
        return said(self.button, scene) or self.title_in(scene)

    def recorded_in(self, scene: Scene) -> str:
        return said(self.recorded, scene) or self.decision.replace("_", " ")


def said(words: Words, scene: Scene) -> str:
    return words if isinstance(words, str) else words(scene)


def slug_of(decision: str) -> str:
    """`issue-plan`: the decision in addresses."""
    return decision.replace("_", "-")
