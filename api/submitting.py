"""A form on its way to a decision, the same for a page of its own and for a step of a dosing session."""

from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api.decisions import take
from api.edge import Edge
from api.formats import clock
from api.forms.fields import Reading
from api.forms.form import Form, slug_of
from api.forms.news import news_of, scene_then
from api.forms.order import order_in
from api.forms.posted import Posted
from api.forms.shown import version_of, with_new_seeds, without
from api.forms.trouble import Trouble, also_wrong, to_mend, trouble_of
from api.notice import Notice, leave_notice
from api.orders import read_form
from api.scene import Scene
from api.viewer import Viewer
from domain.decision import Decision
from domain.episode import DECISIONS
from domain.episode.course.mark_in_error import OWN_WAY
from domain.refusal import Refused, SignInAgain
from projections import READ_MODELS
from store.command import Receipt
from store.errors import KeyWasUsedForAnother

DECISION_OF = {decision.name: decision for decision in DECISIONS}
ABOUT = frozenset(
    f"{thing}_id"
    for thing in ("session", "hold", "event", "outcome", "vitals", "dose", "clinician", "plan", "adverse_event")
) | {
    "deviation_id", "clearance_id", "code", "rule", "kind", "instrument", "consent_type", "role", "phase", "ended_as",
    "reason", "second_person_id", "alert_id", "protocol_id",
    "document_id", "request_id", "visit_id", "question_id", "addendum_id",
    "report_id", "link_id", "purpose", "prescription_id", "gap_id",
    "override_id", "for_id",
}  # fmt: skip
"""What a form may be about; in its address, and in its hidden fields when it comes back."""
CORRECTIONS = {
    "record_vitals": ("correct-vitals", ("session_id", "vitals_id")),
    "record_dose": ("correct-dose", ("session_id", "dose_id")),
    "record_outcome": ("correct-outcome", ("outcome_id",)),
}
LISTS = ("/caseload", "/worklist", "/coordination")


class Returned(NamedTuple):
    """The form comes back: what was typed, and why."""

    posted: Posted
    trouble: Trouble
    news: str = ""


def submit(edge: Edge, viewer: Viewer, form: Form, scene: Scene, posted: Posted) -> Receipt | Returned:
    """Read the form and take its decision."""
    was = posted.one("_version")
    if form.watches_plan and was and was != version_of(scene):
        then = scene_then(scene, was)
        kept = with_new_seeds(form, then, scene, posted) if then else posted
        return Returned(without(kept, *form.confirm), Trouble(412), news_of(scene, was))
    sections = form.sections(scene)
    filled = order_in(form, sections, posted, Reading(scene.zone, scene.now))
    if filled.mistakes:
        also = also_wrong(DECISION_OF[form.decision].order, filled.body, sections)
        return Returned(posted, to_mend(also | filled.mistakes, sections, posted, filled.empty))
    try:
        decision, key = DECISION_OF[form.decision], posted.one("_key")
        return take(edge, viewer, scene.episode_id, decision, filled.body, key, read=read_form)
    except SignInAgain as refused:
        return Returned(posted, Trouble(409, sentence=refused.message, asks_to_sign=True))
    except KeyWasUsedForAnother:
        sentence = "This form was recorded already, with other words. Open it again to record another."
        return Returned(posted, Trouble(409, sentence=sentence))
    except (Refused, ValidationError) as error:
        return Returned(posted, trouble_of(error, form, sections, posted, scene))


def recorded(edge: Edge, form: Form, scene: Scene, receipt: Receipt, back: str) -> Response:
    """Back to where the person came from, once the lists show it; the notice says what was recorded."""
    edge.waiting.wait_until(receipt.position, READ_MODELS)
    answer = RedirectResponse(back, 303)
    leave_notice(answer, notice_of(form, scene, receipt, back), edge.secret, edge.clock())
    return answer


def notice_of(form: Form, scene: Scene, receipt: Receipt, back: str) -> Notice:
    """`Recorded at 09:42: vitals.` Correcting is one step away, and leads back to the same page."""
    if not receipt.recorded:
        return Notice("Nothing new was recorded: it stood there already.", [])
    event, envelope = receipt.recorded[0]
    at = clock(envelope.recorded_at if receipt.repeated else scene.now, scene.zone)
    links = [(f"{scene.href}#event-{envelope.version}", "See it in the timeline")]
    if form.decision in CORRECTIONS:
        slug, ids = CORRECTIONS[form.decision]
        about = {name: getattr(event, name) for name in ids}
        links.append((f"{scene.href}/{slug}?{urlencode({**about, 'back': back})}", "Correct it"))
    elif event.stored_as not in OWN_WAY:
        query = urlencode({"event_id": envelope.event_id, "back": back})
        links.append((f"{scene.href}/{slug_of('mark_in_error')}?{query}", "Correct it"))
    return Notice(f"Recorded at {at}: {form.recorded_in(scene)}.", links)


def about_in(posted: Posted, decision: Decision) -> dict[str, str]:
    """What a form that came back is about."""
    return {name: value for name in ABOUT & posted.names() if (value := posted.one(name))}


def way_back(wanted: str, episode_id: UUID) -> str:
    """Where to go afterwards: one of our lists, or a page of the same episode."""
    own = f"/episodes/{episode_id}"
    path = wanted.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0]
    return wanted if path in LISTS or path == own or path.startswith(f"{own}/") else own
