"""The form in which a second prescriber confirms an override."""

from collections.abc import Sequence

from api.forms import grounds
from api.forms.about import about_field, when
from api.forms.form import Form
from api.forms.lists import Option
from api.forms.section import Section, section
from api.forms.words import rule_words
from api.scene import Scene
from domain.episode.safety.grant_override import OverrideGranted
from domain.episode.safety.override_limits import part_words
from domain.episode.safety.safety import Override


def _waiting(scene: Scene) -> list[Override]:
    waiting = (o for o in scene.episode.overrides.values() if not o.is_signed and scene.now < o.expires_at)
    return [one for one in waiting if one.granted_by != scene.by.actor_id]


def _words(scene: Scene, one: Override) -> str:
    part = part_words(one.rule, one.gate)
    rule = f"{rule_words(one.rule)} ({part})" if part else rule_words(one.rule)
    return f"{rule}, by {scene.name_of(one.granted_by)}, {when(scene, one.granted_at)}"


def _options(scene: Scene) -> list[Option]:
    return [(str(one.override_id), _words(scene, one)) for one in _waiting(scene)]


def _confirm(scene: Scene) -> list[Section]:
    return [section(about_field(scene, "override_id", "Override", _options(scene)))]


def _in_question(scene: Scene) -> Sequence[tuple[str, str]]:
    """What it passes over: the rule in words, and the facts the closed gate showed when it was granted."""
    named = scene.id("override_id")
    shown = [one for one in _waiting(scene) if named in (None, one.override_id)]
    granted = (event for event, _ in scene.history if isinstance(event, OverrideGranted))
    seen = {event.override_id: event.values_seen for event in granted}
    found: list[tuple[str, str]] = []
    for one in shown:
        found.append((_words(scene, one), scene.protocol.rule(one.rule).name))
        found += [("Seen", fact) for fact in seen.get(one.override_id, ())]
    return found


FORMS = (
    Form(
        decision="confirm_override",
        title="Confirm an override",
        button="Sign as second prescriber",
        sections=_confirm,
        follows="It opens that gate for that session, and runs out when the override does.",
        recorded="second signature",
        is_signed_anew=True,
        grounds=grounds.facts(_in_question, grounds.plan, grounds.doses, grounds.scores),
    ),
)
