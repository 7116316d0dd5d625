"""The overrides of an episode, as its care team sees them: which rule, by whom, until when, and who has to sign yet."""

from api.forms.about import when
from api.scene import Scene
from domain.episode.safety.safety import Override

Fact = tuple[str, str]


def overrides_shown(scene: Scene) -> list[Fact]:
    """The latest first; each names the rule and says whether it holds."""
    if not scene.shows_clinical:
        return []
    latest = sorted(scene.episode.overrides.values(), key=lambda one: one.granted_at, reverse=True)
    return [(_rule(scene, one), f"{scene.name_of(one.granted_by)}, {_standing(scene, one)}") for one in latest]


def _rule(scene: Scene, one: Override) -> str:
    return next((rule.name for rule in scene.protocol.rules if rule.rule == one.rule), one.rule.lstrip("+"))


def _standing(scene: Scene, one: Override) -> str:
    granted = when(scene, one.granted_at)
    if scene.now >= one.expires_at:
        return f"{granted}; ran out{'' if one.is_signed else ', never signed by a second prescriber'}"
    if not one.is_signed:
        return f"{granted}; opens nothing until {scene.name_of(one.second_id)} has signed"
    signed = f", with {scene.name_of(one.confirmed_by)}" if one.confirmed_by else ""
    return f"{granted}{signed}; until {when(scene, one.expires_at)}"
