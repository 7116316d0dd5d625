"""The form of a safety plan."""

from api.forms import grounds
from api.forms.fields import Area
from api.forms.form import Form
from api.forms.lists import YesNo
from api.forms.section import Section, section
from api.scene import Scene

STEPS = "Warning signs; what helps; people and places; whom to call; making the surroundings safe"


def _safety_plan(scene: Scene) -> list[Section]:
    return [
        section(
            YesNo(name="made_with_patient", label="Made together with the patient", missing="Say whether it was."),
            Area(name="plan", label="Safety plan", hint=STEPS, rows=8, missing="Write the plan."),
            YesNo(
                name="means_discussed", label="Access to means of suicide talked about", missing="Say whether it was."
            ),
            YesNo(name="patient_has_copy", label="The patient has a copy", missing="Say whether they have."),
        )
    ]


FORMS = (
    Form(
        decision="record_safety_plan",
        title="Record a safety plan",
        sections=_safety_plan,
        follows="Earlier plans stay readable.",
        recorded="safety plan",
        grounds=grounds.facts(grounds.scores, grounds.holds),
    ),
)
