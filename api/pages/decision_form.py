"""The page of every decision: what is decided, on what grounds, and what follows."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.banner import Banner, banner_of
from api.confirming import HELD, Signing, held, hold_and_ask, is_asked_at_provider, left_here, let_go, signing
from api.drafting import discard_draft, restored, save_draft
from api.edge import Edge
from api.forms import FORMS
from api.forms.form import Form, said, slug_of
from api.forms.lists import Choice, Rows
from api.forms.posted import Posted, PostedForm
from api.forms.section import fields_of
from api.forms.shown import ShownForm, shown_form, with_rows
from api.late import HOLD, TYPED, hold_and_sign_out, viewer_in_time
from api.pages.check_in_links import after_sending
from api.pages.reauthenticate import sign_anew
from api.reading import log_reading, open_texts
from api.scene import Scene, scene_of, scene_to_read
from api.shell import page
from api.submitting import DECISION_OF, Returned, about_in, recorded, submit, way_back
from api.viewer import EdgeOf, OpenedEpisode, Viewer, ViewerOf, edge_of, may_decide, opened
from domain.access import READ, Relation, permits
from domain.actor import Role
from domain.episode.due.allowed import allowed_decisions
from domain.sensitivity import Sensitivity
from store.errors import NotFound

router = APIRouter(prefix="/episodes/{episode_id}", include_in_schema=False)
CONFIRMED = "You have confirmed who you are. Nothing is recorded yet: read once more what you sign."
UNSIGNED = "This is what you typed before. You have not signed it, and nothing of it is recorded."
BACK_WORDS = {
    "/caseload": "Back to the caseload",
    "/worklist": "Back to the worklist",
    "/coordination": "Back to coordination",
}


def asked(request: Request, edge: Edge, viewer: Viewer, one: OpenedEpisode, form: Form) -> HTMLResponse:
    """The form with its seeds."""
    waits = waiting(request, edge, viewer, one, form)
    about = about_in(waits, DECISION_OF[form.decision]) if waits else _about_in_address(request)
    banner = banner_of(edge, viewer, one)
    scene = scene_of(edge, viewer, one, banner, about)
    back = way_back(waits.one("_back") if waits else request.query_params.get("back", ""), one.episode_id)
    barred = bar_against(viewer, one, form, scene)
    typed, draft = restored(edge, form, scene) if form.keeps_draft and not barred else (None, "")
    shown = shown_form(form, scene, posted=waits or typed, back=back)
    status = 403 if barred and not _may(viewer, one, form) else 200
    quotes = quoted(edge, viewer, one, form, scene)
    came_back = "" if waits is None else _came_back(form, viewer)
    return shown_page(request, viewer, banner, shown, status, barred, quotes=quotes, draft=draft, came_back=came_back)


def _came_back(form: Form, viewer: Viewer) -> str:
    if not form.is_signed_anew:
        return TYPED
    return CONFIRMED if viewer.actor.reauthenticated else UNSIGNED


def waiting(request: Request, edge: Edge, viewer: Viewer, one: OpenedEpisode, form: Form) -> Posted | None:
    """What was typed here before the person left to confirm who they are. A draft is looked after by itself."""
    place, person_id = place_of(form, one.episode_id), one.episode.patient_id
    if HELD in request.query_params or not form.is_signed_anew or form.keeps_draft:
        return held(request, edge, viewer, place=place, person_id=person_id)
    found = left_here(edge, viewer, place=place, person_id=person_id)
    is_the_same = found and all(found.one(name) == value for name, value in _about_in_address(request).items())
    return found if is_the_same else None


def answered(request: Request, edge: Edge, viewer: Viewer, one: OpenedEpisode, form: Form, posted: Posted) -> Response:
    """Recorded and back, or the form again with what was typed."""
    banner = banner_of(edge, viewer, one)
    scene = scene_of(edge, viewer, one, banner, about_in(posted, DECISION_OF[form.decision]))
    back = way_back(posted.one("_back"), one.episode_id)
    if not _may(viewer, one, form):
        return shown_page(
            request, viewer, banner, shown_form(form, scene, back=back), 403, bar_against(viewer, one, form, scene)
        )
    if more := posted.one("_more"):
        return shown_page(
            request, viewer, banner, shown_form(form, scene, posted=_longer(form, scene, posted, more), back=back)
        )
    quotes = quoted(edge, viewer, one, form, scene)
    if form.keeps_draft and posted.one("_draft"):
        saved = save_draft(edge, form, scene, posted)
        shown = shown_form(form, scene, posted=posted, back=back)
        return shown_page(request, viewer, banner, shown, quotes=quotes, draft=saved)
    result = submit(edge, viewer, form, scene, posted)
    place = place_of(form, one.episode_id)
    if isinstance(result, Returned) and result.trouble.asks_to_sign and is_asked_at_provider(edge, viewer):
        return hold_and_ask(request, edge, viewer, posted, place=place, person_id=one.episode.patient_id)
    if not isinstance(result, Returned):
        let_go(edge, viewer, place, posted)
        if form.keeps_draft:
            discard_draft(edge, form, scene, posted)
        if form.decision == "send_check_in_link" and result.recorded:
            return after_sending(request, edge, viewer, one.episode_id, result)
        return recorded(edge, form, scene, result, back)
    shown = shown_form(form, scene, posted=result.posted, trouble=result.trouble, news=result.news, back=back)
    return shown_page(request, viewer, banner, shown, result.trouble.status, quotes=quotes)


def autosaved(edge: Edge, viewer: Viewer, one: OpenedEpisode, form: Form, posted: Posted) -> Response:
    """Said beneath the form while somebody types; nothing of the patient is in it, so no reading is written down."""
    if not _may(viewer, one, form):
        raise NotFound(NotFound.__doc__)
    scene = scene_to_read(viewer, one, None, edge.clock())
    scene = replace(scene, about=about_in(posted, DECISION_OF[form.decision]))
    return HTMLResponse(escape(save_draft(edge, form, scene, posted)))


def quoted(edge: Edge, viewer: Viewer, one: OpenedEpisode, form: Form, scene: Scene) -> list[tuple[str, str]]:
    """What is to be read before deciding, opened for whoever may read free text."""
    texts = form.quotes(scene)
    if not texts or not permits(viewer.actor, READ, one.relation, Sensitivity.FREE_TEXT):
        return []
    opened_texts = open_texts(edge, one, [text for _, text in texts])
    return [(label, text) for (label, _), text in zip(texts, opened_texts, strict=True)]


def shown_page(
    request: Request,
    viewer: Viewer,
    banner: Banner,
    shown: ShownForm,
    status: int = 200,
    barred: str = "",
    *,
    quotes: Sequence[tuple[str, str]] = (),
    draft: str = "",
    came_back: str = "",
) -> HTMLResponse:
    """The page around a form, or around the reason why there is none."""
    form, scene = shown.form, shown.scene
    here = f"{scene.href}/{slug_of(form.decision)}"
    more: dict[str, Any] = {
        "shown": shown,
        "banner": banner,
        "grounds": form.grounds(scene),
        "variants": [(f"{here}?{query}", words, current) for query, words, current in form.variants(scene)],
        "is_barred": barred,
        "comes_first": form.comes_first if barred and _without_options(form, scene) else None,
        "beside": beside(viewer, form, scene),
        "signing": signing(edge_of(request), viewer) if form.is_signed_anew else Signing(),
        "came_back": came_back,
        "quotes": quotes,
        "draft": draft,
        "back_words": BACK_WORDS.get(shown.back, "Back to the episode"),
    }
    return page(request, "pages/decision_form.html", viewer, status, **more)


def beside(viewer: Viewer, form: Form, scene: Scene) -> str:
    """`Signs as Dr. Alma Rivera, now. Plan 2 ends.`"""
    return f"Signs as {viewer.name}, now. {said(form.follows, scene)}".strip()


def place_of(form: Form, episode_id: UUID) -> str:
    """The address of a form."""
    return f"/episodes/{episode_id}/{slug_of(form.decision)}"


def _about_in_address(request: Request) -> dict[str, str]:
    return {name: value for name, value in request.query_params.items() if name not in ("back", HELD)}


def bar_against(viewer: Viewer, one: OpenedEpisode, form: Form, scene: Scene) -> str:
    """Why there is no form here for this person now: whose move it is, or what is missing; empty where there is."""
    decision = DECISION_OF[form.decision]
    if one.relation is Relation.POOL and viewer.actor.has(*decision.by) and not _may(viewer, one, form):
        return "You are not on this patient's care team. Take this patient first."
    if not _may(viewer, one, form):
        roles = sorted((role for role in decision.by if role is not Role.SYSTEM), key=list(Role).index, reverse=True)
        return f"“{form.title_in(scene)}” is with {scene.who_has(*roles)}."
    network = viewer.around.network
    answers = allowed_decisions(
        one.episode, scene.by, scene.now, network=network, protocol=network.protocol, clinicians=scene.clinicians
    )
    answer = next((found for found in answers if found.decision == form.decision), None)
    if answer and answer.why_not:
        return "" if answer.gates else f"Not now. {answer.why_not}"
    return f"Not now. {empty.missing}" if (empty := _without_options(form, scene)) else ""


def _without_options(form: Form, scene: Scene) -> Choice | None:
    """A question that has to be answered and has no answer to choose: nothing could be recorded."""
    choices = (one for one in fields_of(form.sections(scene)) if isinstance(one, Choice))
    return next((one for one in choices if not one.options and not one.optional), None)


def _may(viewer: Viewer, one: OpenedEpisode, form: Form) -> bool:
    return may_decide(viewer, one, DECISION_OF[form.decision])


def _longer(form: Form, scene: Scene, posted: Posted, name: str) -> Posted:
    """With four more rows in that list."""
    rows = next((one for one in fields_of(form.sections(scene)) if isinstance(one, Rows) and one.name == name), None)
    return with_rows(posted, name, rows.count(posted) + 4) if rows else posted


def _add(form: Form) -> None:
    def ask(request: Request, episode_id: UUID, viewer: ViewerOf, edge: EdgeOf) -> Response:
        one = opened(edge, viewer, episode_id)
        log_reading(edge, viewer, f"form:{form.decision}", one)
        return asked(request, edge, viewer, one, form)

    def answer(request: Request, episode_id: UUID, edge: EdgeOf, posted: PostedForm) -> Response:
        place = place_of(form, episode_id)
        viewer = viewer_in_time(request, edge, posted, place=place, episode_id=episode_id)
        if form.is_signed_anew and posted.is_ticked("_sign") and not is_asked_at_provider(edge, viewer):
            viewer = sign_anew(request, edge, viewer)
        one = opened(edge, viewer, episode_id)
        if form.keeps_draft and posted.one("_draft") == "auto":
            return autosaved(edge, viewer, one, form, posted)
        if posted.one(HOLD):
            person_id = one.episode.patient_id
            return hold_and_sign_out(request, edge, viewer, posted, place=place, person_id=person_id)
        log_reading(edge, viewer, f"form:{form.decision}", one)
        return answered(request, edge, viewer, one, form, posted)

    path = f"/{slug_of(form.decision)}"
    router.add_api_route(path, ask, methods=["GET"], response_model=None, name=f"ask_{form.decision}")
    router.add_api_route(path, answer, methods=["POST"], response_model=None, name=f"answer_{form.decision}")


for _form in FORMS.values():
    _add(_form)


@router.get("/refer", response_model=None)
def refer_again(episode_id: UUID, viewer: ViewerOf, edge: EdgeOf) -> Response:
    """A referral begins an episode of its own."""
    opened(edge, viewer, episode_id)
    return RedirectResponse(f"/refer?{urlencode({'again': str(episode_id)})}", 303)
