"""The prescriber worklist: which decision waits for me, over all my patients, the most urgent first."""

from itertools import chain
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.alert_view.rows import alert_rows, read_alerts
from api.edge import Edge
from api.lag import lag_of
from api.list_view.ahead import ahead
from api.list_view.look import Look
from api.list_view.more import ROWS_AT_FIRST, Rows, more_rows
from api.list_view.worklist_rows import (
    filters_shown,
    groups_shown,
    next_due,
    oldest_words,
    supply_row,
    today_row,
)
from api.patients import log_list, patients_of
from api.shell import page
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.actor import Role
from projections.patient import patient_of
from projections.prescriber_worklist import PRESCRIBER_WORKLIST, Worklist, worklist
from projections.worklist_groups import Group
from store.care_team import within_reach
from store.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/worklist")
def worklist_page(
    request: Request,
    edge: EdgeOf,
    viewer: ViewerOf,
    group: Annotated[str, Query(max_length=20)] = "",
    rows: Rows = ROWS_AT_FIRST,
) -> HTMLResponse:
    """Decisions by group; beneath them today's doses and what was ordered and taken."""
    look = Look(viewer.actor, viewer.around, edge.clock())
    current = next((one for one in Group if one.value == group), None)
    found = read_worklist(edge, viewer, look, current)
    everything = current is None
    today = found.today if everything else []
    supply = found.supply if everything else []
    more = more_rows("/worklist", {"group": current.value} if current else {}, rows, len(found.waiting))
    waiting, supplied = found.waiting[:rows], supply[:rows]
    glances = chain((one.glance for one in waiting), (one.glance for one in today), (one.glance for one in supplied))
    alerts = read_alerts(edge, viewer, look, PRESCRIBER_WORKLIST)
    named = alerts.named if everything else []  # a narrowed list only says how many there are
    shown = [*map(patient_of, glances), *named]
    log_list(edge, viewer, "worklist", shown)
    patients = patients_of(edge, viewer, shown)
    return page(
        request,
        "pages/worklist.html",
        viewer,
        look=look,
        lag=lag_of(edge, viewer, PRESCRIBER_WORKLIST),
        ahead=ahead(look, has_doses_ahead=not found.holds_history_only),
        alerts=alert_rows(alerts, patients, look, back="/worklist"),
        count=sum(found.counts.values()) - found.counts[Group.DONE],
        oldest=oldest_words(found, look),
        filters=filters_shown(found, current),
        is_filtered=not everything,
        next_due=next_due(found, look),
        groups=groups_shown(waiting, patients, look, found.waiting),
        more=more,
        today=[today_row(one, patients[one.glance.case.episode_id], look) for one in today],
        supply=[supply_row(one, patients[one.glance.case.episode_id]) for one in supplied],
        supply_count=len(supply),
        more_supply=more_rows("/worklist", {}, rows, len(supply)),
        new_key=lambda: uuid4().hex,
    )


def read_worklist(edge: Edge, viewer: Viewer, look: Look, group: Group | None = None) -> Worklist:
    """One query for a group and all counts; it is not there for whoever is no prescriber."""
    if not viewer.actor.has(Role.PRESCRIBER):
        raise NotFound(NotFound.__doc__)
    with edge.datastore.in_network(viewer.network_id) as connection:
        found = worklist(
            connection,
            network_id=viewer.network_id,
            clinician_id=viewer.actor.actor_id,
            moment=look.moment,
            group=group,
        )
    return _within_reach(edge, viewer, look, found)


def _within_reach(edge: Edge, viewer: Viewer, look: Look, found: Worklist) -> Worklist:
    """The list may be behind: without those whose team the person has left, and whom another has taken since."""
    waiting = [one.glance for one in found.waiting]
    dosed = [*(one.glance for one in found.today), *(one.glance for one in found.supply)]
    named = {one.case.episode_id for one in (*waiting, *dosed, *found.mine)}
    reach = within_reach(edge.datastore, viewer.actor, named, look.now)
    return found._replace(
        waiting=[one for one in found.waiting if one.glance.case.episode_id in reach],
        today=[one for one in found.today if one.glance.case.episode_id in reach],
        supply=[one for one in found.supply if one.glance.case.episode_id in reach],
        mine=[one for one in found.mine if one.case.episode_id in reach],
    )
