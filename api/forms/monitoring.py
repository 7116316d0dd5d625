"""The monitoring form of a session in words, as its page prints it, and the form that records that it was sent."""

from api.formats import NO_BREAK, and_list, clock, dose, full_moment, number, percent
from api.forms.ending import ended_field
from api.forms.fields import Area
from api.forms.form import Form
from api.forms.grounds import pressure
from api.forms.section import Section, section
from api.forms.times import Moment
from api.forms.words import in_words
from api.scene import Scene
from domain.episode.dosing.monitoring_form import MonitoringForm, monitoring_form
from domain.episode.intake.intake import MedicineClass
from domain.episode.session.session import Vitals

NOT_SAID = "not recorded"


def form_facts(form: MonitoringForm, scene: Scene) -> list[tuple[str, str]]:
    """In the order of the form; what the entries do not say is named at the end."""
    facts = [
        ("Dose", _dose(form, scene)),
        ("Lot", ", ".join(form.lots) or NOT_SAID),
        ("First part at", full_moment(form.first_dose_at, scene.zone)),
        ("Watched in all", _minutes(form.minutes_in_all)),
        ("Ready to leave after", _minutes(form.minutes_until_ready)),
        ("Vitals before the dose", _set(form.before, scene)),
        ("Acceptable before", _yes_no(form.acceptable_before)),
        ("Vitals at the set time", _set(form.after_dose, scene)),
        ("Vitals before leaving", _set(form.at_end, scene)),
        ("Acceptable at the end", _yes_no(form.acceptable_at_end)),
        ("Sedation, most", NOT_SAID if form.sedation_most is None else f"{form.sedation_most} of 3"),
        ("Dissociation, most", NOT_SAID if form.dissociation_most is None else f"{form.dissociation_most} of 10"),
        ("Breathing depressed", _yes_no(form.breathing_depressed)),
        ("Serious adverse event", _yes_no(form.serious_adverse_event)),
        *((f"Takes: {in_words(MedicineClass(name))}", _yes_no(taken)) for name, taken in form.other_medicines),
        ("Watched by", scene.name_of(form.therapist_id)),
    ]
    return [*facts, ("Still missing", and_list(list(form.missing)) if form.missing else "nothing")]


def _dose(form: MonitoringForm, scene: Scene) -> str:
    if form.pieces is None or scene.plan is None:
        return dose(form.dose_mg)
    tablets = scene.plan.terms.tablets
    many = "" if form.pieces == 1 else "s"
    return f"{dose(form.dose_mg)}: {number(form.pieces)} {tablets.form.piece}{many} of {dose(tablets.strength_mg)}"


def _minutes(minutes: int | None) -> str:
    return NOT_SAID if minutes is None else f"{minutes}{NO_BREAK}min"


def _set(vitals: Vitals | None, scene: Scene) -> str:
    if vitals is None:
        return NOT_SAID
    oxygen = f", SpO₂ {percent(vitals.spo2_percent)}" if vitals.spo2_percent is not None else ""
    return f"{clock(vitals.taken_at, scene.zone)}: {pressure(vitals)}{oxygen}"


def _yes_no(answer: bool | None) -> str:
    return NOT_SAID if answer is None else "yes" if answer else "no"


def _sections(scene: Scene) -> list[Section]:
    return [
        section(
            ended_field(scene),
            Moment(name="sent_at", label="Sent on", seed=scene.now),
            Area(name="reference", label="Reference", hint="Such as its confirmation number", optional=True, rows=1),
        )
    ]


def _facts(scene: Scene) -> list[tuple[str, str]]:
    """What the form says, and what it lacks."""
    session = scene.session()
    form = monitoring_form(scene.episode, session, scene.protocol) if session else None
    return form_facts(form, scene) if form else []


FORMS = (
    Form(
        decision="record_monitoring_form_sent",
        title="The monitoring form was sent",
        button="Record that it was sent",
        sections=_sections,
        follows="Nothing is sent from here: it is recorded that somebody sent it.",
        recorded="monitoring form",
        confirm={"confirm_incomplete": lambda scene, posted: "It went out without them"},
        grounds=_facts,
    ),
)
