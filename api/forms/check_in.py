"""Forms for what patients say between sessions, where they say it to the care team and not through a link."""

from collections.abc import Sequence

from api.forms import grounds
from api.forms.about import about_field, when
from api.forms.fields import Area, Field, Hidden, Number, Text
from api.forms.form import Form
from api.forms.lists import Many, Option, Radio, Rows, Tick, YesNo
from api.forms.section import Group, Section, section, side_by_side
from api.forms.times import Moment
from api.forms.words import in_words, options_of
from api.scene import Scene
from domain.episode.check_in.reports import Relationship
from domain.episode.check_in.symptoms import Symptom, SymptomReport
from domain.episode.due.obligation import asked_at
from domain.episode.gates.urinary import waiting_for_review, worse_in


def _chaperone(scene: Scene) -> list[Section]:
    return [
        section(
            Text(name="name", label="Name", missing="Write the chaperone's name."),
            Text(name="phone", label="Telephone", missing="Write their number."),
            Radio(name="relationship", label="Who they are", options=options_of(Relationship), inline=True),
            YesNo(name="is_adult", label="Of age", missing="Say whether they are of age."),
            Tick(name="may_be_contacted", label="The patient agrees that we call them about the session"),
        )
    ]


def _symptoms(scene: Scene) -> list[Section]:
    session = scene.session()
    return [
        section(
            Hidden(name="session_id", seed=session.session_id) if session else None,
            Moment(name="reported_at", label="Reported on", seed=scene.now),
            Many(name="symptoms", label="Symptoms", options=options_of(Symptom)),
            YesNo(name="suicidal_thoughts", label="Suicidal thoughts", optional=True, is_quiet=True),
            Tick(name="wants_call", label="Asks to be called"),
            Area(name="note", label="Note", optional=True),
        ),
        urinary_section(),
    ]


def urinary_section() -> Section:
    """Asked at each consult and check-in; what is left empty was not, and one answer alone is recorded too."""
    return section(*urinary_fields("Pain"), heading="Bladder", note="Leave empty what was not asked.", folded=True)


def urinary_fields(pain: str) -> tuple[Field | Group, ...]:
    """Each may be answered by itself; `pain` names that question."""
    yes_no = (("visible_blood", "Visible blood"), ("urgency", "Urgency"), ("dysuria", pain))
    return (
        side_by_side(
            Number(name="urinary.frequency_per_day", label="By day", unit="times", optional=True, is_quiet=True),
            Number(name="urinary.nocturia_per_night", label="By night", unit="times", optional=True, is_quiet=True),
            label="Passing water",
        ),
        *(YesNo(name=f"urinary.{name}", label=label, optional=True, is_quiet=True) for name, label in yes_no),
    )


def _waiting(scene: Scene) -> list[Option]:
    return [(str(one.report_id), f"Of {when(scene, one.reported_at)}") for one in _to_look_at(scene)]


def _to_look_at(scene: Scene) -> list[SymptomReport]:
    """Reports that say something, and those of urinary symptoms that are new or worse; the newest first."""
    urinary = waiting_for_review(scene.episode, asked_at(scene.now, scene.protocol, scene.network))
    known = {one.report_id: one for one in scene.episode.symptom_reports.values() if one.needs_review}
    known |= {one.report_id: one for one in urinary}
    return sorted(known.values(), key=lambda one: one.reported_at, reverse=True)


def _report(scene: Scene) -> SymptomReport | None:
    waiting = _to_look_at(scene)
    named = scene.id("report_id")
    found = scene.episode.symptom_reports.get(named) if named else None
    return found or (waiting[0] if len(waiting) == 1 else None)


def _reported(scene: Scene) -> Sequence[tuple[str, str]]:
    report = _report(scene)
    if report is None:
        return []
    said = ", ".join(in_words(one) for one in report.symptoms) or "no symptoms named"
    worse = worse_in(scene.episode, report, asked_at(scene.now, scene.protocol, scene.network))
    blood = [("Bladder, new or worse", ", ".join(worse))] if worse else []
    call = [("Wishes", "to be called")] if report.wants_call else []
    return [("Reported", when(scene, report.reported_at)), ("Symptoms", said), *blood, *call]


def _review(scene: Scene) -> list[Section]:
    return [
        section(
            about_field(scene, "report_id", "Report", _waiting(scene)),
            Area(name="note", label="What was found and done", missing="Say what was found and done."),
        )
    ]


def _tablets(scene: Scene) -> list[Section]:
    strengths = sorted({one.strength_mg for one in scene.episode.prescriptions.values()})
    row = (
        Number(name="strength_mg", label="Strength", unit="mg", whole=False, optional=True),
        Number(name="on_hand", label="Left", unit="tablets", whole=False),
        Number(name="taken", label="Taken", unit="tablets", whole=False, optional=True),
        Number(name="destroyed", label="Destroyed", unit="tablets", whole=False, optional=True),
    )
    return [
        section(
            Moment(name="counted_at", label="Counted on", seed=scene.now),
            Rows(
                name="tablets",
                label="Tablets",
                optional=False,
                fields=row,
                least=max(1, len(strengths)),
                seed=[{"strength_mg": mg} for mg in strengths],
                row_label="Strength",
                more_label="Another strength",
                missing="Count the tablets of one strength at least.",
            ),
            Area(name="note", label="Note", optional=True, rows=2),
        )
    ]


FORMS = (
    Form(
        decision="nominate_chaperone",
        title="Name a chaperone",
        sections=_chaperone,
        follows="Nobody has verified them yet.",
        recorded="chaperone",
    ),
    Form(
        decision="report_symptoms",
        title="Record reported symptoms",
        sections=_symptoms,
        follows="Suicidal thoughts hold dosing; a clinician looks at everything else.",
        recorded="reported symptoms",
        grounds=grounds.facts(grounds.doses, grounds.intake),
    ),
    Form(
        decision="review_symptoms",
        title="Look at reported symptoms",
        button="Record what was done",
        sections=_review,
        follows="It is done for everybody, with your name.",
        recorded="what was done about the symptoms",
        grounds=grounds.facts(_reported, grounds.doses),
    ),
    Form(
        decision="report_medicine_inventory",
        title="Record a count of tablets",
        sections=_tablets,
        follows="Whether it adds up is a question to ask, never an accusation.",
        recorded="count of tablets",
        grounds=grounds.facts(grounds.plan, grounds.doses),
    ),
)
