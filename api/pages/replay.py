"""Replay: what the state was then, what was known, and what changed between two moments. Read-only."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.banner import banner_of
from api.charts import REPLAY_SIZES, Moment, draw_time_line
from api.episode_view.time_line import line_of
from api.formats import full_moment
from api.history import history_of
from api.list_view.look import Look
from api.purpose import PURPOSES
from api.reading import log_reading
from api.replay_view.moments import Times, in_words, moments, not_yet_known, written
from api.replay_view.panels import (
    between,
    changes_shown,
    gates_then,
    position,
    state_shown,
    told,
    unknown_shown,
)
from api.replays import replayed
from api.scene import scene_of
from api.shell import page
from api.viewer import EdgeOf, ViewerOf, opened
from domain.access import Relation
from domain.actor import Role
from projections.replay import changes
from projections.told_again import lines_of
from store.errors import NotFound

router = APIRouter(include_in_schema=False)
READERS = (Role.COMPLIANCE, Role.THERAPIST, Role.PRESCRIBER)
TIMES = [(Times.HAPPENED.value, "As it happened"), (Times.KNOWN.value, "As it was known")]


@router.get("/replay")
def replay_start(request: Request, viewer: ViewerOf) -> HTMLResponse:
    """Pick an episode first, by reference or name."""
    if not viewer.actor.has(*READERS):
        raise NotFound(NotFound.__doc__)
    return page(request, "pages/replay_start.html", viewer, is_asked=viewer.actor.has(Role.COMPLIANCE))


@router.get("/episodes/{episode_id}/replay")
def replay_page(
    request: Request,
    edge: EdgeOf,
    viewer: ViewerOf,
    episode_id: UUID,
    times: Annotated[str, Query(max_length=10)] = Times.HAPPENED.value,
    a: Annotated[str, Query(max_length=40)] = "",
    b: Annotated[str, Query(max_length=40)] = "",
    event: Annotated[int | None, Query(ge=0, le=1_000_000)] = None,
) -> HTMLResponse:
    """Two moments of one episode side by side; the address holds them, so the page can be kept and sent on."""
    one = opened(edge, viewer, episode_id)
    if not one.shows_clinical:
        raise NotFound(NotFound.__doc__)
    log_reading(edge, viewer, "replay", one)
    banner = banner_of(edge, viewer, one)
    scene = scene_of(edge, viewer, one, banner)
    look = Look(viewer.actor, viewer.around, edge.clock())
    history = history_of(edge, viewer, one)
    kind = Times.KNOWN if times == Times.KNOWN.value else Times.HAPPENED
    asked = moments(history, kind, a, b, event, look.now, look.zone)
    at = replayed(edge, viewer, one)
    then, later = at(kind.as_of(asked.a)), at(kind.as_of(asked.b))
    said = told(*lines_of(history), look)
    marks = (Moment("A", asked.a), Moment("B", asked.b))
    protocol = then.around.protocol
    return page(
        request,
        "pages/replay.html",
        viewer,
        banner=banner,
        scene=scene,
        here=f"{scene.href}/replay",
        purpose=PURPOSES.get(viewer.purpose or "") if one.relation is Relation.COMPLIANCE else None,
        asked=asked,
        times=TIMES,
        zone=look.zone,
        typed_a=a if "a" in asked.mistakes else written(asked.a, look.zone),
        typed_b=b if "b" in asked.mistakes else written(asked.b, look.zone),
        a_words=in_words(asked.a, look.zone),
        b_words=in_words(asked.b, look.zone),
        time_line=draw_time_line(line_of(scene, marks), "replay", REPLAY_SIZES),
        last=one.version,
        position=position(asked.event, history, said, look),
        state=state_shown(then.lines, look),
        gates=gates_then(then.gates),
        protocol=f"{protocol.protocol_id} {protocol.protocol_version}" if protocol else "",
        changed=changes_shown(changes(then, later), said, look),
        between=between(then, later),
        unknown=unknown_shown(not_yet_known(history, asked.a), said, look),
        printed=f"{one.episode.reference} · replay, {dict(TIMES)[kind.value].lower()} · as of event {asked.event} · "
        f"printed {full_moment(look.now, look.zone)} by {viewer.name}",
    )
