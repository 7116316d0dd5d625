"""What the pages show, as JSON for programs of the people who may see it; every reading is logged the same."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import AfterValidator, AwareDatetime

from api.as_told import lines_told, outcomes_told, things_told
from api.banner import banner_of, is_audited
from api.bodies import in_known_years
from api.edge import Edge
from api.episode_view.as_json import (
    coordinated_as_json,
    line_as_json,
    outcomes_as_json,
    state_as_json,
    withheld_as_json,
)
from api.episode_view.documents_as_json import documents_as_json
from api.list_view import as_json
from api.list_view.look import Look
from api.pages.caseload import one_of, read_caseload
from api.pages.coordination import read_coordination
from api.pages.worklist import read_worklist
from api.patients import log_list, patients_of
from api.problems import Problem
from api.purpose import PURPOSES
from api.reading import log_reading, open_texts
from api.replays import replayed
from api.scene import Scene, scene_of
from api.texts import texts_for
from api.viewer import EdgeOf, OpenedEpisode, Viewer, ViewerOf, opened
from domain.access import READ, permits
from domain.sensitivity import Sensitivity
from domain.substance_use import NOTICE
from projections.caseload import Filter
from projections.patient import patient_of
from projections.replay import AsOf, report
from projections.timeline_lines import Order
from store.errors import NotFound

router = APIRouter(prefix="/api", tags=["queries"])
Instant = Annotated[AwareDatetime, AfterValidator(in_known_years)]
Purpose = Annotated[
    str | None,
    Query(max_length=40, description=f"Why compliance reads: one of {', '.join(PURPOSES)}."),
]


@router.get("/caseload")
def caseload(edge: EdgeOf, viewer: ViewerOf, show: Annotated[str, Query(max_length=20)] = "") -> Response:
    """The therapist's episodes of a filter, and how many each filter holds."""
    look = Look(viewer.actor, viewer.around, edge.clock())
    found = read_caseload(edge, viewer, look, one_of(Filter, show, Filter.ALL))
    log_list(edge, viewer, "api:caseload", map(patient_of, found.rows))
    patients = patients_of(edge, viewer, map(patient_of, found.rows))
    rows = [as_json.glance_as_json(one, patients[one.case.episode_id], viewer.actor.actor_id) for one in found.rows]
    return _json({"at": look.now, "counts": found.counts, "rows": rows})


@router.get("/worklist")
def worklist(edge: EdgeOf, viewer: ViewerOf) -> Response:
    """The decisions that wait for a prescriber, in the order of the page."""
    look = Look(viewer.actor, viewer.around, edge.clock())
    found = read_worklist(edge, viewer, look)
    shown = [patient_of(one.glance) for one in found.waiting]
    log_list(edge, viewer, "api:worklist", shown)
    patients = patients_of(edge, viewer, shown)
    rows = [as_json.waiting_as_json(one, patients[one.glance.case.episode_id]) for one in found.waiting]
    return _json({"at": look.now, "counts": found.counts, "waiting": rows})


@router.get("/coordination")
def coordination(edge: EdgeOf, viewer: ViewerOf) -> Response:
    """Open episodes by phase, who has nobody, and what is due; nothing clinical."""
    look = Look(viewer.actor, viewer.around, edge.clock())
    found = read_coordination(edge, viewer, look)
    in_phases = [one for rows in found.phases.values() for one in rows]
    shown = [one.patient for one in in_phases]
    log_list(edge, viewer, "api:coordination", shown)
    names = {episode_id: one.name for episode_id, one in patients_of(edge, viewer, shown).items()}
    body = {
        "at": look.now,
        "open_episodes": found.open_episodes,
        "phases": {phase: len(rows) for phase, rows in found.phases.items()},
        "episodes": [as_json.in_phase_as_json(one, names[one.patient.episode_id]) for one in in_phases],
        "unassigned": [as_json.unassigned_as_json(one, names[one.patient.episode_id]) for one in found.unassigned],
        "due": [as_json.due_as_json(one, names[one.patient.episode_id]) for one in found.due],
    }
    return _json(body)


@router.get("/episodes/{episode_id}", responses={403: {"model": Problem}, 404: {"model": Problem}})
def episode(edge: EdgeOf, viewer: ViewerOf, episode_id: UUID, purpose: Purpose = None) -> Response:
    """State, gates before the next dose, and what is owed; for coordination without clinical content."""
    one, scene = _read(edge, viewer, episode_id, "api:episode", clinical=False)
    body = state_as_json(scene, one.version) if one.shows_clinical else coordinated_as_json(scene, one.version)
    return _json(body, _notice(viewer, one))


