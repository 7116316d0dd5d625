"""The page of one version: what is wrong with it, what it changes in words, who reviewed it, what may be decided."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from api.confirming import Signing, signing
from api.edge import Edge
from api.formats import full_moment
from api.protocol_view.known import Key, Known
from api.viewer import Viewer
from domain.actor import Role
from domain.network.network import Network
from domain.protocol.check import Finding, Severity, check
from domain.protocol.difference import Section, by_section, difference
from domain.protocol.written import written_out
from domain.sealed import Sealed
from projections.open_plans import OpenPlans, open_plans
from store.errors import KeyWasDestroyed

ERASED = "erased"


class ReviewShown(NamedTuple):
    """Who found what, and when; of an earlier content where it was changed since."""

    who: str
    at: str
    approves: bool
    remark: str
    is_of_this: bool


class VersionShown(NamedTuple):
    """Everything the page says beside the version itself. `may` names the forms for this person now."""

    mistakes: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    compared_to: str
    differences: tuple[Section, ...]
    authors: tuple[str, ...]
    reviews: tuple[ReviewShown, ...]
    history: tuple[tuple[str, str], ...]
    may: frozenset[str]
    why_not: str
    """Why this person does not review it, where that is so."""
    plans: tuple[OpenPlans, ...]
    may_stand_beside: bool
    """It is another protocol than the one in force, so both can be."""
    signing: Signing


def version_shown(edge: Edge, viewer: Viewer, known: Known, network: Network) -> VersionShown:
    """Compared with the version of its protocol in force, else with the protocol in force at all."""
    found = check(written_out(known.document))
    before = _compared(known, network)
    may = frozenset(_may(viewer, known))
    is_author = known.draft is not None and viewer.actor.actor_id in known.draft.authors
    with edge.datastore.in_network(viewer.network_id) as connection:
        plans = tuple(open_plans(connection, viewer.network_id)) if "adopt" in may else ()
    return VersionShown(
        mistakes=tuple(one for one in found if one.severity is Severity.MISTAKE),
        notes=tuple(one for one in found if one.severity is Severity.NOTE),
        compared_to=f"{before[0]} {before[1]}" if before else "",
        differences=by_section(difference(network.adoptions[before].document, known.document)) if before else (),
        authors=tuple(sorted(viewer.around.name_of(one) for one in _authors(known))),
        reviews=tuple(_reviews(edge, viewer, known)),
        history=tuple(_history(edge, viewer, known)),
        may=may,
        why_not="You wrote part of this draft; a second person reviews it." if is_author else "",
        plans=plans,
        may_stand_beside=network.current is not None and network.current.protocol_id != known.protocol_id,
        signing=signing(edge, viewer),
    )


def next_version(found: Known, known: Mapping[Key, Known]) -> dict[str, Any]:
    """The same content under the next free number."""
    numbers = [int(version) for protocol_id, version in known if protocol_id == found.protocol_id]
    return dict(found.document) | {"protocol_version": str(max(numbers) + 1)}


def _compared(known: Known, network: Network) -> Key | None:
    """The key of what it would take the place of; of one that stands beside the one in force, that one."""
    current, own = network.current, (known.protocol_id, known.version)
    of_its_name = [key for key in network.adoptions if key[0] == known.protocol_id and key != own]
    if current is not None and current.protocol_id == known.protocol_id:
        key = (current.protocol_id, current.protocol_version)
    elif of_its_name:
        key = max(of_its_name, key=lambda one: network.adoptions[one].adopted_at)
    else:
        key = (current.protocol_id, current.protocol_version) if current else ("", "")
    return key if key in network.adoptions and key != own else None


def _may(viewer: Viewer, known: Known) -> list[str]:
    is_prescriber = viewer.actor.has(Role.PRESCRIBER)
    draft = known.draft
    wanted = {
        "draft": viewer.actor.has(Role.PRESCRIBER, Role.THERAPIST, Role.COORDINATOR) and not known.published,
        "review": is_prescriber and draft is not None and viewer.actor.actor_id not in draft.authors,
        "publish": is_prescriber and draft is not None and draft.is_approved,
        "adopt": is_prescriber and known.may_be_adopted and not known.is_in_force,
        "retire": is_prescriber and known.published is not None and not known.is_retired and not known.is_in_force,
    }
    return [name for name, applies in wanted.items() if applies]


def _authors(known: Known) -> frozenset[Any]:
    if known.draft is not None:
        return known.draft.authors
    return known.published.authors if known.published is not None else frozenset()


def _reviews(edge: Edge, viewer: Viewer, known: Known) -> list[ReviewShown]:
    reviews = known.draft.reviews if known.draft is not None else ()
    return [
        ReviewShown(
            viewer.around.name_of(one.reviewer_id),
            full_moment(one.reviewed_at, viewer.zone),
            one.approves,
            _opened(edge, viewer, one.remark),
            one.sha256 == known.sha256,
        )
        for one in reversed(reviews)
    ]


def _history(edge: Edge, viewer: Viewer, known: Known) -> list[tuple[str, str]]:
    def at(moment: datetime) -> str:
        return full_moment(moment, viewer.zone)

    facts = [("SHA-256", known.sha256)]
    if known.draft is not None:
        facts.append(("Drafted", at(known.draft.drafted_at)))
    if (published := known.published) is not None:
        by = f", reviewed by {viewer.around.name_of(published.reviewer_id)}" if published.reviewer_id else ""
        facts.append(("Published", f"{at(published.published_at)}{by}"))
        if published.retired_at is not None:
            facts.append(("Retired", f"{at(published.retired_at)}. {_opened(edge, viewer, published.retirement)}"))
    if known.adoption is not None:
        facts.append(("Adopted", at(known.adoption.adopted_at)))
    return facts


def _opened(edge: Edge, viewer: Viewer, sealed: Sealed[str] | None) -> str:
    if sealed is None:
        return ""
    try:
        return edge.keyring.open(sealed, network_id=viewer.network_id)
    except KeyWasDestroyed:
        return ERASED
