"""Who follows events from outside, on the clinic's side: the list, one subscriber, and the decisions about it."""

from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.confirming import let_go
from api.decisions import hide_from_others
from api.edge import Edge
from api.forms.fields import Reading
from api.forms.order import order_in
from api.forms.posted import Posted, PostedForm
from api.forms.shown import ShownForm, shown_form
from api.forms.subscribers import SUBSCRIBER_FORMS
from api.forms.trouble import Trouble, to_mend, trouble_of
from api.late import HOLD, CameBack, hold_and_sign_out, viewer_in_time, waiting_form
from api.orders import read_form
from api.scene import Scene, network_scene
from api.shell import page
from api.subscriber_view import Clock, disclosure_row, grant_facts, key_rows, standing_of, stopped_row, way_words
from api.subscribers import issued_key, registered_as, take_about_subscriber
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.access import READ_DISCLOSURES, READ_SUBSCRIBERS, permits_in_network
from domain.refusal import Refused
from domain.subscriber import DECISIONS
from store.disclosures import Asked, disclosures
from store.errors import NotFound
from store.subscribers import Subscriber, database_clock, keys_of, subscriber, subscribers_of
from store.webhooks.endpoints import stopped_endpoints

router = APIRouter(include_in_schema=False)
HERE = "/subscribers"
DECISION_OF = {decision.name: decision for decision in DECISIONS}
BUTTONS = ("withdraw_grant", "revoke_key", "pause_subscriber", "resume_subscriber", "end_subscriber")
"""Decisions with nothing to fill in."""
SHOWN = 20
REGISTER, REGISTERS = "register_subscriber", f"{HERE}/register"


@router.get(HERE)
def subscribers_page(request: Request, edge: EdgeOf, viewer: ViewerOf) -> HTMLResponse:
    """All that have not ended, and the form to register another."""
    return _list(request, edge, viewer)


@router.get(REGISTERS)
def typed_to_register(request: Request, edge: EdgeOf, viewer: ViewerOf) -> HTMLResponse:
    """The list, with what was typed before its author left, where it waits."""
    return _list(request, edge, viewer, waiting_form(request, edge, viewer, name=REGISTER, place=REGISTERS))


@router.post(REGISTERS, response_model=None)
def register(request: Request, edge: EdgeOf, posted: PostedForm) -> Response:
    """A new subscriber; the same form sent twice is one."""
    viewer = viewer_in_time(request, edge, posted, place=REGISTERS)
    hide_from_others(viewer, DECISION_OF[REGISTER])
    if posted.one(HOLD):
        return hold_and_sign_out(request, edge, viewer, posted, place=REGISTERS)
    subscriber_id = registered_as(viewer, posted.one("_key") or uuid4().hex)
    trouble = _decided(edge, viewer, subscriber_id, REGISTER, posted, _scene(edge, viewer))
    if trouble is not None:
        return _list(request, edge, viewer, CameBack(REGISTER, posted, trouble))
    let_go(edge, viewer, REGISTERS, posted)
    return RedirectResponse(f"{HERE}/{subscriber_id}", 303)


@router.get(f"{HERE}/{{subscriber_id}}")
def subscriber_page(request: Request, edge: EdgeOf, viewer: ViewerOf, subscriber_id: UUID) -> HTMLResponse:
    """One subscriber: how it stands, its grant, its keys, what was disclosed to it."""
    return _one(request, edge, viewer, _found(edge, viewer, subscriber_id))


def _add_form(name: str) -> None:
    def typed(request: Request, edge: EdgeOf, viewer: ViewerOf, subscriber_id: UUID) -> HTMLResponse:
        """The page with what was typed in this form, where it waits."""
        found, place = _found(edge, viewer, subscriber_id), _place(subscriber_id, name)
        return _one(request, edge, viewer, found, waiting_form(request, edge, viewer, name=name, place=place))

    def decide(request: Request, edge: EdgeOf, subscriber_id: UUID, posted: PostedForm) -> Response:
        place = _place(subscriber_id, name)
        viewer = viewer_in_time(request, edge, posted, place=place)
        hide_from_others(viewer, DECISION_OF[name])
        found = _found(edge, viewer, subscriber_id)
        if posted.one(HOLD):
            return hold_and_sign_out(request, edge, viewer, posted, place=place)
        trouble = _decided(edge, viewer, subscriber_id, name, posted, _scene(edge, viewer, found))
        if trouble is not None:
            return _one(request, edge, viewer, found, CameBack(name, posted, trouble))
        let_go(edge, viewer, place, posted)
        if name == "issue_key":
            return _key_shown(request, edge, viewer, found, posted)
        return RedirectResponse(f"{HERE}/{subscriber_id}", 303)

    _add(name, decide)
    path = _place("{subscriber_id}", name)
    router.add_api_route(path, typed, methods=["GET"], response_model=None, name=f"typed_{name}")


def _add_button(name: str) -> None:
    def decide(edge: EdgeOf, viewer: ViewerOf, subscriber_id: UUID, posted: PostedForm) -> Response:
        hide_from_others(viewer, DECISION_OF[name])
        _found(edge, viewer, subscriber_id)
        body = {"key_id": posted.one("key_id")} if name == "revoke_key" else {}
        _decide(edge, viewer, subscriber_id, name, body, posted)
        return RedirectResponse(HERE if name == "end_subscriber" else f"{HERE}/{subscriber_id}", 303)

    _add(name, decide)


def _add(name: str, decide: Any) -> None:
    path = _place("{subscriber_id}", name)
    router.add_api_route(path, decide, methods=["POST"], response_model=None, name=name)


def _place(subscriber_id: UUID | str, name: str) -> str:
    """Where a form about a subscriber is sent to."""
    return f"{HERE}/{subscriber_id}/{name.replace('_', '-')}"


