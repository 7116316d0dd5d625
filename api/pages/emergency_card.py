"""The emergency card on a sheet of its own, to print and keep beside the patient."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.banner import banner_of
from api.dosing_view.card import card_of
from api.dosing_view.which import session_in_question
from api.formats import full_moment
from api.reading import log_reading
from api.scene import scene_of
from api.shell import page
from api.viewer import EdgeOf, ViewerOf, opened
from store.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/episodes/{episode_id}/emergency-card")
def emergency_card(
    request: Request, episode_id: UUID, viewer: ViewerOf, edge: EdgeOf, session: str = ""
) -> HTMLResponse:
    """Of the session that is open, else the next one, else the last."""
    one = opened(edge, viewer, episode_id)
    if not one.shows_clinical:
        raise NotFound(NotFound.__doc__)
    log_reading(edge, viewer, "emergency_card", one)
    banner = banner_of(edge, viewer, one)
    scene = scene_of(edge, viewer, one, banner)
    which = session_in_question(scene, session)
    card = card_of(edge, one, scene, banner, which)
    printed = f"{one.episode.reference} · printed {full_moment(scene.now, scene.zone)} by {viewer.name}"
    return page(request, "pages/emergency_card.html", viewer, banner=banner, card=card, session=which, printed=printed)
