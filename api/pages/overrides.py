"""Overrides: how often each prescriber passed over each rule, and the overrides behind each number."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.edge import Edge
from api.lag import lag_of
from api.list_view.look import Look
from api.list_view.more import ROWS_AT_FIRST, Rows, more_rows
from api.list_view.override_rows import HERE, address, count_row, override_row, rule_words
from api.patients import log_list
from api.shell import page
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.actor import Role
from domain.episode.episode import EPISODE
from projections.overrides import OVERRIDES, Listed, counted, overrides
from projections.patient import Patient
from store.errors import NotFound

router = APIRouter(include_in_schema=False)
PERIODS = (30, 90, 365)


@router.get("/overrides")
def overrides_page(
    request: Request,
    edge: EdgeOf,
    viewer: ViewerOf,
    days: Annotated[int, Query(ge=1, le=3660)] = 90,
    of: UUID | None = None,
    rule: Annotated[str, Query(max_length=40)] = "",
    rows: Rows = ROWS_AT_FIRST,
) -> HTMLResponse:
    """Counts per clinician and rule, and beneath them the overrides of one count, or all of the period."""
    look = Look(viewer.actor, viewer.around, edge.clock())
    found = _read(edge, viewer, look, max(*PERIODS, days))
    within = _since(found, look, days)
    behind = [one for one in within if of in (None, one.line.granted_by) and rule in ("", one.line.rule)]
    shown = behind[:rows]
    kept = {"days": str(days)} | ({"of": str(of)} if of else {}) | ({"rule": rule} if rule else {})
    references = _references(edge, viewer, shown)
    return page(
        request,
        "pages/overrides.html",
        viewer,
        look=look,
        lag=lag_of(edge, viewer, OVERRIDES),
        periods=[(address(one), f"{one} days", len(_since(found, look, one)), one == days) for one in PERIODS],
        counts=[count_row(one, look, days) for one in counted(within)],
        heading=_heading(look, of, rule),
        shown=[override_row(one, references, look) for one in shown],
        count=len(behind),
        more=more_rows(HERE, kept, rows, len(behind)),
        back=address(days) if of or rule else "",
    )


def _heading(look: Look, of: UUID | None, rule: str) -> str:
    named = [look.name_of(of) if of else "", rule_words(rule, look) if rule else ""]
    return ": ".join(filter(None, named)) or "All overrides"


def _read(edge: Edge, viewer: Viewer, look: Look, days: int) -> list[Listed]:
    """For compliance, across the network; a care team finds its own on the episode."""
    if not viewer.actor.has(Role.COMPLIANCE):
        raise NotFound(NotFound.__doc__)
    with edge.datastore.in_network(viewer.network_id) as connection:
        return overrides(connection, network_id=viewer.network_id, since=look.now - timedelta(days=days))


def _since(found: Sequence[Listed], look: Look, days: int) -> list[Listed]:
    since = look.now - timedelta(days=days)
    return [one for one in found if one.line.granted_at >= since]


def _references(edge: Edge, viewer: Viewer, shown: Sequence[Listed]) -> dict[UUID, str]:
    """Patients by reference alone; the reading is written down."""
    ids = dict.fromkeys(one.episode_id for one in shown)
    states = {one: edge.care.state(EPISODE, one, network_id=viewer.network_id)[0] for one in ids}
    read = [Patient(one, state.patient_id, state.reference, None, None) for one, state in states.items()]
    log_list(edge, viewer, "overrides", read)
    return {episode_id: state.reference for episode_id, state in states.items()}
