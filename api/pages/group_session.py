"""The page of a group session: all patients of the group whom the viewer cares for, each by name and birth date."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.dosing_view.group import member_of
from api.episode_view.callouts import crisis_text
from api.formats import clock, heading_date
from api.list_view.look import Look
from api.pages.dosing_session import Sitting
from api.reading import log_reading
from api.shell import page
from api.viewer import EdgeOf, ViewerOf
from projections.group import episodes_in_group
from store.errors import NotFound

router = APIRouter(prefix="/episodes/{episode_id}/sessions/{which}", include_in_schema=False)
SCREEN = "group_session"


@router.get("/group")
def group_page(request: Request, episode_id: UUID, which: str, viewer: ViewerOf, edge: EdgeOf) -> HTMLResponse:
    """Everybody in this session's group on whose care team the viewer is; of others nothing is said."""
    here = Sitting(edge, viewer, episode_id, which, {})
    group_id = here.session.group_id
    if group_id is None:
        raise NotFound(NotFound.__doc__)
    moment = Look(viewer.actor, viewer.around, edge.clock()).moment
    with edge.datastore.in_network(viewer.network_id) as connection:
        found = episodes_in_group(
            connection,
            group_id,
            network_id=viewer.network_id,
            clinician_id=viewer.actor.actor_id,
            moment=moment,
        )
    others = [Sitting(edge, viewer, other, str(session), {}) for other, session in found if other != episode_id]
    members = sorted((here, *others), key=lambda one: one.scene.episode.reference)
    log_reading(edge, viewer, SCREEN, *(one.one for one in members))
    starts_at = here.session.starts_at
    return page(
        request,
        "pages/group_session.html",
        viewer,
        members=[member_of(one.scene, one.session, one.banner) for one in members],
        when=f"{heading_date(starts_at.astimezone(viewer.zone).date())}, {clock(starts_at, viewer.zone)}",
        crisis_text=crisis_text(here.scene),
        here=here.href,
        idle_seconds=None,
    )
