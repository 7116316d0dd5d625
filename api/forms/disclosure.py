"""The form by which staff record that somebody outside was given records."""

from api.forms import grounds
from api.forms.fields import Area, Text
from api.forms.form import Form
from api.forms.lists import Choice, Many, Radio, YesNo
from api.forms.section import Section, section
from api.forms.times import Moment
from api.forms.words import options_of
from api.scene import Scene
from domain.episode.disclosure.disclosure import DisclosureGround, Means, Recipient, RecordPart
from domain.substance_use import NOTICE

ALONG = (
    f"With records about drinking or drugs goes this sentence: “{NOTICE}” So does a copy of the consent (42 CFR 2.32)."
)


def _disclosure(scene: Scene) -> list[Section]:
    return [
        section(
            Choice(name="kind", label="To whom", options=options_of(Recipient)),
            Text(name="recipient", label="Name", hint="Person and organisation"),
            Area(name="address", label="Address", optional=True, rows=2),
            Moment(name="at", label="When it left", seed=scene.now),
            Radio(name="means", label="By", options=options_of(Means), inline=True, missing="Say how it left."),
        ),
        section(
            Many(
                name="parts",
                label="What was given",
                options=options_of(RecordPart),
                optional=False,
                missing="Say what was given.",
            ),
            YesNo(
                name="with_substance_use",
                label="Something about drinking or drugs was among it",
                hint="Diagnoses, AUDIT, DAST-10, treatment of an addiction: 42 CFR Part 2",
                missing="Say whether something about drinking or drugs was among it.",
            ),
            Choice(name="ground", label="What allowed it", options=options_of(DisclosureGround)),
            Area(
                name="purpose",
                label="For what",
                hint="In a sentence, or which request it answers",
                missing="Say for what.",
            ),
            Area(name="note", label="Note", optional=True, rows=2),
            note=ALONG,
        ),
    ]


FORMS = (
    Form(
        decision="record_disclosure",
        title="Record a disclosure",
        sections=_disclosure,
        follows="It is listed for compliance, and told to the patient who asks for an accounting.",
        recorded="disclosure",
        grounds=grounds.facts(grounds.consents),
    ),
)
