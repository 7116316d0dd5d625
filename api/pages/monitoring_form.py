"""The form about a monitored session, put together from its entries, to print; nothing is sent from here."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.formats import day_of as day_in
from api.formats import full_date, full_moment
from api.forms.monitoring import form_facts
from api.pages.dosing_session import Sitting
from api.reading import log_reading
from api.shell import page
from api.viewer import EdgeOf, ViewerOf
from domain.episode.dosing.monitoring_form import monitoring_form
from domain.protocol.requirements import FormWithin

router = APIRouter(include_in_schema=False)


@router.get("/episodes/{episode_id}/sessions/{which}/monitoring-form")
def monitoring_form_page(
    request: Request, episode_id: UUID, which: str, viewer: ViewerOf, edge: EdgeOf
) -> HTMLResponse:
    """What the session's entries say of it so far, what they lack, and by when it is to be sent."""
    sitting = Sitting(edge, viewer, episode_id, which, {})
    log_reading(edge, viewer, "monitoring_form", sitting.one)
    scene, session = sitting.scene, sitting.session
    form = monitoring_form(scene.episode, session, scene.protocol)
    asked = next(iter(scene.protocol.required(FormWithin)), None)
    sent = full_moment(session.form_sent_at, scene.zone) if session.form_sent_at else ""
    return page(
        request,
        "pages/monitoring_form.html",
        viewer,
        banner=sitting.banner,
        title=f"Monitoring form, dosing session {session.number}",
        facts_shown=form_facts(form, scene) if form else [],
        site=scene.network.title,
        day=full_date(day_in(form.first_dose_at, scene.zone)) if form else "",
        days=asked.days if asked else None,
        protocol=scene.protocol.title,
        sent=sent,
        href=sitting.href,
        send_href=f"{scene.href}/record-monitoring-form-sent?session_id={session.session_id}&back={sitting.href}",
        printed=f"{scene.episode.reference} · printed {full_moment(scene.now, scene.zone)} by {viewer.name}",
    )
