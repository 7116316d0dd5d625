"""The rota of the network: who is on call now and in the weeks ahead, gaps marked, and how to mend them."""

from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.confirming import let_go
from api.decisions import command_from, hide_from_others
from api.edge import Edge
from api.forms.fields import Reading
from api.forms.order import order_in
from api.forms.posted import Posted, PostedForm
from api.forms.rota import ROTA_FORMS
from api.forms.shown import ShownForm, shown_form
from api.forms.trouble import to_mend, trouble_of
from api.late import HOLD, CameBack, hold_and_sign_out, viewer_in_time, waiting_form
from api.orders import read_form
from api.rota_view import rota_shown
from api.scene import Scene, network_scene
from api.shell import page
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.decision import Decision
from domain.network import DECISIONS
from domain.network.network import NETWORK
from domain.refusal import Refused

router = APIRouter(include_in_schema=False)
HERE = "/on-call"
SEE_OTHER = 303
DECISION_OF = {decision.name: decision for decision in DECISIONS}


@router.get(HERE)
def rota_page(request: Request, edge: EdgeOf, viewer: ViewerOf) -> HTMLResponse:
    """Everybody who works here sees whom to call; prescribers and coordinators plan it."""
    return _page(request, edge, viewer)


@router.post(f"{HERE}/take-back")
def take_back(edge: EdgeOf, viewer: ViewerOf, posted: PostedForm) -> Response:
    """Off the rota; one that has begun ends now."""
    hide_from_others(viewer, DECISION_OF["take_back_on_call"])
    _decide(edge, viewer, DECISION_OF["take_back_on_call"], {"duty_id": posted.one("duty_id")}, posted)
    return _back(edge, viewer)


def _add(name: str) -> None:
    path = f"{HERE}/{name.replace('_', '-')}"

    def typed(request: Request, edge: EdgeOf, viewer: ViewerOf) -> Response:
        """The page with what was typed in this form, where it waits."""
        return _page(request, edge, viewer, waiting_form(request, edge, viewer, name=name, place=path))

    def plan(request: Request, edge: EdgeOf, posted: PostedForm) -> Response:
        viewer = viewer_in_time(request, edge, posted, place=path)
        hide_from_others(viewer, DECISION_OF[name])
        if posted.one(HOLD):
            return hold_and_sign_out(request, edge, viewer, posted, place=path)
        answer = _planned(request, edge, viewer, name, posted)
        if answer.status_code == SEE_OTHER:
            let_go(edge, viewer, path, posted)
        return answer

    router.add_api_route(path, typed, methods=["GET"], response_model=None, name=f"typed_{name}")
    router.add_api_route(path, plan, methods=["POST"], response_model=None, name=name)


for _name in ROTA_FORMS:
    _add(_name)


def _planned(request: Request, edge: Edge, viewer: Viewer, name: str, posted: Posted) -> Response:
    """Recorded, or the page again with what was typed."""
    form, scene = ROTA_FORMS[name], network_scene(edge, viewer)
    sections = form.sections(scene)
    filled = order_in(form, sections, posted, Reading(scene.zone, scene.now))
    if filled.mistakes:
        trouble = to_mend(filled.mistakes, sections, posted, filled.empty)
        return _page(request, edge, viewer, CameBack(name, posted, trouble))
    try:
        _decide(edge, viewer, DECISION_OF[name], filled.body, posted)
    except (Refused, ValidationError) as error:
        return _page(request, edge, viewer, CameBack(name, posted, trouble_of(error, form, sections, posted, scene)))
    return _back(edge, viewer)


def _decide(edge: Edge, viewer: Viewer, decision: Decision, body: dict[str, Any], posted: Posted) -> None:
    command = command_from(viewer, posted.one("_key") or uuid4().hex, [decision.name, body])
    order = read_form(decision.order, body, command.command_id)
    edge.care.decide(NETWORK, viewer.network_id, decision, order, command=command)


def _back(edge: Edge, viewer: Viewer) -> Response:
    """The page shows the rota as it is now, not as it was remembered."""
    edge.people.forget(viewer.network_id)
    return RedirectResponse(HERE, 303)


def _page(request: Request, edge: Edge, viewer: Viewer, came_back: CameBack | None = None) -> HTMLResponse:
    now, scene = edge.clock(), network_scene(edge, viewer)
    forms = [_shown(name, scene, came_back) for name in ROTA_FORMS if viewer.actor.has(*DECISION_OF[name].by)]
    may_change = viewer.actor.has(*DECISION_OF["take_back_on_call"].by)
    return page(
        request,
        "pages/on_call.html",
        viewer,
        came_back.status if came_back else 200,
        rota=rota_shown(viewer, now, may_change=may_change),
        crisis_text=viewer.around.network.crisis_text,
        forms=forms,
        new_key=lambda: uuid4().hex,
        came_back=next((one for one in forms if one.trouble), None),
        typed=came_back,
    )


def _shown(name: str, scene: Scene, came_back: CameBack | None) -> ShownForm:
    slug = name.replace("_", "-")
    _, posted, trouble = came_back if came_back and came_back.name == name else (name, None, None)
    return shown_form(
        ROTA_FORMS[name],
        scene,
        posted=posted,
        trouble=trouble,
        action=f"{HERE}/{slug}",
        back=HERE,
        prefix=f"{slug}-",
    )
