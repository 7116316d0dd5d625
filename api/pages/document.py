"""A signed note: its text and addenda as they were signed, with every signature."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.banner import banner_of
from api.episode_view.documents_shown import document_shown, state_words, steps_on
from api.reading import log_reading, open_texts
from api.scene import scene_of
from api.shell import page
from api.viewer import EdgeOf, ViewerOf, opened
from domain.access import READ, Relation, permits
from domain.sensitivity import Sensitivity
from store.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/episodes/{episode_id}/documents/{entry_id}")
def document_page(request: Request, edge: EdgeOf, viewer: ViewerOf, episode_id: UUID, entry_id: UUID) -> HTMLResponse:
    """For whoever may read what clinicians write; to everybody else there is no such page."""
    one = opened(edge, viewer, episode_id)
    if not permits(viewer.actor, READ, one.relation, Sensitivity.FREE_TEXT):
        raise NotFound(NotFound.__doc__)
    banner = banner_of(edge, viewer, one)
    scene = scene_of(edge, viewer, one, banner)
    found = document_shown(scene, entry_id)
    if found is None:
        raise NotFound(NotFound.__doc__)
    log_reading(edge, viewer, "document", one)
    may_act = found.document is not None and one.relation in (Relation.TEAM, Relation.ON_CALL)
    return page(
        request,
        "pages/document.html",
        viewer,
        banner=banner,
        scene=scene,
        title=found.title,
        state=state_words(found.document, scene) if found.document else "",
        parts=list(zip(found.parts, open_texts(edge, one, [part.text for part in found.parts]), strict=True)),
        reasons=open_texts(edge, one, found.reasons),
        is_in_error=found.document is None,
        steps=steps_on(scene, found.document) if found.document and may_act else [],
    )
