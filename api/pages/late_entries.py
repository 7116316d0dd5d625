"""Late entries: who recorded how much well after it happened, and the entries behind each number."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic_core import to_jsonable_python

from api.edge import Edge
from api.lag import lag_of
from api.list_view.late_rows import address, entry_row, kind_of, person_row, tells_kind
from api.list_view.look import Look
from api.list_view.more import ROWS_AT_FIRST, Rows, more_rows
from api.patients import log_list
from api.shell import page
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.actor import Role
from domain.episode.episode import EPISODE
from projections.late_entries import LateEntry, by_person, late_entries
from projections.patient import Patient
from projections.timeline import TIMELINE
from store.errors import NotFound

router = APIRouter()
PERIODS = (30, 90, 365)
Days = Annotated[int, Query(ge=1, le=3660, description="Recorded in so many days up to now.")]


@router.get("/late-entries", include_in_schema=False)
def late_entries_page(
    request: Request,
    edge: EdgeOf,
    viewer: ViewerOf,
    days: Days = 90,
    of: UUID | None = None,
    kind: Annotated[str, Query(max_length=20)] = "",
    rows: Rows = ROWS_AT_FIRST,
) -> HTMLResponse:
    """Everybody's numbers, or one person's entries."""
    look = Look(viewer.actor, viewer.around, edge.clock())
    found = _read(edge, viewer, look, max(PERIODS))
    within = _since(found, look, days)
    behind = [one for one in within if one.actor_id == of and one.is_correction == (kind == "corrections")]
    shown = behind[:rows]
    kept = {"days": str(days), "of": str(of)} | ({"kind": "corrections"} if kind == "corrections" else {})
    references = _references(edge, viewer, shown)
    return page(
        request,
        "pages/late_entries.html",
        viewer,
        look=look,
        lag=lag_of(edge, viewer, TIMELINE),
        periods=[(address(one, of), f"{one} days", _entries(_since(found, look, one)), one == days) for one in PERIODS],
        people=[person_row(one, look, days) for one in by_person(within)],
        of=look.name_of(of) if of else None,
        kind="corrections" if kind == "corrections" else "entries",
        shown=[entry_row(one, references, look) for one in shown],
        count=len(behind),
        more=more_rows("/late-entries", kept, rows, len(behind)),
        back=address(days),
    )


@router.get("/api/late-entries", tags=["queries"])
def late_entries_query(edge: EdgeOf, viewer: ViewerOf, days: Days = 90) -> JSONResponse:
    """The same as JSON: numbers per person, and every entry with both its times."""
    look = Look(viewer.actor, viewer.around, edge.clock())
    found = _read(edge, viewer, look, days)
    _references(edge, viewer, found)
    people = [one._asdict() for one in by_person(found)]
    entries = [_as_json(one, says_what=tells_kind(one, viewer.actor)) for one in found]
    return JSONResponse(to_jsonable_python({"at": look.now, "people": people, "entries": entries}))


def _read(edge: Edge, viewer: Viewer, look: Look, days: int) -> list[LateEntry]:
    """For those who watch over the whole network; it is not there for anybody else."""
    if not viewer.actor.has(Role.COMPLIANCE, Role.COORDINATOR):
        raise NotFound(NotFound.__doc__)
    with edge.datastore.in_network(viewer.network_id) as connection:
        return late_entries(connection, network_id=viewer.network_id, since=look.now - timedelta(days=days))


def _since(entries: Sequence[LateEntry], look: Look, days: int) -> list[LateEntry]:
    since = look.now - timedelta(days=days)
    return [one for one in entries if one.recorded_at >= since]


def _entries(entries: Sequence[LateEntry]) -> int:
    return sum(not one.is_correction for one in entries)


def _references(edge: Edge, viewer: Viewer, shown: Sequence[LateEntry]) -> dict[UUID, str]:
    """Patients by reference alone: who looks for habits of recording needs no names. The reading is written down."""
    ids = dict.fromkeys(one.episode_id for one in shown)
    states = {one: edge.care.state(EPISODE, one, network_id=viewer.network_id)[0] for one in ids}
    read = [Patient(one, state.patient_id, state.reference, None, None) for one, state in states.items()]
    log_list(edge, viewer, "late_entries", read)
    return {episode_id: state.reference for episode_id, state in states.items()}


def _as_json(one: LateEntry, *, says_what: bool) -> dict[str, Any]:
    entry = one._asdict() | {"later_by_minutes": int(one.later_by.total_seconds() // 60)}
    hidden = ("sensitivity",) if says_what else ("sensitivity", "stored_as", "category")
    what = {"what": kind_of(one)} if says_what else {}
    return {name: value for name, value in entry.items() if name not in hidden} | what
