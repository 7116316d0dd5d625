"""An episode as integrators read it: what the page shows, with codes and instants instead of words."""

from collections.abc import Mapping
from dataclasses import asdict
from itertools import groupby
from typing import Any
from uuid import UUID

from markupsafe import Markup, escape

from api.episode_view.timeline_shown import Texts
from api.scene import Scene
from domain.episode.due.obligations import obligations
from domain.episode.due.phase import phase
from domain.episode.due.sessions import next_booked
from domain.episode.gates import Checkpoint
from domain.episode.session.session import SessionKind
from projections.coordination import in_words as without_content
from projections.outcome_trajectory import Point, Trajectory
from projections.replay import Surroundings, in_words, state_lines
from projections.timeline_lines import Shown


def state_as_json(scene: Scene, version: int) -> dict[str, Any]:
    """State as a replay tells it, the gates before the next dose, and everything that is owed."""
    episode, around = scene.episode, Surroundings(scene.now, scene.network)
    asks = not episode.is_imported and episode.closed_at is None
    booked = next_booked(episode, SessionKind.DOSING)
    return {
        **_head(scene, version),
        "state": [
            {"key": line.key, "what": line.what, "value": in_words(line.value, scene.name_of)}
            for line in state_lines(episode, around)
            if not line.is_earlier
        ],
        "gates": [asdict(gate) for gate in scene.gates(Checkpoint.OPEN, booked)] if asks else [],
        "obligations": [asdict(one) for one in _owed(scene)],
    }


def coordinated_as_json(scene: Scene, version: int) -> dict[str, Any]:
    """Phase, care team and dues; what only clinicians may know is left out."""
    owed = [
        {**dict(zip(("what", "why"), without_content(one), strict=True)), "due_at": one.due_at, "due_on": one.due_on}
        for one in _owed(scene)
    ]
    return {**_head(scene, version), "obligations": owed}


def line_as_json(line: Shown, scene: Scene, things: Mapping[UUID, str], texts: Texts) -> dict[str, Any]:
    """One event of the timeline; free text for the care team only."""

    def name(one: UUID) -> str:
        return things.get(one) or str(escape(scene.name_of(one)))

    return {
        "version": line.version,
        "event_id": line.event_id,
        "position": line.position,
        "stored_as": line.stored_as,
        "occurred_at": line.occurred_at,
        "recorded_at": line.recorded_at,
        "actor_id": line.actor_id,
        "actor_role": line.actor_role,
        "category": line.category,
        "sentence": Markup(line.say(name)).striptags(),  # noqa: S704 sentences are escaped when they are folded
        "texts": [{"label": label, "text": text} for label, text in texts(line.texts or [])],
        "corrects_version": line.corrects_version,
        "corrected_in": [one.version for one in line.corrected_by],
    }


def outcomes_as_json(found: Trajectory | None) -> dict[str, list[dict[str, Any]]]:
    """Scores by instrument as they were taken; struck ones stay beside what corrected them."""
    points = sorted(found.points, key=lambda one: one.instrument) if found else []
    return {
        instrument: [_point(one) for one in sorted(group, key=lambda one: (one.score.taken_at, one.score.version))]
        for instrument, group in groupby(points, key=lambda one: one.instrument)
    }


def withheld_as_json(point: Point) -> dict[str, Any]:
    """An outcome that is withheld from whoever asks: when it was, when it was recorded, and by whom."""
    score = point.score
    return {
        "why": "an outcome on substance use, withheld from this role",
        "taken_at": score.taken_at,
        "recorded_at": score.recorded_at,
        "recorded_by": score.recorded_by,
    }


def _head(scene: Scene, version: int) -> dict[str, Any]:
    episode = scene.episode
    return {
        "episode_id": scene.episode_id,
        "reference": episode.reference,
        "version": version,
        "at": scene.now,
        "phase": phase(episode, scene.now),
        "team": [{"clinician_id": one.clinician_id, "role": one.role} for one in episode.members_at(scene.now)],
    }


def _owed(scene: Scene) -> Any:
    return obligations(scene.episode, now=scene.now, protocol=scene.protocol, network=scene.network)


def _point(point: Point) -> dict[str, Any]:
    score = point.score
    return {
        "outcome_id": point.outcome_id,
        "instrument_version": point.instrument_version,
        "taken_at": score.taken_at,
        "recorded_at": score.recorded_at,
        "total": score.total,
        "band": score.band,
        "safety_answer": score.safety_answer,
        "struck": [{"total": one.total, "recorded_at": one.recorded_at} for one in point.struck],
        "imported": point.imported.model_dump() if point.imported else None,
    }