for _name in ("grant_disclosure", "issue_key"):
    _add_form(_name)
for _name in BUTTONS:
    _add_button(_name)


def _found(edge: Edge, viewer: Viewer, subscriber_id: UUID) -> Subscriber:
    """A subscriber of this network that has not ended, for who may see it."""
    if not permits_in_network(viewer.actor, READ_SUBSCRIBERS):
        raise NotFound(NotFound.__doc__)
    with edge.datastore.in_network(viewer.network_id) as connection:
        found = subscriber(connection, subscriber_id)
    if found is None:
        raise NotFound(NotFound.__doc__)
    return found


def _decided(
    edge: Edge, viewer: Viewer, subscriber_id: UUID, name: str, posted: Posted, scene: Scene
) -> Trouble | None:
    """Decided, or what is to be mended first."""
    form = SUBSCRIBER_FORMS[name]
    sections = form.sections(scene)
    filled = order_in(form, sections, posted, Reading(scene.zone, scene.now))
    if filled.mistakes:
        return to_mend(filled.mistakes, sections, posted, filled.empty)
    try:
        _decide(edge, viewer, subscriber_id, name, filled.body, posted)
    except (Refused, ValidationError) as error:
        return trouble_of(error, form, sections, posted, scene)
    return None


def _decide(edge: Edge, viewer: Viewer, subscriber_id: UUID, name: str, body: dict[str, Any], posted: Posted) -> None:
    key = posted.one("_key") or uuid4().hex
    take_about_subscriber(edge, viewer, subscriber_id, DECISION_OF[name], body, key, read=read_form)


def _key_shown(request: Request, edge: Edge, viewer: Viewer, found: Subscriber, posted: Posted) -> HTMLResponse:
    """The one time that a key is seen: in this answer, in no address and no cookie."""
    _, key = issued_key(edge, viewer, posted.one("_key"))
    return _one(request, edge, viewer, found, new_key_text=key, key_was_shown=key is None)


def _list(request: Request, edge: Edge, viewer: Viewer, came_back: CameBack | None = None) -> HTMLResponse:
    if not permits_in_network(viewer.actor, READ_SUBSCRIBERS):
        raise NotFound(NotFound.__doc__)
    found = subscribers_of(edge.datastore, viewer.network_id)
    with edge.datastore.in_network(viewer.network_id) as connection:
        stopped = stopped_endpoints(connection, viewer.network_id)
    titles, clock = {one.subscriber_id: one.title for one in found}, Clock(viewer.zone, edge.clock())
    return page(
        request,
        "pages/subscribers.html",
        viewer,
        came_back.status if came_back else 200,
        stopped=[stopped_row(one, titles[one.subscriber_id], clock) for one in stopped if one.subscriber_id in titles],
        rows=[(one, way_words(one), standing_of(edge, one)) for one in found],
        form=_form(REGISTER, _scene(edge, viewer), REGISTERS, came_back),
        typed=came_back,
        may_read_disclosures=permits_in_network(viewer.actor, READ_DISCLOSURES),
    )


def _one(
    request: Request,
    edge: Edge,
    viewer: Viewer,
    found: Subscriber,
    came_back: CameBack | None = None,
    *,
    new_key_text: str | None = None,
    key_was_shown: bool = False,
) -> HTMLResponse:
    clock, here = Clock(viewer.zone, edge.clock()), f"{HERE}/{found.subscriber_id}"
    may_read = permits_in_network(viewer.actor, READ_DISCLOSURES)
    asked = Asked(subscriber_id=found.subscriber_id)
    noted = disclosures(edge.datastore, viewer.network_id, asked, limit=SHOWN) if may_read else []
    forms = [
        _form(name, _scene(edge, viewer, found), _place(found.subscriber_id, name), came_back)
        for name in ("grant_disclosure", "issue_key")
        if viewer.actor.has(*DECISION_OF[name].by)
    ]
    keys = keys_of(edge.datastore, viewer.network_id, found.subscriber_id)
    return page(
        request,
        "pages/subscriber.html",
        viewer,
        came_back.status if came_back else 200,
        here=here,
        subscriber=found,
        way=way_words(found),
        topic=edge.topic_of(found.subscriber_id),
        standing=standing_of(edge, found),
        grant=grant_facts(found.grant, clock),
        keys=key_rows(keys, clock, checked_at=database_clock(edge.datastore)),
        may_withdraw=viewer.actor.has(*DECISION_OF["withdraw_grant"].by),
        may_read_disclosures=may_read,
        disclosed=[disclosure_row(one, found.title, clock) for one in noted],
        forms=forms,
        came_back=next((one for one in forms if one.trouble), None),
        typed=came_back,
        new_key=lambda: uuid4().hex,
        new_key_text=new_key_text,
        key_was_shown=key_was_shown,
    )


def _form(name: str, scene: Scene, action: str, came_back: CameBack | None) -> ShownForm:
    _, posted, trouble = came_back if came_back and came_back.name == name else (name, None, None)
    return shown_form(
        SUBSCRIBER_FORMS[name],
        scene,
        posted=posted,
        trouble=trouble,
        action=action,
        back=HERE,
        prefix=f"{name.replace('_', '-')}-",
    )


def _scene(edge: Edge, viewer: Viewer, found: Subscriber | None = None) -> Scene:
    """Of the network, and of the grant as it stands."""
    about: dict[str, str] = {}
    if found is not None and found.grant is not None:
        about = {"purpose": found.grant.purpose, "is_full": "true" if found.grant.full else "false"}
        if found.grant.stored_names is not None:
            about["stored_names"] = "\n".join(sorted(found.grant.stored_names))
    return network_scene(edge, viewer, about)
