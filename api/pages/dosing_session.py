"""The page of a dosing session: one open step at a time, the clocks, and the emergency card beside them."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.alert_view.told import told_in
from api.banner import Banner, banner_of
from api.dosing_view.card import card_of
from api.dosing_view.clocks import clocks
from api.dosing_view.drafts import Task
from api.dosing_view.plan import plan_facts
from api.dosing_view.so_far import so_far
from api.dosing_view.standing import aftermath, holds, way_words
from api.dosing_view.steps import Step, steps_of
from api.edge import Edge
from api.episode_view.alerts_shown import alerts_shown
from api.episode_view.callouts import crisis_text
from api.episode_view.gates_shown import gates_shown
from api.forms import FORMS
from api.forms.form import Form, said, slug_of
from api.forms.posted import Posted, PostedForm, small_number
from api.forms.shown import ShownForm, shown_form
from api.reading import log_reading
from api.scene import Scene, scene_of
from api.shell import page
from api.submitting import DECISION_OF, Returned, about_in, recorded, submit
from api.viewer import EdgeOf, OpenedEpisode, Viewer, ViewerOf, may_decide, opened
from domain.decision import only_for
from domain.episode.session.session import Session, SessionKind
from domain.protocol.requirements import FormWithin
from store.access_log import was_read_today
from store.errors import NotFound

router = APIRouter(prefix="/episodes/{episode_id}/sessions/{which}", include_in_schema=False)
SCREEN = "dosing_session"
EMERGENCY = Task("emergency", "declare_emergency", "Declare emergency")
START = Task("start", "open_dosing_session", "Start")
NEXT_DAY = Task("next-day", "record_next_day_check_in", "Check-in")
DECIDED_HERE = (
    "open_dosing_session", "record_checklist", "confirm_place", "record_companion_arrival", "record_vitals",
    "clear_to_dose", "record_dose", "record_check", "end_dosing_session", "declare_emergency",
    "record_next_day_check_in",
)  # fmt: skip


class Sitting:
    """One request about one session: who looks at what, and where its page is."""

    def __init__(self, edge: Edge, viewer: Viewer, episode_id: UUID, which: str, about: dict[str, str]) -> None:
        self.edge, self.viewer = edge, viewer
        self.one: OpenedEpisode = opened(edge, viewer, episode_id)
        if not self.one.shows_clinical:
            raise NotFound(NotFound.__doc__)
        self.session: Session = _named(self.one, which)
        self.banner: Banner = banner_of(edge, viewer, self.one)
        about = {**about, "session_id": str(self.session.session_id)}
        self.scene: Scene = scene_of(edge, viewer, self.one, self.banner, about)
        self.href = f"{self.scene.href}/sessions/{self.session.number}"

    def may(self, task: Task) -> bool:
        return may_decide(self.viewer, self.one, DECISION_OF[task.decision])

    def about(self, task: Task) -> Scene:
        """The scene in which this task's form is built."""
        return replace(self.scene, about={**self.scene.about, **task.about})


@router.get("")
def session_page(
    request: Request, episode_id: UUID, which: str, viewer: ViewerOf, edge: EdgeOf, step: int = 0, task: str = ""
) -> HTMLResponse:
    """The session as it stands; the card is on it before the dose can be cleared."""
    sitting = Sitting(edge, viewer, episode_id, which, {})
    log_reading(edge, viewer, SCREEN, sitting.one)
    return _page(request, sitting, steps_of(sitting.scene, sitting.session, step, task))


@router.get("/now")
def now(request: Request, episode_id: UUID, which: str, viewer: ViewerOf, edge: EdgeOf) -> HTMLResponse:
    """Clocks, holds and what happened so far, read again each minute by a page that shows them already.

    The page's own reading stands for all of these; whoever comes here without it is written down.
    """
    sitting = Sitting(edge, viewer, episode_id, which, {})
    if not was_read_today(edge.datastore, viewer.actor, SCREEN, episode_id):
        log_reading(edge, viewer, SCREEN, sitting.one)
    return page(request, "pages/dosing_now.html", viewer, **_standing(sitting), notice=None)


def _answered(request: Request, sitting: Sitting, form: Form, posted: Posted) -> Response:
    """Recorded and back to the session, or the session again with the form as it was typed."""
    task = next((t for t in _all_tasks(sitting, posted) if t.decision == form.decision), None)
    scene = sitting.about(task) if task else sitting.scene
    if not sitting.may(Task("", form.decision, "")):
        raise only_for(DECISION_OF[form.decision].by)
    result = submit(sitting.edge, sitting.viewer, form, scene, posted)
    if not isinstance(result, Returned):
        return recorded(sitting.edge, form, scene, result, sitting.href)
    step, key = _place(posted)
    came_back = _shown(sitting, Task(key, form.decision, "", task.about if task else {}), result)
    steps = steps_of(sitting.scene, sitting.session, step, key)
    return _page(request, sitting, steps, came_back, result.trouble.status)


