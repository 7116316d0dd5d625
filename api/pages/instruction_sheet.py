"""The patient's instruction sheet for a dosing day, to print and hand over."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.banner import banner_of
from api.dosing_view.instructions import instructions
from api.dosing_view.which import session_in_question
from api.formats import clock, full_moment, heading_date
from api.formats import day_of as day_in
from api.reading import log_reading
from api.scene import scene_of
from api.shell import page
from api.viewer import EdgeOf, ViewerOf, opened
from store.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/episodes/{episode_id}/instruction-sheet")
def instruction_sheet(
    request: Request, episode_id: UUID, viewer: ViewerOf, edge: EdgeOf, session: str = ""
) -> HTMLResponse:
    """Of the session that is open, else the next one, else the last."""
    one = opened(edge, viewer, episode_id)
    if not one.shows_clinical:
        raise NotFound(NotFound.__doc__)
    log_reading(edge, viewer, "instruction_sheet", one)
    banner = banner_of(edge, viewer, one)
    scene = scene_of(edge, viewer, one, banner)
    which = session_in_question(scene, session)
    begins = (
        f"{heading_date(day_in(which.starts_at, scene.zone))}, {clock(which.starts_at, scene.zone)}" if which else ""
    )
    printed = f"{one.episode.reference} · printed {full_moment(scene.now, scene.zone)} by {viewer.name}"
    return page(
        request,
        "pages/instruction_sheet.html",
        viewer,
        banner=banner,
        parts=instructions(scene, which),
        begins=begins,
        printed=printed,
    )