@router.get("/episodes/{episode_id}/timeline", responses={403: {"model": Problem}, 404: {"model": Problem}})
def episode_timeline(
    edge: EdgeOf,
    viewer: ViewerOf,
    episode_id: UUID,
    by: Annotated[Order, Query(description="By when it happened, or was recorded.")] = Order.HAPPENED,
    before: Annotated[int | None, Query(ge=1, description="The version of the last line you have.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    purpose: Purpose = None,
) -> Response:
    """Every event in plain words, newest first."""
    one, scene = _read(edge, viewer, episode_id, "api:timeline")
    with edge.datastore.in_network(viewer.network_id) as connection:
        lines = lines_told(connection, one, order=by, limit=limit, before=before)
        things = things_told(connection, one)
    texts = texts_for(edge, viewer, one)
    told = [line_as_json(line, scene, things, texts) for line in lines]
    return _json({"episode_id": episode_id, "lines": told}, _notice(viewer, one))


@router.get("/episodes/{episode_id}/documents", responses={403: {"model": Problem}, 404: {"model": Problem}})
def episode_documents(edge: EdgeOf, viewer: ViewerOf, episode_id: UUID, purpose: Purpose = None) -> Response:
    """Signed notes with addenda and signatures, notes asked for, and questions; psychotherapy notes never."""
    one, scene = _read(edge, viewer, episode_id, "api:documents")
    if not permits(viewer.actor, READ, one.relation, Sensitivity.FREE_TEXT):
        raise NotFound(NotFound.__doc__)
    return _json(documents_as_json(scene, lambda sealed: open_texts(edge, one, sealed)), _notice(viewer, one))


@router.get("/episodes/{episode_id}/outcomes", responses={403: {"model": Problem}, 404: {"model": Problem}})
def episode_outcomes(edge: EdgeOf, viewer: ViewerOf, episode_id: UUID, purpose: Purpose = None) -> Response:
    """All scores with their corrections, by instrument."""
    one, _ = _read(edge, viewer, episode_id, "api:outcomes")
    with edge.datastore.in_network(viewer.network_id) as connection:
        found, withheld = outcomes_told(connection, one)
    body = {"episode_id": episode_id, "instruments": outcomes_as_json(found)}
    return _json(
        body | ({"withheld": [withheld_as_json(one) for one in withheld]} if withheld else {}), _notice(viewer, one)
    )


@router.get("/episodes/{episode_id}/replay", responses={403: {"model": Problem}, 404: {"model": Problem}})
def episode_replay(
    edge: EdgeOf,
    viewer: ViewerOf,
    episode_id: UUID,
    as_of: Annotated[Instant | None, Query(description="What had happened by then.")] = None,
    known_at: Annotated[Instant | None, Query(description="And was known by then.")] = None,
    diff: Annotated[Instant | None, Query(description="What changed between as_of and this moment.")] = None,
    purpose: Purpose = None,
) -> Response:
    """State and gates at a moment under the protocol in force then, and what changed between two."""
    one, scene = _read(edge, viewer, episode_id, "api:replay")
    at = replayed(edge, viewer, one)
    then = AsOf(as_of, known_at)
    other = _other(then, diff)
    return _json(report(episode_id, then, at(then), at(other) if other else None, scene.name_of), _notice(viewer, one))


def _other(then: AsOf, diff: datetime | None) -> AsOf | None:
    """The second moment is of the same kind as the first."""
    if diff is None:
        return None
    return AsOf(diff, then.known_until) if then.happened_until or not then.known_until else AsOf(None, diff)


def _read(
    edge: Edge, viewer: Viewer, episode_id: UUID, screen: str, *, clinical: bool = True
) -> tuple[OpenedEpisode, Scene]:
    """The episode, once its reading is written down; there is none for whoever may not see its content."""
    one = opened(edge, viewer, episode_id)
    if clinical and not one.shows_clinical:
        raise NotFound(NotFound.__doc__)
    log_reading(edge, viewer, screen, one)
    return one, scene_of(edge, viewer, one, banner_of(edge, viewer, one))


def _notice(viewer: Viewer, one: OpenedEpisode) -> dict[str, str]:
    """What goes along with records of substance use that are opened for an audit (42 CFR 2.32)."""
    return {"notice": NOTICE} if is_audited(viewer, one) else {}


def _json(body: dict[str, Any], beside: dict[str, str] | None = None) -> Response:
    body = body | (beside or {})
    return Response(orjson.dumps(body, default=_plain, option=orjson.OPT_NON_STR_KEYS), media_type="application/json")


def _plain(value: Any) -> Any:
    """Amounts as text, so that none is rounded on its way; tuples with names as lists."""
    return list(value) if isinstance(value, tuple) else str(value)
