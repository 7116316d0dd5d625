"""Psychotherapy notes: written and read by their author alone. To everybody else this page is not there."""

from functools import partial
from typing import NamedTuple
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.banner import Banner, banner_of
from api.confirming import address_of_held, fields_of, held_id_in, held_id_of
from api.decisions import command_id_of
from api.edge import Edge
from api.formats import full_moment
from api.forms.posted import Posted, PostedForm
from api.late import HOLD, TYPED, hold_and_sign_out, viewer_in_time
from api.notice import Notice, leave_notice
from api.orders import read_form
from api.reading import log_reading
from api.shell import page
from api.viewer import EdgeOf, OpenedEpisode, Viewer, ViewerOf, opened
from domain.access import Relation
from domain.actor import Role
from domain.psychotherapy_note.write_psychotherapy_note import WritePsychotherapyNote
from domain.refusal import AsksAgain, Refused
from store.errors import KeyWasDestroyed, KeyWasUsedForAnother, NotFound

router = APIRouter(prefix="/episodes/{episode_id}/psychotherapy-notes", include_in_schema=False)
SCREEN = "psychotherapy_notes"
"""All that the access log says: who, about whom, and when."""


class Answered(NamedTuple):
    """The form as it came back: what was typed, why, and whether it is asked once more."""

    posted: Posted = Posted()
    sentence: str = ""
    asks_again: bool = False
    came_back: str = ""
    status: int = 200


@router.get("")
def notes_page(request: Request, edge: EdgeOf, viewer: ViewerOf, episode_id: UUID) -> HTMLResponse:
    """One's own notes about this patient, the newest first, and the form for another."""
    one = _own_patient(edge, viewer, episode_id)
    waits = _held(request, edge, viewer, one)
    return _shown(request, edge, viewer, one, Answered(waits, came_back=TYPED) if waits else Answered())


@router.post("", response_model=None)
def write(request: Request, edge: EdgeOf, episode_id: UUID, posted: PostedForm) -> Response:
    """Keep a note; no list waits for it, because no list learns of it."""
    place = _place(episode_id)
    keep = partial(_hold, episode_id)
    viewer = viewer_in_time(request, edge, posted, place=place, episode_id=episode_id, keep=keep)
    one = _own_patient(edge, viewer, episode_id)
    if posted.one(HOLD):
        return hold_and_sign_out(request, edge, viewer, posted, place=place, keep=keep)
    command_id = command_id_of(viewer, posted.one("_key"))
    body = {
        "patient_id": one.episode.patient_id,
        "text": posted.one("text"),
        "is_part_of_what_was_said": posted.is_ticked("is_part_of_what_was_said"),
    }
    try:
        order = read_form(WritePsychotherapyNote, body, command_id)
        edge.notes.write(viewer.actor, order, command_id=command_id, correlation_id=viewer.correlation_id)  # type: ignore[arg-type]  # read as one
    except ValidationError:
        return _shown(request, edge, viewer, one, Answered(posted, "Write the note.", status=422))
    except AsksAgain as asked:
        return _shown(request, edge, viewer, one, Answered(posted, asked.message, asks_again=True, status=409))
    except Refused as refused:
        return _shown(request, edge, viewer, one, Answered(posted, refused.message, status=409))
    except KeyWasUsedForAnother:
        taken = Answered(posted, "This note was kept already.", status=409)
        return _shown(request, edge, viewer, one, taken, key=uuid4().hex)
    except KeyWasDestroyed as erased:
        return _shown(request, edge, viewer, one, Answered(posted, str(erased), status=409))
    edge.notes.let_go(viewer.actor, order.patient_id, held_id_of(place, posted))  # type: ignore[attr-defined]  # as above
    answer = RedirectResponse(place, 303)
    leave_notice(answer, Notice("Kept. Only you read it.", []), edge.secret, edge.clock())
    return answer


def _place(episode_id: UUID) -> str:
    return f"/episodes/{episode_id}/psychotherapy-notes"


def _hold(
    episode_id: UUID, edge: Edge, viewer: Viewer, posted: Posted, /, *, place: str, person_id: UUID | None = None
) -> str:
    """Under the key of these notes, and apart from every other form. Nothing is held for whom there is no such page."""
    patient_id = _own_patient(edge, viewer, episode_id).episode.patient_id
    if patient_id is None:
        raise NotFound(NotFound.__doc__)
    held_id = held_id_of(place, posted)
    edge.notes.hold(viewer.actor, patient_id, held_id, fields_of(posted))
    return address_of_held(place, held_id)


def _held(request: Request, edge: Edge, viewer: Viewer, one: OpenedEpisode) -> Posted | None:
    """What was typed here before its author left, if the address says that it waits."""
    held_id, patient_id = held_id_in(request), one.episode.patient_id
    if held_id is None or patient_id is None:
        return None
    try:
        fields = edge.notes.held(viewer.actor, patient_id, held_id)
    except KeyWasDestroyed:
        return None
    return Posted(fields) if fields is not None else None


def _own_patient(edge: Edge, viewer: Viewer, episode_id: UUID) -> OpenedEpisode:
    """An episode on whose team this person is a therapist; to all others there is no such page."""
    one = opened(edge, viewer, episode_id)
    is_therapist = one.episode.member(viewer.actor.actor_id, Role.THERAPIST, edge.clock()) is not None
    if one.relation is not Relation.TEAM or not is_therapist or not viewer.actor.has(Role.THERAPIST):
        raise NotFound(NotFound.__doc__)
    return one


def _shown(
    request: Request, edge: Edge, viewer: Viewer, one: OpenedEpisode, answered: Answered, *, key: str = ""
) -> HTMLResponse:
    """A note that came back keeps its key: once it is kept, what waits of it goes."""
    log_reading(edge, viewer, SCREEN, one)
    banner: Banner = banner_of(edge, viewer, one)
    return page(
        request,
        "pages/psychotherapy_notes.html",
        viewer,
        answered.status,
        banner=banner,
        href=_place(one.episode_id),
        answered=answered,
        typed=answered.posted.one("text"),
        key=key or answered.posted.one("_key") or uuid4().hex,
        notes=_own_notes(edge, viewer, one),
    )


def _own_notes(edge: Edge, viewer: Viewer, one: OpenedEpisode) -> list[tuple[str, str]]:
    """When it was written, and what; nothing of them once either person was erased."""
    if one.episode.patient_id is None:
        return []
    try:
        found = edge.notes.read(viewer.actor, one.episode.patient_id)
    except KeyWasDestroyed:
        return []
    return [(full_moment(note.written_at, viewer.zone), note.text) for note in found]
