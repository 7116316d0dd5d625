"""Forms of the intake consult and of what changes after it."""

from datetime import timedelta

from api.forms import grounds
from api.forms.about import happened_earlier
from api.forms.check_in import urinary_fields
from api.forms.fields import Area, Number, Text
from api.forms.form import Body, Form
from api.forms.lists import Choice, Codes, Radio, Rows, YesNo
from api.forms.section import Section, section, side_by_side
from api.forms.session import with_an_end
from api.forms.times import Day, Moment
from api.forms.words import options_of
from api.scene import Scene
from domain.episode.intake.intake import Answer, MedicineClass, MedicineInstruction, Pregnancy, Way, WeightUnit
from domain.episode.referral.refer import PatientReferred

UNCHANGED = "Empty: unchanged"


def _book(scene: Scene) -> list[Section]:
    return [
        section(
            Moment(name="starts_at", label="Date", seed=scene.episode.intake_booked_for),
            Radio(
                name="way", label="Way", options=options_of((Way.IN_PERSON, Way.REMOTE)), seed=Way.REMOTE, inline=True
            ),
        )
    ]


def _complete(scene: Scene) -> list[Section]:
    began = scene.episode.intake_booked_for or scene.now - timedelta(minutes=60)
    return [
        section(
            Moment(name="started_at", label="Date", time_label="Start", seed=began),
            Number(name="length", label="Length", unit="min", missing="Say how long it took."),
            Radio(name="way", label="Way", options=options_of((Way.IN_PERSON, Way.REMOTE)), inline=True),
            heading="The consult",
        ),
        _history(scene, is_update=False),
        medicine_section(()),
        *_body(scene, is_update=False),
        _elsewhere(scene, is_update=False),
    ]


def _update(scene: Scene) -> list[Section]:
    ways = options_of((Way.IN_PERSON, Way.REMOTE))
    hint = "Seen in person, prescribing rests no longer on telehealth alone"
    return [
        section(Radio(name="way", label="Seen", options=ways, hint=hint, optional=True, inline=True)),
        _history(scene, is_update=True),
        *_body(scene, is_update=True),
        _elsewhere(scene, is_update=True),
    ]


def _history(scene: Scene, *, is_update: bool) -> Section:
    hint = UNCHANGED if is_update else ""
    known = scene.episode.intake.diagnoses if scene.episode.intake else _referred_with(scene)
    return section(
        Codes(name="diagnoses", label="Diagnoses", hint="ICD-10, such as F33.2", optional=is_update, seed=known),
        Area(name="history", label="History", hint=hint or "The care team reads this", optional=True, rows=4),
        Radio(
            name="ketamine_allergy",
            label="Allergy to ketamine",
            options=options_of(Answer),
            inline=True,
            optional=is_update,
            hint=hint,
        ),
        Text(name="other_allergies", label="Other allergies", optional=True, hint=hint or "Such as latex"),
        YesNo(name="allergies_asked", label="Allergies were asked about", optional=is_update, hint=hint),
        heading="History and allergies",
    )


def _referred_with(scene: Scene) -> tuple[str, ...]:
    """The diagnoses of the referral, to be confirmed at the intake."""
    return next((event.diagnoses for event, _ in scene.history if isinstance(event, PatientReferred)), ())


def medicine_section(known: tuple[dict[str, object], ...], least: int = 4) -> Section:
    """The medicine list, one row each; the class is what rules read."""
    row = (
        Text(name="name", label="Name", width="medium"),
        Choice(name="medicine_class", label="Class", options=options_of(MedicineClass), missing="Choose the class."),
        Text(name="dose", label="Dose", width="short", optional=True),
        Choice(
            name="instruction",
            label="On a dosing day",
            options=options_of(MedicineInstruction),
            seed=MedicineInstruction.NOT_REVIEWED,
        ),
        Number(name="hold_hours", label="Held for", unit="h", optional=True),
    )
    rows = Rows(name="medicines", label="Medicines", fields=row, least=least, seed=known, row_label="Medicine")
    classes = (
        "Ask about sleeping pills, opioids, gabapentinoids, stimulants, MAO inhibitors, antihypertensives, thyroid."
    )
    return section(rows, heading="Medicines", note=classes)


