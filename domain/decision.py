"""What makes a function a decision: who may take it, what it is asked with, and which facts it relies on."""

import functools
import inspect
from collections.abc import Callable, Collection
from typing import Any, NamedTuple, TypeVar, get_type_hints

from domain.actor import Actor, Role
from domain.event import Event
from domain.order import Order
from domain.refusal import Refused

F = TypeVar("F", bound=Callable[..., list[Event]])


class RoleMayNotDecide(Refused):
    """Only a {allowed} may do this. Ask one on the care team."""

    rule = "17"


def only_for(roles: Collection[Role]) -> RoleMayNotDecide:
    """The refusal that names who may."""
    return RoleMayNotDecide(allowed=" or ".join(sorted(roles)))


def require_role(by: Actor, roles: Collection[Role]) -> None:
    """Raises RoleMayNotDecide; asked before anything is read, whoever may not decide learns nothing from a body."""
    if not by.has(*roles):
        raise only_for(roles)


class Decision(NamedTuple):
    """A decision as the edges see it. `grounds` are the keyword facts it asks for: by, now, protocol, network …"""

    name: str
    decide: Callable[..., list[Event]]
    order: type[Order]
    by: frozenset[Role]
    grounds: frozenset[str]
    rules: Callable[..., list[Event]]
    """The decision without the question of role, for another decision that contains it."""


def decides(*roles: Role) -> Callable[[F], F]:
    """Say which roles may take a decision (rule 17). Its signature is `(state, order, *, by, now, …facts)`."""

    def mark(decide: F) -> F:
        @functools.wraps(decide)
        def guarded(state: Any, order: Order, **grounds: Any) -> list[Event]:
            require_role(grounds["by"], roles)
            return decide(state, order, **{name: grounds[name] for name in wanted})

        def rules(state: Any, order: Order, **grounds: Any) -> list[Event]:
            return decide(state, order, **{name: grounds[name] for name in wanted})

        parameters = list(inspect.signature(decide).parameters.values())
        wanted = frozenset(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)
        order = get_type_hints(decide)[parameters[1].name]
        guarded.decision = Decision(  # type: ignore[attr-defined]
            decide.__name__, guarded, order, frozenset(roles), wanted | {"by"}, rules
        )
        return guarded  # type: ignore[return-value]

    return mark


def decision_of(decide: Callable[..., list[Event]]) -> Decision:
    """The description that `decides` attached."""
    return decide.decision  # type: ignore[attr-defined, no-any-return]
