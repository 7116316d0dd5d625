"""The alerts of one episode, as its page and the page of a dosing session show them."""

from collections.abc import Sequence

from api.alert_view.shown import AlertShown, Looking, ToldOf, alert_shown
from api.episode_view.callouts import Callout
from api.forms.alert import standing
from api.scene import Scene
from projections.alerting import without_reason


def alerts_shown(scene: Scene, told: Sequence[ToldOf] = (), *, back: str = "") -> list[AlertShown]:
    """All of them for the care team; for coordination those that have come to it, without what they are about."""
    looking = Looking(scene.by, scene.now, scene.zone, scene.name_of)
    found = standing(scene)
    if not scene.shows_clinical:
        found = tuple(without_reason(one) for one in found if one.concerns(scene.by))
    return [alert_shown(one, looking, scene.href, back=back or scene.href, told=told) for one in found]


def told_together(
    callouts: Sequence[Callout], alerts: Sequence[AlertShown]
) -> tuple[list[tuple[Callout, list[AlertShown]]], list[AlertShown]]:
    """Each callout with the alerts that the same entries raised, and the alerts of which no callout speaks."""
    alone = list(alerts)
    together = []
    for one in callouts:
        inside = [alert for alert in alone if set(alert.entries) & set(one.entries)]
        alone = [alert for alert in alone if alert not in inside]
        together.append((one, inside))
    return together, alone
