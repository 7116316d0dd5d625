"""Drafts of notes between a form and their keeping: saved while somebody types, brought back when they return."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from api.edge import Edge
from api.formats import clock
from api.forms.fields import Hidden
from api.forms.form import Form, slug_of
from api.forms.posted import Posted
from api.forms.section import fields_of
from api.forms.shown import seeds_of
from api.forms.words import in_words
from api.scene import Scene
from domain.episode.document.document import DocumentKind
from store.drafts import Place
from store.errors import KeyWasDestroyed


class DraftShown(NamedTuple):
    """A draft as its author's page lists it."""

    words: str
    saved: str
    href: str


def restored(edge: Edge, form: Form, scene: Scene) -> tuple[Posted | None, str]:
    """What the form starts from where its author has typed before, and the sentence that says so."""
    sections = form.sections(scene)
    seeds = seeds_of(sections, scene)
    place = _place(scene, seeds.one(form.keeps_draft))
    if place is None:
        return None, ""
    try:
        fields = edge.drafts.open(place)
    except KeyWasDestroyed:
        return None, ""
    if fields is None:
        return None, ""
    known = {one.name for one in fields_of(sections)}
    kept = Posted({name: values for name, values in fields.items() if name in known})
    return kept.over(seeds), "This is your draft. Only you see it until it is signed."


def save_draft(edge: Edge, form: Form, scene: Scene, posted: Posted) -> str:
    """Keep what was typed, and say so; a form emptied again keeps nothing."""
    place = _place(scene, posted.one(form.keeps_draft))
    if place is None:
        return "Not saved: this note is signed already. Keep your text and write an addendum."
    fields = fields_of(form.sections(scene))
    typed = {one.name: posted.all(one.name) for one in fields if not isinstance(one, Hidden) and posted.all(one.name)}
    if "text" not in typed:
        edge.drafts.discard(scene.by, place.draft_id)
        return "Nothing is kept: there is no text yet."
    about = {one.name: posted.one(one.name) for one in fields if isinstance(one, Hidden) and posted.one(one.name)}
    try:
        edge.drafts.save(place, form.decision, about, typed, at=scene.now)
    except KeyWasDestroyed:
        return "Not saved: this person's data was erased."
    return f"Draft saved at {clock(scene.now, scene.zone)}. Only you see it."


def discard_draft(edge: Edge, form: Form, scene: Scene, posted: Posted) -> None:
    """Once it is signed there is nothing left to write."""
    if (draft_id := _id(posted.one(form.keeps_draft))) is not None:
        edge.drafts.discard(scene.by, draft_id)


def own_drafts(edge: Edge, scene: Scene) -> list[DraftShown]:
    """This person's drafts in this episode. What was signed meanwhile is no draft any more."""
    found = [one for one in edge.drafts.own(scene.by, scene.episode_id) if not _is_signed(scene, one.draft_id)]
    return [
        DraftShown(
            words=_words(one.decision, one.about.get("kind", "")),
            saved=clock(one.saved_at, scene.zone),
            href=_href(scene, one.decision, one.about),
        )
        for one in found
    ]


def _href(scene: Scene, decision: str, about: Mapping[str, str]) -> str:
    return f"{scene.href}/{slug_of(decision)}?{urlencode(about)}"


def _words(decision: str, kind: str) -> str:
    return in_words(DocumentKind(kind)) if kind in set(DocumentKind) else decision.removeprefix("add_")


def _place(scene: Scene, draft_id: str) -> Place | None:
    found, patient_id = _id(draft_id), scene.episode.patient_id
    if found is None or patient_id is None or _is_signed(scene, found):
        return None
    return Place(scene.by, scene.episode_id, patient_id, found)


def _is_signed(scene: Scene, draft_id: UUID) -> bool:
    added = (added.addendum_id for one in scene.episode.documents.values() for added in one.addenda)
    return draft_id in scene.episode.documents or draft_id in added


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
