"""What was disclosed to whom, for compliance: by hand, and in batches to subscribers (45 CFR 164.528)."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.edge import Edge
from api.forms.subscribers import PURPOSES
from api.list_view.by_hand_rows import by_hand_row
from api.list_view.days import day_in
from api.list_view.look import Look
from api.shell import page
from api.subscriber_view import Clock, disclosure_row
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.access import READ_DISCLOSURES, permits_in_network
from domain.episode.episode import EPISODE
from domain.subscriber.subscriber import SUBSCRIBER, Purpose
from projections.disclosed_by_hand import Listed, disclosed_by_hand
from store.access_log import Read, log_reading
from store.disclosures import Asked, Disclosure, disclosures
from store.errors import NotFound

router = APIRouter(include_in_schema=False)
SHOWN = 100


@router.get("/disclosures")
def disclosures_page(
    request: Request,
    edge: EdgeOf,
    viewer: ViewerOf,
    subscriber: str = "",
    stream: Annotated[str, Query(max_length=40)] = "",
    purpose: str = "",
    since: str = "",
    until: str = "",
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> HTMLResponse:
    """The latest first. A filter that cannot be read is said beside it and counts for nothing.

    What was given by hand is of no subscriber and has grounds, not purposes: those filters leave it out.
    """
    if not permits_in_network(viewer.actor, READ_DISCLOSURES):
        raise NotFound(NotFound.__doc__)
    typed = {"subscriber": subscriber, "stream": stream, "purpose": purpose, "since": since, "until": until}
    asked, mistakes = _asked(typed, viewer.zone, before)
    asked = asked._replace(stream_ids=_with_episodes(edge, viewer, asked.stream_ids))
    by_hand = [] if asked.subscriber_id or asked.purpose or before else _by_hand(edge, viewer, asked)
    shown = by_hand[:SHOWN]
    references = _references(edge, viewer, shown)
    found = disclosures(edge.datastore, viewer.network_id, asked, limit=SHOWN + 1)
    look = Look(viewer.actor, viewer.around, edge.clock())
    clock = Clock(viewer.zone, look.now)
    titles = {one: _title(edge, viewer.network_id, one) for one in {row.subscriber_id for row in found}}
    return page(
        request,
        "pages/disclosures.html",
        viewer,
        typed=typed,
        mistakes=mistakes,
        purposes=PURPOSES,
        by_hand=[by_hand_row(one, references, look) for one in shown],
        by_hand_count=len(by_hand),
        rows=[disclosure_row(one, titles[one.subscriber_id], clock) for one in found[:SHOWN]],
        older=_older(typed, found),
    )


def _with_episodes(edge: Edge, viewer: Viewer, about: Sequence[UUID] | None) -> tuple[UUID, ...] | None:
    """Of an episode, or of a patient with all their episodes: it is the patient who may ask for the account."""
    if about is None:
        return None
    found = (edge.care.episodes_of(one, network_id=viewer.network_id) for one in about)
    return (*about, *chain.from_iterable(found))


def _by_hand(edge: Edge, viewer: Viewer, asked: Asked) -> list[Listed]:
    with edge.datastore.in_network(viewer.network_id) as connection:
        return disclosed_by_hand(
            connection, network_id=viewer.network_id, episode_ids=asked.stream_ids, since=asked.since, until=asked.until
        )


def _references(edge: Edge, viewer: Viewer, shown: Sequence[Listed]) -> dict[UUID, str]:
    """Patients by reference alone. The reading of each, and of the list, is written down."""
    ids = dict.fromkeys(one.episode_id for one in shown)
    states = {one: edge.care.state(EPISODE, one, network_id=viewer.network_id)[0] for one in ids}
    read = [Read(None), *(Read(state.patient_id, one) for one, state in states.items())]
    log_reading(edge.datastore, viewer.actor, "disclosures", read, correlation_id=viewer.correlation_id)
    return {episode_id: state.reference for episode_id, state in states.items()}


def _older(typed: Mapping[str, str], found: Sequence[Disclosure]) -> str | None:
    """Where the list goes on; None where it ends."""
    if len(found) <= SHOWN:
        return None
    asked = {name: text for name, text in typed.items() if text}
    return f"/disclosures?{urlencode({**asked, 'before': found[SHOWN - 1].disclosure_id})}"


def _asked(typed: Mapping[str, str], zone: ZoneInfo, before: int | None) -> tuple[Asked, dict[str, str]]:
    """What is filtered by, and what cannot be meant, by field."""
    mistakes: dict[str, str] = {}
    asked = Asked(
        subscriber_id=_id(typed, "subscriber", mistakes),
        stream_ids=(stream,) if (stream := _id(typed, "stream", mistakes)) else None,
        purpose=typed["purpose"] if typed["purpose"] in set(Purpose) else None,
        since=day_in(typed, "since", zone, mistakes),
        until=day_in(typed, "until", zone, mistakes, days=1),
        before=before,
    )
    return asked, mistakes


def _id(typed: Mapping[str, str], name: str, mistakes: dict[str, str]) -> UUID | None:
    try:
        return UUID(typed[name]) if typed[name] else None
    except ValueError:
        mistakes[name] = "This is no id. Copy it from the address of the page about it."
        return None


def _title(edge: Edge, network_id: UUID, subscriber_id: UUID) -> str:
    """The recipient's name, of one that has ended too."""
    state, _ = edge.care.state(SUBSCRIBER, subscriber_id, network_id=network_id)
    return str(state.title)
