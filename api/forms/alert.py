"""The form of an alert: somebody takes it on."""

from collections.abc import Sequence

from api.forms.about import about_field, when
from api.forms.form import Form
from api.forms.lists import Option
from api.forms.section import Section, section
from api.scene import Scene
from domain.actor import Role
from domain.episode.alert.acknowledge_alert import may_acknowledge, places_of
from domain.episode.alert.alert import Alert
from domain.episode.alert.alerts import alerts
from projections.alerting import without_reason


def standing(scene: Scene) -> tuple[Alert, ...]:
    """All alerts of the episode now; to coordination, that somebody has to be reached and not what it is about."""
    found = alerts(
        scene.episode, now=scene.now, protocol=scene.protocol, network=scene.network, clinicians=scene.clinicians
    )
    is_clinical = scene.by.has(Role.THERAPIST, Role.PRESCRIBER)
    return found if is_clinical else tuple(without_reason(one) for one in found if may_acknowledge(one, scene.by))


def _mine(scene: Scene) -> list[Option]:
    waiting = [one for one in standing(scene) if not one.is_acknowledged and may_acknowledge(one, scene.by)]
    return [(str(one.alert_id), f"{one.name}, {when(scene, one.raised_at)}") for one in waiting]


def _acknowledge(scene: Scene) -> list[Section]:
    return [section(about_field(scene, "alert_id", "Alert", _mine(scene)))]


def _in_question(scene: Scene) -> Sequence[tuple[str, str]]:
    named = scene.id("alert_id")
    shown = [one for one in standing(scene) if named in (None, one.alert_id)]
    return [(one.name, f"{one.why} With: {places_of(one)}.".strip()) for one in shown]


FORMS = (
    Form(
        decision="acknowledge_alert",
        title="Acknowledge an alert",
        button="I take this on",
        sections=_acknowledge,
        follows="It goes no further; everybody sees that you have it. What raised it stays to be settled.",
        recorded="that you have taken the alert on",
        grounds=_in_question,
    ),
)
