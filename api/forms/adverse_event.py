"""Forms about adverse events: what happened, how it is judged, how it ended."""

from collections.abc import Sequence

from api.forms import grounds
from api.forms.about import about_field, when
from api.forms.fields import Area, Field, Hidden
from api.forms.form import Form
from api.forms.lists import Radio, YesNo
from api.forms.section import Section, section
from api.forms.times import Day, Moment
from api.forms.words import options_of
from api.scene import Scene
from domain.episode.safety.record_adverse_event_outcome import AdverseEventOutcome
from domain.episode.safety.report_adverse_event import AdverseEventTerm
from domain.episode.safety.review_adverse_event import AdverseEventAction, Related
from domain.episode.safety.safety import AdverseEvent

GRADES = (
    ("1", "1 mild", "No help needed"),
    ("2", "2 moderate", "Little help needed"),
    ("3", "3 severe", "Dosing stops until a prescriber has reviewed it"),
    ("4", "4 life-threatening", "Urgent help needed"),
    ("5", "5 death", ""),
)


def _adverse_event(scene: Scene) -> list[Section]:
    session = scene.session()
    return [
        section(
            Hidden(name="session_id", seed=session.session_id) if session else None,
            Radio(name="term", label="What happened", options=options_of(AdverseEventTerm), inline=True),
            Radio(name="grade", label="Grade", options=GRADES, missing="Choose the grade."),
            YesNo(
                name="serious",
                label="Serious",
                hint="Death, danger to life, hospital, lasting harm",
                missing="Say whether it was serious.",
            ),
            Moment(name="occurred_at", label="When it happened", seed=scene.now),
            Area(name="note", label="Note", optional=True, rows=2),
        )
    ]


def _event(scene: Scene) -> AdverseEvent | None:
    named = scene.id("adverse_event_id")
    waiting = [one for one in scene.episode.adverse_events.values() if one.reviewed_at is None]
    return scene.episode.adverse_events.get(named) if named else (waiting[0] if len(waiting) == 1 else None)


def _event_words(scene: Scene, event: AdverseEvent) -> str:
    return f"{event.term.replace('_', ' ').capitalize()}, grade {event.grade}, {when(scene, event.happened_at)}"


def _review_event(scene: Scene) -> list[Section]:
    known = sorted(
        scene.episode.adverse_events.values(), key=lambda one: (one.reviewed_at is not None, one.happened_at)
    )
    options = [(str(one.adverse_event_id), _event_words(scene, one)) for one in known]
    chosen: Field = about_field(scene, "adverse_event_id", "Adverse event", options)
    if (one := _event(scene)) is not None:
        chosen = Hidden(name="adverse_event_id", seed=one.adverse_event_id)
    return [
        section(
            chosen,
            Radio(name="related", label="Related to ketamine", options=options_of(Related), inline=True),
            YesNo(
                name="expected", label="Expected", hint="Listed for ketamine", missing="Say whether it was expected."
            ),
            Radio(name="action", label="Action", options=options_of(AdverseEventAction), inline=True),
            YesNo(
                name="dosing_may_go_on",
                label="Dosing",
                yes="May go on",
                no="Stops",
                missing="Say whether dosing may go on.",
            ),
            Area(name="note", label="Assessment", missing="Say how you judge it."),
        )
    ]


def _event_in_question(scene: Scene) -> Sequence[tuple[str, str]]:
    one = _event(scene)
    return [("Adverse event", _event_words(scene, one)), ("Serious", "yes" if one.serious else "no")] if one else []


def _outcome(scene: Scene) -> list[Section]:
    """Those that last come first; one that has ended may turn out otherwise, and so may the day of a death."""
    known = sorted(scene.episode.adverse_events.values(), key=lambda one: one.outcome_entry_id is not None)
    options = [(str(one.adverse_event_id), _event_words(scene, one)) for one in known]
    return [
        section(
            about_field(scene, "adverse_event_id", "Adverse event", options),
            Radio(name="outcome", label="How it stands", options=options_of(AdverseEventOutcome), missing="Say how."),
            Day(name="ended_on", label="Ended on", optional=True, hint="Empty while it lasts"),
            Area(name="note", label="Note", optional=True, rows=2),
        )
    ]


FORMS = (
    Form(
        decision="report_adverse_event",
        title="Report an adverse event",
        button="Report",
        sections=_adverse_event,
        follows="From grade 3, or serious, dosing stops until a prescriber has reviewed it.",
        recorded="adverse event",
        grounds=grounds.facts(grounds.adverse_events),
    ),
    Form(
        decision="review_adverse_event",
        title="Review an adverse event",
        button="Record the review",
        sections=_review_event,
        follows="Signs how it is judged, and whether dosing goes on.",
        recorded="review of the adverse event",
        grounds=grounds.facts(_event_in_question, grounds.plan, grounds.doses),
    ),
    Form(
        decision="record_adverse_event_outcome",
        title="Record how an adverse event ended",
        button="Record the outcome",
        sections=_outcome,
        follows="It neither reviews the event nor lets dosing go on.",
        recorded="outcome of the adverse event",
        grounds=grounds.facts(grounds.adverse_events),
    ),
)
