"""The caseload: who needs me today, why, and what I may do next."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.alert_view.rows import alert_rows, read_alerts
from api.edge import Edge
from api.lag import lag_of
from api.list_view.ahead import ahead
from api.list_view.caseload_rows import EMPTY, caseload_row, dashed_lines, filters_shown, score_heading, sorted_by_name
from api.list_view.headings import headings, sorted_words
from api.list_view.look import Look
from api.list_view.more import ROWS_AT_FIRST, Rows, more_rows
from api.list_view.next_step import is_booked_dose
from api.patients import log_list, patients_of
from api.shell import page
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.actor import Role
from domain.clinician.clinician import CLINICIAN, Clinician
from domain.episode.due.sessions import next_booked
from domain.episode.gates import Checkpoint, Gate, gates
from domain.episode.session.session import SessionKind
from projections.caseload import CASELOAD, Caseload, Filter, Sort, caseload
from projections.glance import Glance
from projections.patient import patient_of
from store.care_team import within_reach
from store.errors import NotFound

router = APIRouter(include_in_schema=False)
Choice = TypeVar("Choice", bound=StrEnum)


@router.get("/caseload")
def caseload_page(
    request: Request,
    edge: EdgeOf,
    viewer: ViewerOf,
    show: Annotated[str, Query(max_length=20)] = "",
    sort: Annotated[str, Query(max_length=20)] = "",
    turned: bool = False,
    rows: Rows = ROWS_AT_FIRST,
) -> HTMLResponse:
    """The episodes of this therapist; every count opens the list it counts."""
    look = Look(viewer.actor, viewer.around, edge.clock())
    current, by = one_of(Filter, show, Filter.ALL), one_of(Sort, sort, Sort.URGENCY)
    found = read_caseload(edge, viewer, look, current, by, turned=turned)
    alerts = read_alerts(edge, viewer, look, CASELOAD)
    by_name = by is Sort.PATIENT  # only then the names of those that are not shown are needed too
    opened = found.rows if by_name else found.rows[:rows]
    patients = patients_of(edge, viewer, [*map(patient_of, opened), *alerts.named])
    in_order = sorted_by_name(found.rows, patients, turned=turned) if by_name else found.rows
    shown = in_order[:rows]
    named = alerts.named if current is Filter.ALL else []  # a narrowed list only says how many there are
    log_list(edge, viewer, "caseload", [*map(patient_of, shown), *named])
    asked = gates_before_doses(edge, viewer, look, shown)
    measure = score_heading(shown)
    kept = {"show": current.value, "sort": by.value, "turned": str(turned).lower()}
    return page(
        request,
        "pages/caseload.html",
        viewer,
        look=look,
        lag=lag_of(edge, viewer, CASELOAD),
        ahead=ahead(look, has_doses_ahead=not found.holds_history_only),
        alerts=alert_rows(alerts, patients, look, back="/caseload"),
        open_count=found.counts[Filter.ALL],
        filters=filters_shown(found, current, by, look),
        current=current,
        headings=headings(measure, by, turned, current),
        sorted_words=sorted_words(by, turned),
        dashed_lines=dashed_lines(shown),
        several_measures=len({one.measure.instrument.id for one in shown if one.measure}) > 1,
        rows=[
            caseload_row(one, patients[one.case.episode_id], look, asked.get(one.case.episode_id, ())) for one in shown
        ],
        more=more_rows("/caseload", kept, rows, len(in_order)),
        empty=EMPTY[current],
    )


def read_caseload(
    edge: Edge, viewer: Viewer, look: Look, show: Filter, sort: Sort = Sort.URGENCY, *, turned: bool = False
) -> Caseload:
    """One query for a filter and all counts; it is not there for whoever is no therapist.

    The list may be behind: whoever has left a care team since sees nothing of that patient.
    """
    if not viewer.actor.has(Role.THERAPIST):
        raise NotFound(NotFound.__doc__)
    with edge.datastore.in_network(viewer.network_id) as connection:
        found = caseload(
            connection,
            network_id=viewer.network_id,
            clinician_id=viewer.actor.actor_id,
            moment=look.moment,
            filter=show,
            sort=sort,
            descending=turned,
        )
    reach = within_reach(edge.datastore, viewer.actor, (one.case.episode_id for one in found.rows), look.now)
    return found._replace(rows=[one for one in found.rows if one.case.episode_id in reach])


def one_of(choices: type[Choice], given: str, otherwise: Choice) -> Choice:
    """The choice of an address; what nobody knows is as if it were not there."""
    return next((choice for choice in choices if choice.value == given), otherwise)


def gates_before_doses(edge: Edge, viewer: Viewer, look: Look, rows: Sequence[Glance]) -> dict[UUID, tuple[Gate, ...]]:
    """The gates of the episodes whose next step is a booked dose, each asked as the episode page asks them."""
    dosing = [one for one in rows if is_booked_dose(one)]
    clinicians = _clinicians(edge, viewer, look, dosing)
    found = {}
    for one in dosing:
        booked = next_booked(one.course, SessionKind.DOSING)
        found[one.case.episode_id] = gates(
            one.course,
            Checkpoint.OPEN,
            now=look.now,
            protocol=look.moment.protocol,
            network=look.moment.network,
            clinicians=clinicians,
            session_id=booked.session_id if booked else None,
        )
    return found


def _clinicians(edge: Edge, viewer: Viewer, look: Look, rows: Sequence[Glance]) -> dict[UUID, Clinician]:
    """Everybody whose standing those gates ask for."""
    if not rows:
        return {}
    on_call = look.moment.network.on_call(look.now)
    wanted = {viewer.actor.actor_id} | ({on_call.prescriber_id} if on_call else set())
    for one in rows:
        wanted |= {member.clinician_id for member in one.course.team}
        wanted |= {session.therapist_id for session in one.course.sessions.values() if session.therapist_id}
        wanted |= {one.course.plan.prescriber_id} if one.course.plan else set()
    states = {who: edge.care.state(CLINICIAN, who, network_id=viewer.network_id)[0] for who in sorted(wanted)}
    return {who: state for who, state in states.items() if state.clinician_id is not None}