def _body(scene: Scene, *, is_update: bool) -> list[Section]:
    units = [(unit.value, unit.value) for unit in WeightUnit]
    vitals = ("baseline_systolic_mmhg", "Systolic", "mmHg"), ("baseline_diastolic_mmhg", "Diastolic", "mmHg")
    return [
        section(
            side_by_side(
                Number(name="weight.value", label="Weight", whole=False, optional=True),
                Choice(name="weight.unit", label="Unit", options=units, seed=WeightUnit.KG),
                Day(name="weight.measured_on", label="Measured on", seed=scene.today),
                label="Weight",
            ),
            side_by_side(
                *(Number(name=name, label=label, unit=unit, optional=True) for name, label, unit in vitals),
                Number(name="baseline_pulse_per_min", label="Pulse", unit="/min", optional=True),
                label="Blood pressure and pulse at rest",
            ),
            heading="Weight and blood pressure",
            note=UNCHANGED + "." if is_update else "The dose depends on the weight.",
        ),
        section(
            Choice(name="pregnancy", label="Pregnancy", options=options_of(Pregnancy), optional=is_update),
            Day(name="pregnancy_tested_on", label="Day of the test", optional=True, hint="For a negative test"),
            Radio(name="nursing", label="Nursing", options=options_of(Answer), inline=True, optional=is_update),
            heading="Pregnancy and nursing",
        ),
        _urinary(),
    ]


def _urinary() -> Section:
    return section(
        *urinary_fields("Pain on passing water"),
        heading="Bladder, to compare with later",
        note="Leave empty what was not asked.",
    )


def _elsewhere(scene: Scene, *, is_update: bool) -> Section:
    state = None if is_update else scene.network.practice_state
    return section(
        Day(name="ketamine_elsewhere_on", label="Ketamine elsewhere, last on", optional=True),
        Text(
            name="emergency_contact",
            label="Emergency contact",
            hint=UNCHANGED if is_update else "Name and telephone number",
            optional=True,
        ),
        Text(
            name="home_state",
            label="State of residence",
            width="short",
            hint="Such as CA",
            seed=state,
            optional=is_update,
        ),
        Text(
            name="patient_zone",
            label="Time zone of the patient",
            width="medium",
            hint="Such as America/Los_Angeles",
            seed=None if is_update else scene.network.zone,
            optional=is_update,
        ),
        heading="Elsewhere and at home",
    )


def _as_ordered(body: Body) -> Body:
    """With an end, and the state in capitals."""
    if "home_state" in body:
        body["home_state"] = body["home_state"].upper()
    return with_an_end(body)


def _review(scene: Scene) -> list[Section]:
    known = tuple(medicine._asdict() for medicine in scene.medicines)
    note = Area(name="note", label="Note", optional=True, rows=2)
    return [medicine_section(known, least=len(known) + 2), section(note)]


def _change(scene: Scene) -> list[Section]:
    return [
        section(
            Text(name="name", label="Medicine", hint="New, stopped or changed: say what"),
            Choice(
                name="medicine_class",
                label="Class",
                options=options_of(MedicineClass),
                optional=True,
                empty="Nobody knows",
            ),
            Day(name="since", label="Since", optional=True),
        ),
        happened_earlier("When it was reported"),
    ]


WHOLE = (("weight", "weight.value"),)
FORMS = (
    Form(
        decision="book_intake",
        title="Schedule the intake",
        sections=_book,
        follows="It stands in the list of everybody on the care team.",
        recorded="intake scheduled",
        grounds=grounds.care_team,
    ),
    Form(
        decision="complete_intake",
        title="Complete the intake",
        sections=_complete,
        follows="Next: determine eligibility.",
        recorded="intake",
        together=WHOLE,
        shape=_as_ordered,
        confirm={"confirm_weight": lambda scene, posted: "Yes, the weight is right"},
        grounds=grounds.facts(grounds.scores, grounds.consents),
    ),
    Form(
        decision="update_intake",
        title="Update the intake",
        sections=_update,
        follows="What is left empty stays as it was; the day it was gone through is kept.",
        recorded="intake update",
        together=WHOLE,
        shape=_as_ordered,
        confirm={"confirm_weight": lambda scene, posted: "Yes, the weight is right"},
        grounds=grounds.facts(grounds.intake),
    ),
    Form(
        decision="report_medicine_change",
        title="Report a change of medicines",
        sections=_change,
        follows="A prescriber looks at it before the next dose.",
        recorded="change of medicines",
    ),
    Form(
        decision="review_medicines",
        title="Review medicines",
        sections=_review,
        follows="The patient's sheet carries these instructions.",
        recorded="review of medicines",
        grounds=grounds.facts(grounds.intake),
    ),
    Form(
        decision="report_ketamine_elsewhere",
        title="Report ketamine elsewhere",
        sections=lambda scene: [section(Day(name="on", label="Taken on", missing="Say on which day."))],
        follows="It counts towards the days between doses.",
        recorded="ketamine elsewhere",
        grounds=grounds.facts(grounds.doses, grounds.plan),
    ),
)
