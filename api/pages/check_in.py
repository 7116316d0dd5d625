"""The patient's page behind a one-time link: looking changes nothing, the birth date opens it, one answer ends it."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.check_in_view.answering import send_answer, send_once_more
from api.check_in_view.asked import papers
from api.check_in_view.drafts import keep_draft
from api.check_in_view.opening import open_link
from api.check_in_view.proof import is_proved
from api.check_in_view.visit import Visit, setting_of, visit_to, write_down
from api.forms.posted import PostedForm
from api.viewer import EdgeOf
from domain.patient.language import Language
from store.check_in_links import FoundLink

router = APIRouter(prefix="/check-in", include_in_schema=False)
IN_THE_BACKGROUND = "x-keeps-draft"
"""Sent by a page that keeps a draft while somebody types; it needs no page back."""


@router.api_route("/{secret}", methods=["GET", "HEAD"])
def ask(request: Request, secret: str, edge: EdgeOf, lang: str = "") -> HTMLResponse:
    """Asks for the birth date. Mail scanners look at every address in a mail, so nothing at all happens here.

    Unknown, answered, expired, taken back and locked: the same page, after the same one query.
    """
    visit = visit_to(request, edge, secret, lang)
    is_open = visit.link is not None and visit.link.is_open_at(edge.clock())
    return visit.birth_date() if is_open else visit.closed()


@router.post("/{secret}", response_model=None)
def answer(request: Request, secret: str, edge: EdgeOf, posted: PostedForm) -> Response:
    """The birth date, a draft, another language, or the answer."""
    visit = visit_to(request, edge, secret, posted.one("_lang"))
    step, link = posted.one("_step"), visit.link
    if step == "open":
        return open_link(visit, posted)
    if link is None or not is_proved(posted.one("_opened"), link.link_id, edge.clock(), edge.secret):
        if link is None or not link.is_open_at(edge.clock()):
            return visit.closed()
        note = visit.words("For your safety we ask again who you are. What you typed is still here.")
        return visit.birth_date(403, posted, note=note)
    if link.consumed_at is not None:
        return send_once_more(visit, link, posted) if step == "answer" else visit.page("received", 409)
    return _opened(visit, link, step, posted)


def _opened(visit: Visit, link: FoundLink, step: str, posted: PostedForm) -> Response:
    """The birth date was right a while ago."""
    setting = setting_of(visit, link)
    if setting is None:
        return visit.closed()
    if step == "answer":
        return send_answer(visit, link, setting, posted)
    was_kept = keep_draft(visit, link, posted)
    if step == "draft" and visit.request.headers.get(IN_THE_BACKGROUND):
        return Response(status_code=204 if was_kept else 409)
    write_down(visit, link)
    if other := next((one for one in Language if step == f"language:{one.value}"), None):
        visit = visit_to(visit.request, visit.edge, visit.secret, other.value)
        setting = setting_of(visit, link) or setting
        return visit.form(setting, papers(setting), posted)
    kept = visit.words("Saved. You can close this page and go on later with the same link.")
    return visit.form(setting, papers(setting), posted, note=kept if was_kept else "")
