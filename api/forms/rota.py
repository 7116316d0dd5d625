"""Forms of the rota: who is on call, who is the medical director, who is away. They are about no patient."""

from datetime import timedelta

from api.forms.about import person_field
from api.forms.fields import Text
from api.forms.form import Form
from api.forms.section import Section, section, side_by_side
from api.forms.times import Moment
from api.scene import Scene
from domain.actor import Role

CLINICIANS = (Role.PRESCRIBER, Role.THERAPIST)


def _on_call(scene: Scene) -> list[Section]:
    return [
        section(
            person_field(scene, "prescriber_id", "Prescriber on call", Role.PRESCRIBER),
            Text(name="phone", label="Duty number", hint="Shown to everybody who may have to call it", width="medium"),
            Moment(name="from_at", label="From", seed=scene.now),
            Moment(name="until_at", label="Until", seed=scene.now + timedelta(days=7)),
            side_by_side(
                person_field(scene, "back_up_id", "Back-up", Role.PRESCRIBER, optional=True),
                Text(name="back_up_phone", label="Number of the back-up", optional=True, width="medium"),
            ),
        )
    ]


def _director(scene: Scene) -> list[Section]:
    director = scene.network.medical_director
    named = director.clinician_id if director else None
    return [
        section(
            person_field(scene, "clinician_id", "Medical director", Role.PRESCRIBER, seed=named),
            Text(name="phone", label="Number", seed=director.phone if director else None, width="medium"),
        )
    ]


def _absence(scene: Scene) -> list[Section]:
    me = scene.by.actor_id
    return [
        section(
            person_field(scene, "clinician_id", "Who is away", *CLINICIANS, seed=me),
            Moment(name="from_at", label="From", seed=scene.now),
            Moment(name="until_at", label="Until", seed=scene.now + timedelta(days=7)),
        )
    ]


ROTA_FORMS = {
    form.decision: form
    for form in (
        Form(
            decision="name_on_call",
            title="Name who is on call",
            button="Name",
            sections=_on_call,
            follows="Where two duties overlap, the one named last counts.",
        ),
        Form(
            decision="name_medical_director",
            title="Name the medical director",
            button="Name",
            sections=_director,
            follows="Last in line when nobody acknowledges an urgent alert.",
        ),
        Form(
            decision="note_absence",
            title="Note an absence",
            button="Note",
            sections=_absence,
            follows="Alerts go to whoever covers, or is on call. No reason is kept.",
        ),
    )
}
"""By decision; each stands on the page of the rota."""
