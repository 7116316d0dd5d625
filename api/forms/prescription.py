"""Forms of what surrounds a prescription: asking the monitoring program, and news from pharmacy and carrier."""

from collections.abc import Sequence

from api.formats import counted, dose, full_date
from api.forms import grounds
from api.forms.about import about_field, when
from api.forms.fields import Area, Number, Text
from api.forms.form import Form
from api.forms.lists import Choice, Option, Radio
from api.forms.section import Section, section, side_by_side
from api.forms.times import Day, Moment
from api.forms.words import options_of
from api.scene import Scene
from domain.episode.due.obligation import asked_at
from domain.episode.gates.tablets import newest, reckonings, said
from domain.episode.prescription.explain_tablets import TabletsBecause
from domain.episode.prescription.prescription import PdmpResult, Prescription, PrescriptionStatus


def _check(scene: Scene) -> list[Section]:
    home = scene.episode.intake.home_state if scene.episode.intake else None
    return [
        section(
            Text(name="state", label="State", width="short", hint="Such as CA", seed=home, optional=True),
            Moment(name="checked_at", label="Asked on", seed=scene.now),
            Radio(name="result", label="Answer", options=options_of(PdmpResult), missing="Say what it answered."),
            Text(name="reference", label="Reference", hint="The number of the report", width="medium", optional=True),
            Area(name="note", label="Note", optional=True, rows=2),
        )
    ]


def checks(scene: Scene) -> Sequence[tuple[str, str]]:
    """When the monitoring program was last asked, and what it answered."""
    known = sorted(scene.episode.pdmp_checks, key=lambda one: one.checked_on)
    if not known:
        return [("Monitoring program", "not asked yet")]
    last = known[-1]
    return [("Monitoring program", f"{last.state}, {full_date(last.checked_on)}: {last.result.replace('_', ' ')}")]


def known_prescriptions(scene: Scene) -> list[Option]:
    """The newest first."""
    known = sorted(scene.episode.prescriptions.values(), key=lambda one: one.issued_on, reverse=True)
    return [(str(one.prescription_id), _words(one, scene)) for one in known]


def _words(one: Prescription, scene: Scene) -> str:
    """Coordination sees the day; how much of what is the team's to know."""
    issued = full_date(one.issued_on)
    if not scene.shows_clinical:
        return f"Issued {issued}"
    return f"{counted(one.quantity, 'tablet')} of {dose(one.strength_mg)}, issued {issued}"


def _track(scene: Scene) -> list[Section]:
    return [
        section(
            about_field(scene, "prescription_id", "Prescription", known_prescriptions(scene)),
            Choice(name="status", label="News", options=options_of(PrescriptionStatus), seed=scene.about.get("status")),
            Day(name="on", label="On", seed=scene.today),
            side_by_side(
                Number(
                    name="quantity",
                    label="Dispensed",
                    unit="tablets",
                    optional=True,
                    is_quiet=True,
                    hint="Empty: as prescribed",
                ),
                Text(name="lot_number", label="Lot", width="short", optional=True, hint="On the package"),
                label="Package",
            ),
            Area(name="note", label="Note", optional=True, rows=2, hint="Carrier and number of the parcel"),
        )
    ]


def _so_far(scene: Scene) -> Sequence[tuple[str, str]]:
    known = sorted(scene.episode.prescriptions.values(), key=lambda one: one.issued_on)
    return [
        (_words(one, scene), ", ".join(f"{step.status.value} {full_date(step.on)}" for step in one.steps) or "no news")
        for one in known
    ]


def _counts(scene: Scene) -> list[Option]:
    """Counts that nobody has explained, the newest first."""
    known = sorted(scene.episode.inventory_reports.values(), key=lambda one: one.counted_at, reverse=True)
    waiting = (one for one in known if one.report_id not in scene.episode.tablet_explanations)
    return [(str(one.report_id), f"Of {when(scene, one.counted_at)}") for one in waiting]


def _explain(scene: Scene) -> list[Section]:
    return [
        section(
            about_field(scene, "report_id", "Count", _counts(scene)[:1]),
            Radio(name="because", label="What it was", options=options_of(TabletsBecause), missing="Say what it was."),
            Area(name="note", label="What the patient said", missing="Write what the patient said."),
        )
    ]


def _counted(scene: Scene) -> Sequence[tuple[str, str]]:
    report = newest(scene.episode)
    if report is None:
        return []
    asked = asked_at(scene.now, scene.protocol, scene.network)
    return [(f"{dose(one.strength_mg)}", said(one)) for one in reckonings(scene.episode, report, asked)]


FORMS = (
    Form(
        decision="check_pdmp",
        title="Record a check of the monitoring program",
        button="Record the check",
        sections=_check,
        follows="The program itself is asked elsewhere; nothing is sent from here.",
        recorded="check of the monitoring program",
        grounds=grounds.facts(checks, grounds.plan),
    ),
    Form(
        decision="explain_tablets",
        title="Ask about the tablets",
        button="Record the answer",
        sections=_explain,
        follows="The difference stays visible; later counts are compared with it.",
        recorded="answer about the tablets",
        grounds=grounds.facts(_counted, grounds.doses),
    ),
    Form(
        decision="track_prescription",
        title="Record news of a prescription",
        button="Record the news",
        sections=_track,
        follows="Nothing is sent to a pharmacy.",
        recorded="news of the prescription",
        grounds=_so_far,
    ),
)