def _page(
    request: Request,
    sitting: Sitting,
    steps: tuple[Step, ...],
    came_back: ShownForm | None = None,
    status: int = 200,
) -> HTMLResponse:
    session, scene = sitting.session, sitting.scene
    is_booked = session.started_at is None and session.ended_at is None and not session.is_dosed
    more: dict[str, Any] = {
        **_standing(sitting),
        "steps": steps,
        "forms": {step.number: _step_form(sitting, step, came_back) for step in steps},
        "came_back": came_back,
        "card": card_of(sitting.edge, sitting.one, scene, sitting.banner, session),
        "plan": plan_facts(scene, session),
        "gates": gates_shown(scene) if is_booked else None,
        "start": _shown(sitting, START) if is_booked and sitting.may(START) else None,
        "start_is_with": "" if sitting.may(START) else scene.who_has(*DECISION_OF[START.decision].by),
        "after": aftermath(scene, session),
        "next_day": _next_day(sitting, came_back),
        "beside": _beside(sitting),
        "asks_for_form": bool(scene.protocol.required(FormWithin)),
        "idle_seconds": None,
    }
    return page(request, "pages/dosing_session.html", sitting.viewer, status, **more)


def _standing(sitting: Sitting) -> dict[str, Any]:
    """What is read again each minute."""
    scene, session = sitting.scene, sitting.session
    return {
        "banner": sitting.banner,
        "session": session,
        "title": f"Dosing session {session.number}",
        "sub": way_words(scene, session),
        "href": sitting.href,
        "episode_href": scene.href,
        "clocks": clocks(scene, session),
        "so_far": so_far(scene, session),
        "holds": holds(scene, session),
        "alerts": alerts_shown(scene, told_in(sitting.edge, sitting.viewer, [scene.episode_id]), back=sitting.href),
        "crisis_text": crisis_text(scene),
        "emergency": _shown(sitting, EMERGENCY) if sitting.may(EMERGENCY) else None,
    }


def _step_form(sitting: Sitting, step: Step, came_back: ShownForm | None) -> ShownForm | str | None:
    """The open step's form, or whose move it is."""
    task = step.task
    if step.state != "now" or task is None:
        return None
    if not sitting.may(task):
        return f"With {sitting.scene.who_has(*DECISION_OF[task.decision].by)}."
    if came_back is not None and came_back.form.decision == task.decision:
        return came_back
    return _shown(sitting, task, place=f"{step.number}.{task.key}")


def _shown(
    sitting: Sitting, task: Task, result: Returned | None = None, prefix: str = "", place: str = ""
) -> ShownForm:
    form = FORMS[task.decision]
    return shown_form(
        form,
        sitting.about(task),
        posted=result.posted if result else None,
        trouble=result.trouble if result else None,
        news=result.news if result else "",
        action=f"{sitting.href}/{slug_of(form.decision)}",
        back=sitting.href,
        prefix=prefix,
        keeps_page=True,
        place=place or (result.posted.one("_place") if result else ""),
    )


def _next_day(sitting: Sitting, came_back: ShownForm | None) -> ShownForm | None:
    session = sitting.session
    if session.is_running or not session.is_dosed or session.checked_in_at is not None or not sitting.may(NEXT_DAY):
        return None
    if came_back is not None and came_back.form.decision == NEXT_DAY.decision:
        return came_back
    return _shown(sitting, NEXT_DAY)


def _beside(sitting: Sitting) -> dict[str, str]:
    """Beside each button: who signs, and what follows."""
    signs = f"as {sitting.viewer.name}"
    return {name: f"{signs}. {said(FORMS[name].follows, sitting.scene)}".rstrip() for name in DECIDED_HERE}


def _all_tasks(sitting: Sitting, posted: Posted) -> list[Task]:
    """The task that was sent, as the step it stood in describes it."""
    number, key = _place(posted)
    found = steps_of(sitting.scene, sitting.session, number, key) if number else ()
    return [task for step in found if step.state == "now" for task in step.tasks if task.key == key]


def _place(posted: Posted) -> tuple[int, str]:
    """`4.vitals`: the step and the form in it."""
    number, _, key = posted.one("_place").partition(".")
    return (step, key) if (step := small_number(number)) is not None else (0, "")


def _named(one: OpenedEpisode, which: str) -> Session:
    """By its number, or by its id."""
    dosing = [s for s in one.episode.sessions.values() if s.kind is SessionKind.DOSING]
    found = next((s for s in dosing if which in (str(s.number), str(s.session_id))), None)
    if found is None:
        raise NotFound(NotFound.__doc__)
    return found


def _add(form: Form) -> None:
    def answer(
        request: Request, episode_id: UUID, which: str, viewer: ViewerOf, edge: EdgeOf, posted: PostedForm
    ) -> Response:
        sitting = Sitting(edge, viewer, episode_id, which, about_in(posted, DECISION_OF[form.decision]))
        log_reading(edge, viewer, SCREEN, sitting.one)
        return _answered(request, sitting, form, posted)

    path = f"/{slug_of(form.decision)}"
    router.add_api_route(path, answer, methods=["POST"], response_model=None, name=f"session_{form.decision}")


for _decision in DECIDED_HERE:
    _add(FORMS[_decision])
