"""An entry by its id: lists and gates name entries, the log numbers events; this leads from one to the other."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from api.viewer import EdgeOf, ViewerOf, opened
from store.errors import NotFound

router = APIRouter(include_in_schema=False)
VERSION = "SELECT version FROM events WHERE stream_id = %(episode_id)s AND event_id = %(entry_id)s"


@router.get("/episodes/{episode_id}/entries/{entry_id}")
def entry(edge: EdgeOf, viewer: ViewerOf, episode_id: UUID, entry_id: UUID) -> RedirectResponse:
    """Leads to the event; nothing of the patient is in this answer."""
    opened(edge, viewer, episode_id)
    with edge.datastore.in_network(viewer.network_id) as connection:
        row = connection.execute(VERSION, {"episode_id": episode_id, "entry_id": entry_id}).fetchone()
    if row is None:
        raise NotFound(NotFound.__doc__)
    return RedirectResponse(f"/episodes/{episode_id}/events/{row[0]}", 303)
