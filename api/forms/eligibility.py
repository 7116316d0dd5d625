"""Forms of eligibility, clearances and contraindications."""

from api.formats import full_date
from api.forms import grounds
from api.forms.about import about_field, happened_earlier
from api.forms.fields import Area, Text
from api.forms.form import Body, Form
from api.forms.lists import Choice, Many, Option, Radio, YesNo
from api.forms.section import Section, section
from api.forms.times import Day
from api.forms.words import options_of
from api.scene import Scene
from domain.days import months_after
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.eligibility.request_clearance import Specialty

ELIGIBLE = EligibilityOutcome.ELIGIBLE.value


def _listed(scene: Scene, *, absolute: bool) -> list[Option]:
    entries = (entry for entry in scene.protocol.contraindications if entry.is_absolute is absolute)
    return [(entry.code, entry.name[:1].upper() + entry.name[1:]) for entry in entries]


def _standing(scene: Scene, *, absolute: bool) -> list[str]:
    codes = {option[0] for option in _listed(scene, absolute=absolute)}
    return sorted(scene.episode.unresolved_contraindications & codes)


def _determine(scene: Scene) -> list[Section]:
    until = months_after(scene.today, scene.protocol.numbers.eligibility_months.value)
    return [
        section(
            Many(
                name="absolute",
                label="Absolute contraindications",
                hint="With one ticked the patient cannot be found eligible",
                options=_listed(scene, absolute=True),
                seed=_standing(scene, absolute=True),
            ),
            Many(
                name="relative",
                label="Relative contraindications",
                hint="Considered in this finding",
                options=_listed(scene, absolute=False),
                seed=_standing(scene, absolute=False),
            ),
            heading="Contraindications",
        ),
        section(
            Radio(
                name="outcome",
                label="Finding",
                options=options_of(EligibilityOutcome),
                missing="Say what you find.",
            ),
            Area(name="rationale", label="Rationale", hint="The care team reads this", missing="Say why."),
            Day(
                name="valid_until",
                label="Valid until",
                hint=f"Seed, change it: {full_date(until)}",
                seed=until,
                optional=True,
            ),
            heading="Finding",
        ),
        happened_earlier("When it was found"),
    ]


def _fits(body: Body) -> dict[str, str]:
    """Said beside the finding, before a rule is asked."""
    if body.get("outcome") == ELIGIBLE and body.get("absolute"):
        return {"outcome": "The patient cannot be eligible while an absolute contraindication is ticked."}
    return {}


def _only_if_eligible(body: Body) -> Body:
    """A finding other than eligible runs until the next one."""
    if body.get("outcome") != ELIGIBLE:
        body.pop("valid_until", None)
    return body


def _awaited(scene: Scene) -> list[Option]:
    return [
        (str(one.clearance_id), f"{one.specialty.capitalize()}{f', due {full_date(one.due_on)}' if one.due_on else ''}")
        for one in scene.episode.clearances.values()
        if one.received_at is None
    ]


def _receive(scene: Scene) -> list[Section]:
    return [
        section(
            about_field(scene, "clearance_id", "Clearance", _awaited(scene)),
            YesNo(
                name="is_cleared", label="Answer", yes="Cleared", no="Not cleared", missing="Say what the answer was."
            ),
            Text(name="source", label="From whom", optional=True),
        ),
        happened_earlier("When it came"),
    ]


def _find(scene: Scene) -> list[Section]:
    entries = [*_listed(scene, absolute=True), *_listed(scene, absolute=False)]
    known = scene.episode.unresolved_contraindications
    return [
        section(
            Choice(
                name="code",
                label="Contraindication",
                options=[option for option in entries if option[0] not in known],
                seed=scene.about.get("code"),
            ),
            Area(name="note", label="Note", optional=True, rows=2),
        ),
        happened_earlier("When it was found"),
    ]


def _resolve(scene: Scene) -> list[Section]:
    standing = sorted(scene.episode.unresolved_contraindications)
    options = [(code, scene.protocol.name_of_contraindication(code).capitalize()) for code in standing]
    return [
        section(
            about_field(scene, "code", "Contraindication", options),
            Area(name="evidence", label="Evidence", missing="Say what shows that it no longer stands."),
        ),
        happened_earlier("When it was shown"),
    ]


WHOLE_CASE = grounds.facts(
    grounds.intake, grounds.contraindications, grounds.clearances, grounds.scores, grounds.adverse_events
)
FORMS = (
    Form(
        decision="determine_eligibility",
        title="Determine eligibility",
        button="Record the finding",
        sections=_determine,
        follows="The referring therapist sees it in their list.",
        recorded="eligibility",
        check=_fits,
        shape=_only_if_eligible,
        grounds=WHOLE_CASE,
    ),
    Form(
        decision="request_clearance",
        title="Ask for medical clearance",
        sections=lambda scene: [
            section(
                Choice(name="specialty", label="From", options=options_of(Specialty)),
                Day(name="due_on", label="By", optional=True),
            ),
            happened_earlier("When it was asked for"),
        ],
        follows="Until it is answered no dose is given.",
        recorded="request for clearance",
        grounds=WHOLE_CASE,
    ),
    Form(
        decision="receive_clearance",
        title="Record a clearance",
        sections=_receive,
        follows="A prescriber then determines eligibility.",
        recorded="clearance",
        grounds=grounds.facts(grounds.clearances, grounds.eligibility),
    ),
    Form(
        decision="find_contraindication",
        title="Record a contraindication",
        sections=_find,
        follows="An absolute one suspends the plan at once.",
        recorded="contraindication",
        grounds=grounds.facts(grounds.contraindications, grounds.eligibility, grounds.plan),
    ),
    Form(
        decision="resolve_contraindication",
        title="Resolve a contraindication",
        sections=_resolve,
        follows="Eligibility is determined anew before dosing goes on.",
        recorded="contraindication resolved",
        grounds=grounds.facts(grounds.contraindications, grounds.eligibility, grounds.plan),
    ),
)
