"""Finding a patient by name or reference. What was typed is posted: names stand in no address and no log."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from psycopg import Connection

from api.edge import Edge
from api.list_view.found_rows import found_row
from api.list_view.look import Look
from api.patients import log_list, patients_of
from api.shell import page
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.access import READ, Relation, permits, relation_of
from projections.caseload import CASELOAD
from projections.cases import read_glances
from projections.glance import Glance
from projections.patient import patient_of
from store.blind_index import query_tokens
from store.care_team import within_reach

router = APIRouter(include_in_schema=False)
MOST = 20
BY_NAME = """
    SELECT patient_id
      FROM patient_search
     WHERE token = ANY(%(tokens)s)
     GROUP BY patient_id
    HAVING count(DISTINCT token) = %(words)s
     ORDER BY EXISTS (
               SELECT FROM patient_episode AS theirs JOIN care_team_member AS member USING (episode_id)
                WHERE theirs.patient_id = patient_search.patient_id AND member.clinician_id = %(viewer_id)s) DESC
     LIMIT %(most)s
"""
"""Those of the viewer's own teams first: where many bear a name, nobody misses their own patient."""
MOST_OF_A_NAME = 200
WHERE = """
    "case".network_id = %(network_id)s
    AND ("case".patient_id = ANY(%(patients)s) OR "case".reference = upper(%(reference)s))
"""


@router.post("/find", response_model=None)
def find(
    request: Request,
    edge: EdgeOf,
    viewer: ViewerOf,
    q: Annotated[str, Form(max_length=200)] = "",
    then: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """One hit opens; several are patient_of; nobody learns of patients they may not see."""
    look = Look(viewer.actor, viewer.around, edge.clock())
    hits = _hits(edge, viewer, look, q.strip()) if q.strip() else []
    if not hits and (called_about := _called_about(edge, viewer, look, q.strip())):
        return RedirectResponse(f"/episodes/{called_about}", 303)
    if len(hits) == 1:
        return RedirectResponse(found_row(hits[0], None, look, then).href, 303)
    return _listed(request, edge, viewer, look, hits, q.strip(), then)


def _listed(
    request: Request, edge: Edge, viewer: Viewer, look: Look, hits: list[Glance], typed: str, then: str
) -> HTMLResponse:
    shown = hits[:MOST]
    log_list(edge, viewer, "find", map(patient_of, shown))
    patients = patients_of(edge, viewer, map(patient_of, shown))
    rows = [found_row(one, patients[one.case.episode_id], look, then) for one in shown]
    return page(request, "pages/find.html", viewer, rows=rows, typed=typed, then=then, more=len(hits) - len(shown))


def _hits(edge: Edge, viewer: Viewer, look: Look, typed: str) -> list[Glance]:
    """Episodes of patients with that name or reference which this person may read, the open ones first."""
    with edge.datastore.in_network(viewer.network_id) as connection:
        patients = _patients(connection, edge, viewer, typed)
        parameters = {"network_id": viewer.network_id, "patients": patients, "reference": typed}
        found = read_glances(connection, CASELOAD, WHERE, parameters, look.moment)
    reach = within_reach(edge.datastore, viewer.actor, (one.case.episode_id for one in found), look.now)
    mine = [one for one in found if _may_read(viewer, look, one, one.case.episode_id in reach)]
    return sorted(mine, key=lambda one: (not one.case.is_open, one.case.reference))


def _called_about(edge: Edge, viewer: Viewer, look: Look, typed: str) -> UUID | None:
    """The episode whose whole reference somebody on call typed: they are asked why, and learn nothing before."""
    with edge.datastore.in_network(viewer.network_id) as connection:
        parameters = {"network_id": viewer.network_id, "patients": [], "reference": typed}
        found = read_glances(connection, CASELOAD, WHERE, parameters, look.moment)
    called = look.around.network.called_at(look.now)
    mine = (g for g in found if relation_of(viewer.actor, g.course, look.now, called=called) is Relation.CALLED)
    return next((glance.case.episode_id for glance in mine), None)


def _patients(connection: Connection[Any], edge: Edge, viewer: Viewer, typed: str) -> list[UUID]:
    tokens = sorted(set(query_tokens(edge.kek, viewer.network_id, typed)))
    if not tokens:
        return []
    asked = {"tokens": tokens, "words": len(tokens), "viewer_id": viewer.actor.actor_id, "most": MOST_OF_A_NAME}
    return [patient_id for (patient_id,) in connection.execute(BY_NAME, asked)]


def _may_read(viewer: Viewer, look: Look, one: Glance, is_within_reach: bool) -> bool:
    """As the list knows it; a team or pool that the person has left since counts no more."""
    relation = relation_of(viewer.actor, one.course, look.now, called=look.around.network.called_at(look.now))
    has_left = relation in (Relation.TEAM, Relation.POOL) and not is_within_reach
    return permits(viewer.actor, READ, relation) and not has_left
