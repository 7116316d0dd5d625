"""Coordination: what is due or overdue across the network, and who has nobody."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.alert_view.rows import alert_rows, read_to_chase
from api.edge import Edge
from api.lag import lag_of, lag_since
from api.list_view.ahead import ahead, licence_rows
from api.list_view.coordination_rows import (
    due_row,
    phase_row,
    phases_shown,
    unassigned_row,
    with_measures_together,
)
from api.list_view.look import Look
from api.list_view.more import ROWS_AT_FIRST, Rows, more_rows
from api.patients import log_list, patients_of
from api.shell import page
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.actor import Role
from projections.caseload import CASELOAD
from projections.coordination import COORDINATION, Coordination, coordination
from store.errors import NotFound

router = APIRouter(include_in_schema=False)
HERE = "/coordination"


@router.get("/coordination")
def coordination_page(
    request: Request,
    edge: EdgeOf,
    viewer: ViewerOf,
    phase: Annotated[str, Query(max_length=20)] = "",
    only: Annotated[str, Query(max_length=20)] = "",
    rows: Rows = ROWS_AT_FIRST,
) -> HTMLResponse:
    """Unassigned and due, or the list of one phase; every count opens the list it counts."""
    look = Look(viewer.actor, viewer.around, edge.clock())
    found = read_coordination(edge, viewer, look)
    current = phase if phase in found.phases else ""
    in_phase = found.phases.get(current, [])
    soon = with_measures_together(found.due)
    overdue = [one for one in soon if one.is_overdue]
    unassigned = [] if current else found.unassigned
    due = [] if current else overdue if only == "overdue" else soon
    alerts = read_to_chase(edge, viewer, look)
    shown = [one.patient for rows_of in (in_phase, unassigned, due) for one in rows_of[:rows]]
    is_whole = not current and only != "overdue"
    kept = {"phase": current} if current else {"only": "overdue"} if only == "overdue" else {}
    shown += alerts.named if is_whole else []  # a narrowed list only says how many there are
    log_list(edge, viewer, "coordination", shown)
    patients = patients_of(edge, viewer, shown, with_birth_dates=False)
    return page(
        request,
        "pages/coordination.html",
        viewer,
        look=look,
        lag=lag_of(edge, viewer, COORDINATION)
        or lag_of(edge, viewer, CASELOAD)
        or lag_since(found.since, look.now, look.zone),
        alerts=alert_rows(alerts, patients, look, back="/coordination"),
        open_episodes=found.open_episodes,
        phases=phases_shown(found, current),
        current=current,
        in_phase=[phase_row(one, patients, look) for one in in_phase[:rows]],
        in_phase_count=len(in_phase),
        unassigned=[unassigned_row(one, patients, look) for one in unassigned[:rows]],
        unassigned_count=len(unassigned),
        due=[due_row(one, patients, look) for one in due[:rows]],
        more_in_phase=more_rows(HERE, kept, rows, len(in_phase)),
        more_unassigned=more_rows(HERE, kept, rows, len(unassigned)),
        more_due=more_rows(HERE, kept, rows, len(due)),
        due_count=len(soon),
        overdue_count=len(overdue),
        only_overdue=only == "overdue",
        ahead=ahead(look, has_doses_ahead=not found.holds_history_only),
        licences=[] if current else licence_rows(look),
        licence_days=days.value if (days := look.moment.protocol.numbers.licence_warning_days) else 0,
    )


def read_coordination(edge: Edge, viewer: Viewer, look: Look) -> Coordination:
    """One query for all lists and counts; it is not there for whoever is no coordinator."""
    if not viewer.actor.has(Role.COORDINATOR):
        raise NotFound(NotFound.__doc__)
    with edge.datastore.in_network(viewer.network_id) as connection:
        return coordination(connection, network_id=viewer.network_id, moment=look.moment, standings=edge.standings)
