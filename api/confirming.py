"""Forms that are signed in person: with the identity provider, what was typed waits here until the person is back."""

from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from api.edge import Edge
from api.forms.posted import Posted
from api.sign_in import leading
from api.viewer import Viewer
from domain.derived import derived_id
from store.errors import KeyWasDestroyed
from store.form_fields import Fields
from store.held_forms import HeldAt

NOT_HELD = frozenset({"_csrf", "_sign", "_hold"})
HELD = "held"
"""In the address of a form: which of the texts that wait to show in it."""


class Signing(NamedTuple):
    """What stands above the button of a signature; nothing where the person has just confirmed who they are."""

    words: str = ""
    at_provider: str = ""
    """What the button says instead, where the person leaves for the provider first."""


def signing(edge: Edge, viewer: Viewer) -> Signing:
    """How this person confirms that it is them."""
    if viewer.actor.reauthenticated:
        return Signing()
    holds = "The confirmation holds for five minutes."
    if not is_asked_at_provider(edge, viewer):
        return Signing(f"By pressing the button you confirm that it is you, {viewer.name}. {holds}")
    title = edge.provider.title if edge.provider else ""
    return Signing(
        f"Confirm first at {title} that it is you, {viewer.name}. What you typed is kept, and you sign it when you are"
        f" back. {holds}",
        f"Confirm at {title}",
    )


def is_asked_at_provider(edge: Edge, viewer: Viewer) -> bool:
    """Whether it is the identity provider at which this person proves who they are."""
    return edge.provider is not None and edge.sign_in.subject_of(viewer.secret) is not None


def hold_and_ask(
    request: Request, edge: Edge, viewer: Viewer, posted: Posted, *, place: str, person_id: UUID | None
) -> Response:
    """Off to the provider. Afterwards the form at `place` shows what was typed; no word of it is in an address."""
    then = hold(edge, viewer, posted, place=place, person_id=person_id)
    return leading(request, way_to_confirm(then), "Confirm who you are")


def hold(edge: Edge, viewer: Viewer, posted: Posted, *, place: str, person_id: UUID | None) -> str:
    """Keep what was typed, and say at which address it shows again. KeyWasDestroyed where the patient was erased."""
    at = _held_at(viewer, place, person_id, held_id_of(place, posted))
    edge.held_forms.hold(at, fields_of(posted), now=edge.clock())
    return address_of_held(place, at.held_id)


def fields_of(posted: Posted) -> Fields:
    """What of a form is kept."""
    return {name: posted.every(name) for name in posted.names() - NOT_HELD}


def held_id_of(place: str, posted: Posted) -> UUID:
    """The same as long as the same form is on its way."""
    return derived_id("held form", place, posted.one("_key"))


def address_of_held(place: str, held_id: UUID) -> str:
    """Where what is held shows again."""
    return f"{place}?{urlencode({HELD: held_id})}"


def held_id_in(request: Request) -> UUID | None:
    """Which of the texts that wait the address names."""
    try:
        return UUID(request.query_params.get(HELD, ""))
    except ValueError:
        return None


def way_to_confirm(then: str) -> str:
    """The address that leads to the provider, and from there on to `then`."""
    return f"/reauthenticate/provider?{urlencode({'then': then})}"


def held(request: Request, edge: Edge, viewer: Viewer, *, place: str, person_id: UUID | None) -> Posted | None:
    """What was typed here before the person left, if the address says that it waits."""
    held_id = held_id_in(request)
    return _opened(edge, _held_at(viewer, place, person_id, held_id)) if held_id else None


def left_here(edge: Edge, viewer: Viewer, *, place: str, person_id: UUID | None) -> Posted | None:
    """The same for somebody who turned back in the browser, whose address says nothing."""
    held_id = edge.held_forms.newest(viewer.actor, place, now=edge.clock())
    return _opened(edge, _held_at(viewer, place, person_id, held_id)) if held_id else None


def let_go(edge: Edge, viewer: Viewer, place: str, posted: Posted) -> None:
    """It is signed: nothing waits any more."""
    edge.held_forms.drop(viewer.actor, held_id_of(place, posted))


def _opened(edge: Edge, at: HeldAt) -> Posted | None:
    try:
        fields = edge.held_forms.open(at, now=edge.clock())
    except KeyWasDestroyed:
        return None
    return Posted(fields) if fields is not None else None


def _held_at(viewer: Viewer, place: str, person_id: UUID | None, held_id: UUID) -> HeldAt:
    return HeldAt(viewer.actor, place, person_id or viewer.actor.actor_id, held_id)
