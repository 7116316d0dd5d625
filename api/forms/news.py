"""What changed in the plan while a form was open, in one sentence."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from api.formats import ARROW, clock, full_date, number
from api.forms.shown import NO_PLAN, version_of
from api.scene import Scene
from domain.episode.episode import EPISODE, Episode
from domain.episode.plan.plan import PlanTerms
from domain.event import Recorded

LABELS = {
    "next_dose_mg": "next dose",
    "maximum_mg": "most per session",
    "usual_days": "usual days between doses",
    "minimum_interval_days": "days between doses",
    "sessions_authorised": "sessions",
    "review_by": "review by",
    "valid_until": "valid until",
    "hold_minutes": "minutes to hold",
    "observation_minutes": "minutes watched",
}


def scene_then(scene: Scene, was: str) -> Scene | None:
    """The scene as it was when the plan had that version; None where it never had."""
    episode: Episode = EPISODE.initial
    found = episode if was == NO_PLAN else None
    for event, envelope in scene.history:
        episode = EPISODE.evolve(event, episode, envelope)
        if version_of(replace(scene, episode=episode)) == was:
            found = episode
    return replace(scene, episode=found) if found is not None else None


def news_of(scene: Scene, was: str) -> str:
    """`Dr. Rivera amended plan 2 at 09:40, while this was open: days between doses 14 → 21.`"""
    if scene.plan is None:
        return "The plan was taken out while this was open. Nothing of yours was recorded."
    last = _last_change(scene)
    who = scene.name_of(last.envelope.actor_id) if last else "Somebody"
    at = f" at {clock(last.envelope.recorded_at, scene.zone)}" if last else ""
    verb = "issued" if last and last.event.stored_as == "PlanIssued" else "amended"
    then = scene_then(scene, was)
    old = then.plan.terms if then and then.plan else None
    changes = ", ".join(_changes(old, scene.plan.terms)) if old else ""
    said = f"{who} {verb} plan {scene.plan.number}{at}, while this was open"
    return f"{said}{f': {changes}' if changes else ''}. Nothing of yours was recorded."


def _last_change(scene: Scene) -> Recorded | None:
    kinds = ("PlanIssued", "PlanAmended", "NextDoseSet")
    return next((one for one in reversed(scene.history) if one.event.stored_as in kinds), None)


def _changes(old: PlanTerms, new: PlanTerms) -> Iterator[str]:
    for name in PlanTerms.model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if before == after:
            continue
        label = LABELS.get(name, name.replace("_", " "))
        yield f"{label} {_said(before)} {ARROW} {_said(after)}" if name in LABELS else label


def _said(value: Any) -> str:
    if value is None:
        return "none"
    return full_date(value) if hasattr(value, "year") else number(value)
